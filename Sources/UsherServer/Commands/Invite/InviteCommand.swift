import ArgumentParser
import UsherAPI
import UsherClient
import UsherDomain

/// Invitations, by the API of a running server.
struct InviteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite", abstract: "Send, list and change invitations of a running server.",
        discussion: "The API key comes from USHER_API_KEY or the file that USHER_API_KEY_FILE names.",
        subcommands: [
            Send.self, InviteBulk.self, InviteImport.self, List.self, Show.self, Resend.self, Edit.self, Approve.self,
            Revoke.self,
            PlanCommand.self, RequestCommand.self, LookUp.self, Decline.self, OwnInvitationsCommand.self,
        ])

    struct Send: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Invite an address.",
            discussion: """
                usher invite send ada@example.com --role user --app-url https://app.example.com \\
                    --redirect-uri https://app.example.com/welcome --message "See you on Monday"
                """)

        @Argument(help: "The address.") var email: String
        @Option(help: "owner, admin, user, or the name of a role that the organization made.") var role = "user"
        @Option(help: "Base of the link in the letter.") var appUrl: String
        @Option(help: "Where the new member lands.") var redirectUri: String
        @Option(help: "Your own words.") var message: String?
        @Option(help: "What the person is called.") var name: String?
        @Option(help: "name=value, carried to the membership; may be repeated.") var metadata: [String] = []
        @Option(help: "Route that the membership is restricted to, as \"GET /api/auth/me\"; may be repeated.")
        var scope: [String] = []
        @Option(help: "Seconds until it expires.") var expiresIn: Int?
        @Option(help: "Language of the letter.") var locale: String?
        @Option(help: "The same request with the same key has one effect.") var idempotencyKey: String?
        @OptionGroup var options: APIOptions

        func run() async throws {
            let body = CreateInvitation(
                email: email, userRole: 0, appURL: appUrl, redirectURI: redirectUri,
                scopes: try Arguments.scopes(scope)?.routes, locale: locale, message: message,
                name: name, metadata: try Arguments.metadata(metadata), expiresIn: expiresIn)
            let outcome = try await options.run { client, organization in
                var body = body
                (body.userRole, body.roleID) = try await client.role(meantBy: role, of: organization)
                return try await client.invite(body, to: organization, idempotencyKey: idempotencyKey)
            }
            outcome.tell(json: options.json)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List invitations, newest first.",
            discussion: """
                usher invite list --status pending,expired --role admin --json

                usher invite list --role Recruiter
                """)

        @Option(help: "Only in one of these, separated by commas.") var status: String?
        @Option(help: "Only to this address.") var email: String?
        @Option(help: "Only as owner, admin or user, or by the name of a role that the organization made.")
        var role: String?
        @Option(help: "Only with the letter in one of these places, separated by commas.") var delivery: String?
        @Option(help: "Only by this person or key (id).") var inviter: String?
        @Option(help: "How many at most.") var limit: Int?
        @OptionGroup var options: APIOptions

        func run() async throws {
            let filter = InvitationFilter(
                statuses: status?.split(separator: ",").map(String.init), email: email,
                deliveries: delivery?.split(separator: ",").map(String.init), inviter: inviter)
            let found = try await options.run { client, organization in
                let filter = try await client.filter(filter, role: role, of: organization)
                var found: [InvitationBody] = []
                for try await invitation in client.allInvitations(of: organization, matching: filter) {
                    if let limit, found.count >= limit { break }
                    found.append(invitation)
                }
                return found
            }
            guard !options.json else { return Console.out(try APIOptions.text(found)) }
            for invitation in found { Console.out(invitation.line) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell what one invitation is, what happened to it, and what to do next.",
            discussion: "usher invite show 01900000-0000-7000-8000-000000000001")

        @Argument(help: "Id of the invitation.") var id: String
        @OptionGroup var options: APIOptions

        func run() async throws {
            let found = try await options.run { try await $0.invitationDetails(id, of: $1) }
            guard !options.json else { return Console.out(try APIOptions.text(found)) }
            Console.out(found.invitation.line)
            if let reason = found.invitation.declineReason {
                Console.out("declined because  \(LogText.quoted(reason))")
            }
            for entry in found.timeline { Console.out(entry.line) }
            Console.say(found.next.message)
            if let meant = found.next.suggestion { Console.say("Probably \(LogText.bare(meant)) is meant.") }
        }
    }

    struct Resend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send the letter again, with a new link.",
            discussion: "usher invite resend 01900000-0000-7000-8000-000000000001")

        @Argument(help: "Id of the invitation.") var id: String
        @OptionGroup var options: APIOptions

        func run() async throws {
            try await options.run { try await $0.resendInvitation(id, of: $1) }.tell(json: options.json)
        }
    }

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take over an invitation whose inviter may not grant its role any more.",
            discussion: "usher invite approve 01900000-0000-7000-8000-000000000001")

        @Argument(help: "Id of the invitation.") var id: String
        @OptionGroup var options: APIOptions

        func run() async throws {
            try await options.run { try await $0.approveInvitation(id, of: $1) }.tell(json: options.json)
        }
    }
}

extension InvitationOutcome {
    fileprivate func tell(json: Bool) {
        switch self {
        case .sent:
            if json { Console.out(JSONText.object([("outcome", .string("sent"))])) } else { Console.say("Sent.") }
        case .underWay(let id):
            guard json else {
                Console.say("On its way; usher invite show tells what becomes of it.")
                return Console.out(id)
            }
            Console.out(JSONText.object([("outcome", .string("under_way")), ("id", .string(id))]))
        }
    }
}

extension InvitationBody {
    /// For people who read a terminal.
    var line: String {
        let role = customRole?.name ?? WireRole.name(role)
        return "\(id)  \(status)  \(delivery)  \(role)  \(email ?? "-")"
    }
}

extension TimelineEntryBody {
    fileprivate var line: String {
        let said = [code.map(String.init), reason.map { LogText.quoted($0) }].compactMap { $0 }
        let rest = said.isEmpty ? actor ?? "" : said.joined(separator: " ")
        return "\(at.text)  \(kind)  \(rest)"
    }
}

extension UsherClient {
    /// The filter narrowed to a role: one of the three, or by its name one that the organization made.
    func filter(
        _ filter: InvitationFilter, role word: String?, of organization: String
    ) async throws -> InvitationFilter {
        guard let word else { return filter }
        var filter = filter
        let meant = try await role(meantBy: word, of: organization)
        (filter.role, filter.roleID) = meant.custom.map { (nil, $0) } ?? (meant.role, nil)
        return filter
    }

    /// The number of one of the three roles, or 0 and the id of a role that the organization made, by its name.
    func role(meantBy word: String, of organization: String) async throws -> (role: Int, custom: String?) {
        if let role = Role(word: word) { return (role.rawValue, nil) }
        let found = try await roles(of: organization, limit: 1000).elements
        guard let role = found.first(where: { $0.name.lowercased() == word.lowercased() }) else {
            throw CommandFailure(
                "A role is owner, admin, user or one that the organization made, and not: "
                    + LogText.quoted(String(word.prefix(100))), code: .usage)
        }
        return (0, role.id)
    }
}
