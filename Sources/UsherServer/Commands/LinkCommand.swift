import ArgumentParser
import UsherDomain
import UsherText
import UsherUseCases

struct LinkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link", abstract: "Manage links that many can join by.",
        subcommands: [Create.self, List.self, Show.self, Uses.self, Revoke.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a link to join by; it is shown once.",
            discussion: """
                It is made in the name of a member who is admin or owner: who joins by it joins under their rights, as these
                are then. Everybody proves their own address by a letter first. Example:

                  usher link create --organization 0190a5a0-0000-7000-8000-000000000001 --user olga@example.com \\
                    --role user --max-uses 30 --days 14 --redirect-uri https://app.example.com/welcome
                """)

        @Option(help: "Id of the organization.") var organization: String
        @Option(help: "Address of the member in whose name it is made.") var user: String
        @Option(help: "user, admin, or the name of a role that the organization made.") var role = "user"
        @Option(help: "How many may join by it, 1 to 10000.") var maxUses: Int
        @Option(help: "Days until it stops working, 1 to 365.") var days = 7
        @Option(help: "Where the new member lands; on an allowed origin.") var redirectURI: String
        @Option(
            name: .customLong("allowed-domain"),
            help: "Domain that addresses must be of, exactly; *.example.com for all below it. May be repeated.")
        var allowedDomains: [String] = []
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let organization = try Arguments.organization(organization)
            let user = try Arguments.address(user)
            let bench = try await Workbench(options.settings(), use: .command)
            let held = try await bench.role(meantBy: role, of: organization)
            let draft = try draft(held.role, held.custom, at: bench.effects.now())
            let made = try await Arguments.refusable {
                try await bench.operatorActions.createJoinLink(
                    draft, in: organization, for: user, rules: bench.settings.rules)
            }
            await bench.opened.close()
            let url = "\(bench.settings.publicURL.origin)/join?code=\(made.secret.reveal())"
            guard json else {
                Console.say("This link is shown only now:")
                return Console.out(url)
            }
            Console.out(
                JSONText.object([("url", .string(url))] + LinkCommand.members(made.link, at: made.link.createdAt)))
        }

        private func draft(_ role: Role, _ custom: ID<CustomRole>?, at now: Timestamp) throws -> JoinLinkDraft {
            guard (1...365).contains(days) else { throw CommandFailure("--days must be 1 to 365.", code: .usage) }
            let domains = try allowedDomains.map { text in
                guard let domain = DomainRule.normalized(text) else {
                    throw CommandFailure("This is not a domain: \(LogText.quoted(text))", code: .usage)
                }
                return domain
            }
            let target = try Arguments.url(redirectURI, option: "--redirect-uri")
            return JoinLinkDraft(
                role: role, customRole: custom, maximumUses: maxUses, expiresAt: now + .days(Int64(days)),
                allowedDomains: domains,
                redirectURI: target)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List an organization's links, newest first.",
            discussion: "Example: usher link list --organization 0190a5a0-0000-7000-8000-000000000001 --json")

        @OptionGroup var options: OrganizationOptions

        func run() async throws {
            let page = try await options.read { try await $0.operatorActions.joinLinks(of: $1) }
            options.tell(page.links) { link in
                let uses = "\(link.uses)/\(link.maximumUses)"
                return "\(link.id)  \(link.state(at: page.at).rawValue)  \(link.roleWord)  \(uses)"
            } members: {
                LinkCommand.members($0, at: page.at)
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Withdraw a link, and the invitations that it made and nobody accepted yet.",
            discussion: """
                Who joined by it stays. Example:

                  usher link revoke 0190a5a0-0000-7000-8000-000000000002 \\
                    --organization 0190a5a0-0000-7000-8000-000000000001
                """)

        @Argument(help: "The link's id.") var link: String
        @Option(help: "Id of the organization.") var organization: String
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let organization = try Arguments.organization(organization)
            guard let id = ID<JoinLink>(parsing: link) else {
                throw CommandFailure("This is not a link's id.", code: .usage)
            }
            let bench = try await Workbench(options.settings(), use: .command)
            try await Arguments.refusable {
                try await bench.operatorActions.revokeJoinLink(id, in: organization, rules: bench.settings.rules)
            }
            await bench.opened.close()
            guard json else { return Console.say("It works no more.") }
            Console.out(JSONText.object([("revoked", .string(id.rawValue))]))
        }
    }

    fileprivate static func members(_ link: JoinLink, at now: Timestamp) -> [(String, JSONText)] {
        [
            ("id", .string(link.id.rawValue)), ("organization_id", .string(link.organization.rawValue)),
            ("role", .string(link.role.name)),
            ("custom_role", link.customRole.map { .string($0.name.text) } ?? .null),
            ("status", .string(link.state(at: now).rawValue)),
            ("max_uses", .number(link.maximumUses)), ("uses", .number(link.uses)),
            ("allowed_domains", .list(link.allowedDomains.map { .string($0) })),
            ("redirect_uri", .string(link.redirectURI.text)),
        ]
    }
}

extension Arguments {
    static func url(_ text: String, option: String) throws -> WebURL {
        do {
            return try WebURL(parsing: text, field: option)
        } catch {
            throw CommandFailure("\(option) must be an absolute http or https URL.", code: .usage)
        }
    }
}
