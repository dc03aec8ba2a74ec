import ArgumentParser
import UsherDNS
import UsherDomain
import UsherText
import UsherUseCases

struct DomainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "domain", abstract: "Manage domains whose people join by themselves, or ask to.",
        subcommands: [Add.self, List.self, Verify.self, Set.self, Remove.self, JoinRequestCommand.self])

    /// Which domain of which organization.
    struct Place: ParsableArguments {
        @Argument(help: "The domain, as example.com.") var domain: String
        @Option(help: "Id of the organization.") var organization: String

        func name() throws -> String {
            do throws(Refusal) {
                return try OrganizationDomain.name(parsing: domain)
            } catch {
                let shown = LogText.quoted(String(domain.prefix(100)))
                throw CommandFailure(
                    error == .domainPublic
                        ? "Addresses of this domain are given to anybody: \(shown)" : "This is not a domain: \(shown)",
                    code: .usage)
            }
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Claim a domain, and show the TXT record that proves it.",
            discussion: """
                It is claimed in the name of a member who is admin or owner: nobody joins by it above the role that they have
                then. What --joining says holds once the domain is verified. Example:

                  usher domain add example.com --organization 0190a5a0-0000-7000-8000-000000000001 \\
                    --user olga@example.com --joining request
                """)

        @OptionGroup var place: Place
        @Option(help: "Address of the member in whose name it is claimed.") var user: String
        @Option(help: "off, request or join: what people of the domain may do by themselves.") var joining = "off"
        @Option(help: "user or admin, of who joins.") var role = "user"
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let organization = try Arguments.organization(place.organization)
            let user = try Arguments.address(user)
            let draft = DomainDraft(
                name: try place.name(), joining: try DomainCommand.joining(joining), role: try Arguments.role(role))
            let bench = try await Workbench(options.settings(), use: .command)
            let made = try await Arguments.refusable {
                try await bench.operatorActions.addDomain(draft, to: organization, for: user)
            }
            await bench.opened.close()
            guard json else {
                Console.say("Set this TXT record, and then: usher domain verify \(made.name)")
                return Console.out("\(made.record.name)  TXT  \(made.record.value)")
            }
            Console.out(JSONText.object(DomainCommand.members(made)))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List an organization's domains, newest first.",
            discussion: "Example: usher domain list --organization 0190a5a0-0000-7000-8000-000000000001 --json")

        @OptionGroup var options: OrganizationOptions

        func run() async throws {
            let found = try await options.read { try await $0.operatorActions.domains(of: $1) }
            options.tell(found, line: DomainCommand.line, members: DomainCommand.members)
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask the DNS for the record of a domain.",
            discussion: """
                Exit code 1 when it is not there. Example:

                  usher domain verify example.com --organization 0190a5a0-0000-7000-8000-000000000001
                """)

        @OptionGroup var place: Place
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let (name, organization) = (try place.name(), try Arguments.organization(place.organization))
            let bench = try await Workbench(options.settings(), use: .command)
            let records = DNSRecords(servers: bench.settings.dnsServers)
            let verify = VerifyDomain(
                store: bench.store, effects: bench.effects, rules: bench.settings.rules, records: records)
            let proved = try await Arguments.refusable { try await verify.byOperator(named: name, in: organization) }
            await records.close()
            await bench.opened.close()
            guard json else { return Console.say("\(proved.name) is verified.") }
            Console.out(JSONText.object(DomainCommand.members(proved)))
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what people of a verified domain may do by themselves.",
            discussion: """
                The member in whose name it is set answers for it from then on. Example:

                  usher domain set example.com --organization 0190a5a0-0000-7000-8000-000000000001 \\
                    --user olga@example.com --joining join --role user
                """)

        @OptionGroup var place: Place
        @Option(help: "Address of the member in whose name it is set.") var user: String
        @Option(help: "off, request or join.") var joining: String?
        @Option(help: "user or admin, of who joins.") var role: String?
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let (name, organization) = (try place.name(), try Arguments.organization(place.organization))
            let user = try Arguments.address(user)
            let change = DomainChange(
                joining: try joining.map(DomainCommand.joining), role: try role.map(Arguments.role))
            let bench = try await Workbench(options.settings(), use: .command)
            let changed = try await Arguments.refusable {
                try await bench.operatorActions.changeDomain(named: name, change, in: organization, for: user)
            }
            await bench.opened.close()
            guard json else { return Console.out(DomainCommand.line(changed)) }
            Console.out(JSONText.object(DomainCommand.members(changed)))
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a domain up: nobody joins by it any more, and members stay.",
            discussion: """
                Example: usher domain remove example.com --organization 0190a5a0-0000-7000-8000-000000000001
                """)

        @OptionGroup var place: Place
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let (name, organization) = (try place.name(), try Arguments.organization(place.organization))
            let bench = try await Workbench(options.settings(), use: .command)
            try await Arguments.refusable {
                try await bench.operatorActions.removeDomain(named: name, from: organization)
            }
            await bench.opened.close()
            guard json else { return Console.say("\(name) is no domain of this organization any more.") }
            Console.out(
                JSONText.object([("organization_id", .string(organization.rawValue)), ("domain", .string(name))]))
        }
    }
}

extension DomainCommand {
    fileprivate static func joining(_ text: String) throws -> OrganizationDomain.Joining {
        guard let joining = OrganizationDomain.Joining(rawValue: text) else {
            throw CommandFailure("--joining must be off, request or join.", code: .usage)
        }
        return joining
    }

    fileprivate static func line(_ domain: OrganizationDomain) -> String {
        "\(domain.name)  \(status(domain))  \(domain.joining.rawValue)  \(domain.role.name)"
    }

    private static func status(_ domain: OrganizationDomain) -> String {
        domain.verifiedAt == nil ? "pending" : domain.missingSince == nil ? "verified" : "missing"
    }

    fileprivate static func members(_ domain: OrganizationDomain) -> [(String, JSONText)] {
        [
            ("id", .string(domain.id.rawValue)), ("organization_id", .string(domain.organization.rawValue)),
            ("domain", .string(domain.name)), ("status", .string(status(domain))),
            ("joining", .string(domain.joining.rawValue)), ("role", .string(domain.role.name)),
            ("record_name", .string(domain.record.name)), ("record_value", .string(domain.record.value)),
        ]
    }
}
