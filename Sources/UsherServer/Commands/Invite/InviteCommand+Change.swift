import ArgumentParser
import UsherAPI
import UsherClient

extension InviteCommand {
    struct Edit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change an open invitation; no letter is sent.",
            discussion: """
                usher invite edit 01900000-0000-7000-8000-000000000001 --role admin --expires-in 86400
                An empty text takes a message, a name or a language away.
                """)

        @Argument(help: "Id of the invitation.") var id: String
        @Option(help: "owner, admin, user, or the name of a role that the organization made.") var role: String?
        @OptionGroup var restriction: Restriction
        @Option(help: "Seconds from now until it expires.") var expiresIn: Int?
        @Option(help: "Your own words.") var message: String?
        @Option(help: "What the person is called.") var name: String?
        @Option(help: "name=value; replaces all that there were; may be repeated.") var metadata: [String] = []
        @Option(help: "Where the new member lands.") var redirectUri: String?
        @Option(help: "Language of letters to come.") var locale: String?
        @OptionGroup var options: APIOptions

        func run() async throws {
            var edit = EditInvitation()
            edit.scopes = try restriction.routes()
            edit.expiresIn = expiresIn
            edit.message = message.map { $0.isEmpty ? nil : $0 }
            edit.name = name.map { $0.isEmpty ? nil : $0 }
            edit.locale = locale.map { $0.isEmpty ? nil : $0 }
            edit.metadata = try Arguments.metadata(metadata)
            edit.redirectURI = redirectUri
            let edited = try await options.run { [edit] client, organization in
                var edit = edit
                if let role {
                    let held = try await client.role(meantBy: role, of: organization)
                    (edit.role, edit.roleID) = (held.role, held.custom.map { .some($0) })
                }
                return try await client.editInvitation(id, edit, of: organization)
            }
            Console.out(options.json ? try APIOptions.text(edited) : edited.line)
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Withdraw one invitation, or all open ones that match.",
            discussion: """
                usher invite revoke 01900000-0000-7000-8000-000000000001
                usher invite revoke --inviter 01900000-0000-7000-8000-000000000002
                usher invite revoke --role Recruiter
                usher invite revoke --all
                """)

        @Argument(help: "Ids of invitations.") var ids: [String] = []
        @Option(help: "Only to this address.") var email: String?
        @Option(help: "Only as owner, admin or user, or by the name of a role that the organization made.") var role:
            String?
        @Option(help: "Only with the letter in one of these places, separated by commas.") var delivery: String?
        @Option(help: "Only by this person or key (id).") var inviter: String?
        @Flag(help: "All that are open.") var all = false
        @OptionGroup var options: APIOptions

        func run() async throws {
            let filter = InvitationFilter(
                email: email, deliveries: delivery?.split(separator: ",").map(String.init), inviter: inviter)
            let isFiltered = !ids.isEmpty || role != nil || filter != InvitationFilter()
            guard isFiltered != all else {
                throw CommandFailure("Name invitations or a filter, or else --all.", code: .usage)
            }
            let count = try await options.run { client, organization in
                let filter = try await client.filter(filter, role: role, of: organization)
                var count = 0
                while true {
                    let step =
                        all
                        ? try await client.revokeAllInvitations(of: organization)
                        : try await client.revokeInvitations(
                            of: organization, matching: filter, ids: ids.isEmpty ? nil : ids)
                    count += step.revoked
                    guard step.more else { return count }
                    Console.say("\(count) withdrawn so far")
                }
            }
            if options.json {
                Console.out(JSONText.object([("revoked", .number(count))]))
            } else {
                Console.say("\(count) withdrawn.")
            }
        }
    }
}
