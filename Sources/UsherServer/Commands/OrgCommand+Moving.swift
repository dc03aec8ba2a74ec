import ArgumentParser
import Glibc
import UsherDomain
import UsherHTTP
import UsherText
import UsherUseCases

extension OrgCommand {
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write an organization to standard output, to keep it or to move it to another server.",
            discussion: """
                JSON lines: settings, members, names of keys, invitations of every status, suppressions, audit log. \
                It holds addresses, but no password, no key and no code. The hashes of the codes of open invitations \
                are in it, so that their links work where it is imported.

                Example: usher org export 019a0000-0000-7000-8000-000000000002 > organization.jsonl
                """)

        @Argument(help: "Id of the organization.") var organization: String
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let organization = try Arguments.organization(organization)
            let bench = try await Workbench(options.settings(), use: .command)
            let export = ExportOrganization(store: bench.store, effects: bench.effects)
            try await Arguments.refusable {
                var place = ExportOrganization.Place.beginning
                var head = PortableLine.head(of: organization, by: "operator", at: bench.effects.now())
                var rows = 0
                while true {
                    let page = try await export.byOperator(of: organization, at: place)
                    rows += page.records.count
                    Console.write(head + page.records.map(PortableLine.line).joined(), to: STDOUT_FILENO)
                    guard let next = page.next else { break }
                    (place, head) = (next, "")
                }
                Console.write(PortableLine.end(rows: rows), to: STDOUT_FILENO)
            }
            await bench.opened.close()
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take in an organization that another server exported; all of it, or nothing.",
            discussion: """
                Ids stay. People are known by their address; who has no account here gets one without a password, and \
                sets it by "forgot password". Links of open invitations work on, if app_url leads here. API keys come \
                over by name and open nothing: make new ones. See docs/import.md.

                Example: usher org import organization.jsonl
                """)

        @Argument(help: "The file, as usher org export wrote it.") var file: String
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let records = try Self.read(file)
            let bench = try await Workbench(options.settings(), use: .command)
            let parsers = ImportOrganization.Parsers(
                email: { try? EmailAddress(parsing: $0) }, url: { try? WebURL(parsing: $0, field: "url") },
                name: { try? DisplayName(parsing: $0) }, origin: { Origin(parsing: $0) })
            let take = ImportOrganization(store: bench.store, effects: bench.effects, parsers: parsers)
            let imported: ImportOrganization.Imported
            do {
                imported = try await take(records)
            } catch ImportProblem.line(let line, let reason) {
                throw CommandFailure("\(file), line \(line): \(reason). Nothing was imported.")
            } catch ImportProblem.noOwner {
                throw CommandFailure(
                    "\(file) has no owner without restriction and without end, and an organization keeps one. "
                        + "Nothing was imported.")
            } catch ImportProblem.organizationKnown(let id) {
                throw CommandFailure("This server has, or had, the organization \(id). Nothing was imported.")
            } catch let unavailable as StoreUnavailable {
                throw CommandFailure(unavailable)
            } catch {
                throw CommandFailure("\(file) does not fit the database (\(error)). Nothing was imported.")
            }
            await bench.opened.close()
            if json { return Console.out(JSONText.object(imported.json)) }
            Console.say(imported.sentence)
        }

        private static func read(_ file: String) throws -> [PortableRecord] {
            let descriptor = open(file, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw CommandFailure("Cannot read \(file): \(Console.systemReason).") }
            defer { close(descriptor) }
            var (bytes, chunk) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
            while true {
                let count = Glibc.read(descriptor, &chunk, chunk.count)
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { throw CommandFailure("Cannot read \(file): \(Console.systemReason).") }
                if count == 0 { break }
                bytes += chunk[..<count]
            }
            return try records(of: bytes.split(separator: UInt8(ascii: "\n")), in: file)
        }

        private static func records(of lines: [ArraySlice<UInt8>], in file: String) throws -> [PortableRecord] {
            do {
                guard let head = lines.first else { throw CommandFailure("\(file) is empty.") }
                try PortableLine.checkHead(Array(head))
            } catch let problem as PortableLine.Problem {
                throw CommandFailure("\(file), line 1: \(problem.reason).")
            }
            do {
                try PortableLine.checkEnd(Array(lines[lines.count - 1]), rows: lines.count - 2)
            } catch {
                throw CommandFailure("\(file), line \(lines.count): \(error.reason). Nothing was imported.")
            }
            return try lines.dropFirst().dropLast().enumerated().map { index, line in
                do { return try PortableLine.record(Array(line)) } catch let problem as PortableLine.Problem {
                    throw CommandFailure("\(file), line \(index + 2): \(problem.reason). Nothing was imported.")
                }
            }
        }
    }
}

extension ImportOrganization.Imported {
    fileprivate var json: [(String, JSONText)] {
        [
            ("organization_id", .string(organization.rawValue)), ("members", .number(members)),
            ("accounts", .number(accounts)), ("api_keys", .number(keys)), ("invitations", .number(invitations)),
            ("open_invitations", .number(open)), ("open_without_link", .number(unlinked)),
            ("suppressions", .number(suppressions)),
            ("lost_suppressions", .number(lostSuppressions)), ("audit", .number(audit)),
        ]
    }

    fileprivate var sentence: String {
        let lost =
            lostSuppressions == 0
            ? "" : " \(lostSuppressions) suppressions were made under another key, and are not known again."
        let unlinked =
            unlinked == 0
            ? ""
            : " \(unlinked) open invitations came without what opens their links, as in every owner's export: resend "
                + "them."
        return """
            Imported \(organization): \(members) members (\(accounts) new accounts, without a password), \
            \(invitations) invitations (\(open) open with a link that works), \(keys) names of keys, \
            \(suppressions) suppressions, \(audit) audit entries.\(lost)\(unlinked)
            """
    }
}
