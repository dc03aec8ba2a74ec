import ArgumentParser
import UsherAPI
import UsherDomain
import UsherHTTP
import UsherText
import UsherUseCases

struct MemberCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "member", abstract: "Manage members of an organization.",
        subcommands: [List.self, Set.self, Remove.self, ChangeRole.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List members, newest first.",
            discussion: "Example: usher member list --organization 019ad3c0-0000-7000-8000-000000000001 --role admin")

        @Option(help: "Id of the organization.") var organization: String
        @Option(help: "Only those with this role: owner, admin, user, or the name of one that the organization made.")
        var role: String?
        @Option(help: "Only those whose address or name begins so.") var search: String?
        @Option(name: .customLong("joined-after"), help: "Only those who joined after this moment (RFC 3339).")
        var joinedAfter: String?
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let organization = try Arguments.organization(organization)
            let search = try search.map { text in
                guard let found = searchText(text) else { throw CommandFailure("--search is empty.", code: .usage) }
                return found
            }
            let moment = try joinedAfter.map { try Arguments.time($0, option: "--joined-after").milliseconds }
            let bench = try await Workbench(options.settings(), use: .command)
            var (number, custom): (Role?, ID<CustomRole>?) = (nil, nil)
            if let role {
                let meant = try await bench.role(meantBy: role, of: organization)
                (number, custom) = (meant.custom == nil ? meant.role : nil, meant.custom)
            }
            let found = try await Arguments.refusable { [number, custom] in
                try await bench.operatorActions.members(of: organization, role: number, custom, search: search)
            }
            .filter { $0.membership.createdAt.milliseconds > moment ?? .min }
            await bench.opened.close()
            guard json else {
                for member in found {
                    let name = member.user.name.map { "  \($0)" } ?? ""
                    let end = member.membership.endsAt.map { "  until \(APITime($0).text)" } ?? ""
                    Console.out("\(member.user.email.typed)  \(member.membership.roleWord)\(name)\(end)")
                }
                return
            }
            Console.out(JSONText.array(found.map(Self.members)))
        }

        private static func members(_ member: Member) -> [(String, JSONText)] {
            [
                ("user_id", .string(member.user.id.rawValue)), ("email", .string(member.user.email.typed)),
                ("name", member.user.name.map { .string($0.text) } ?? .null),
                ("role", .string(member.membership.role.name)),
                ("custom_role", member.membership.customRole.map { .string($0.name.text) } ?? .null),
                ("scopes", member.membership.scopes.map { .list($0.routes.map { .string($0) }) } ?? .null),
                ("joined_at", .string(APITime(member.membership.createdAt).text)),
                ("ends_at", member.membership.endsAt.map { .string(APITime($0).text) } ?? .null),
            ]
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a membership.",
            discussion: """
                Keys of the organization that the member made end with it, and invitations that they sent wait for an \
                admin. The last owner cannot be removed.

                Example: usher member remove ada@example.com --organization 019ad3c0-0000-7000-8000-000000000001
                """)

        @Argument(help: "The member's address.") var email: String
        @Option(help: "Id of the organization.") var organization: String
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let organization = try Arguments.organization(organization)
            let email = try Arguments.address(email)
            let bench = try await Workbench(options.settings(), use: .command)
            try await Arguments.refusable { try await bench.operatorActions.removeMember(email, of: organization) }
            await bench.opened.close()
            guard json else { return Console.say("\(email.typed) is no member any more.") }
            Console.out(
                JSONText.object([
                    ("organization_id", .string(organization.rawValue)), ("removed", .string(email.typed)),
                ]))
        }
    }

    struct ChangeRole: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "role", abstract: "Give a member another role.",
            discussion: """
                Example: usher member role ada@example.com admin --organization 019ad3c0-0000-7000-8000-000000000001
                """)

        @Argument(help: "The member's address.") var email: String
        @Argument(help: "owner, admin, user, or the name of a role that the organization made.") var role: String
        @Option(help: "Id of the organization.") var organization: String
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let organization = try Arguments.organization(organization)
            let email = try Arguments.address(email)
            let bench = try await Workbench(options.settings(), use: .command)
            let (role, custom) = try await bench.role(meantBy: role, of: organization)
            let held = try await Arguments.refusable {
                try await bench.operatorActions.changeRole(of: email, in: organization, to: role, custom)
            }
            await bench.opened.close()
            guard json else { return Console.say("\(email.typed) is \(held.roleWord) now.") }
            Console.out(
                JSONText.object([
                    ("organization_id", .string(organization.rawValue)), ("email", .string(email.typed)),
                    ("role", .string(held.role.name)),
                    ("custom_role", held.customRole.map { .string($0.name.text) } ?? .null),
                ]))
        }
    }
}

extension HoldsRole {
    /// For people who read a terminal: the custom role's name, or the word for the number.
    var roleWord: String { customRole?.name.text ?? role.name }
}
