import ArgumentParser
import UsherAPI
import UsherClient
import UsherDomain
import UsherText

extension MemberCommand {
    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change a member's role, scopes or end, by the API of a running server.",
            discussion: """
                What is not named stays. Example:

                  usher member set ada@example.com --ends-at 2027-01-31T12:00:00Z \\
                    --scope "GET /api/auth/me" --organization 019ad3c0-0000-7000-8000-000000000001
                """)

        @Argument(help: "The member's address, or the id of their account.") var member: String
        @Option(help: "owner, admin, user, or the name of a role that the organization made.") var role: String?
        @OptionGroup var restriction: Restriction
        @Option(name: .customLong("ends-at"), help: "RFC 3339 time at which the membership ends.")
        var endsAt: String?
        @Flag(name: .customLong("no-end"), help: "It does not end by itself any more.") var noEnd = false
        @OptionGroup var options: APIOptions

        func run() async throws {
            var change = UpdateMember(userID: nil)
            let scopes = try restriction.routes()
            if let scopes { change.scopes = scopes.map { .set($0) } ?? .clear }
            if let endsAt { change.endsAt = .set(try Arguments.time(endsAt, option: "--ends-at")) }
            guard !noEnd || endsAt == nil else {
                throw CommandFailure("--ends-at and --no-end exclude each other.", code: .usage)
            }
            if noEnd { change.endsAt = .clear }
            guard role != nil || change != UpdateMember(userID: nil) else {
                throw CommandFailure(
                    "Say what shall change: --role, --scope, --no-scopes, --ends-at or --no-end.", code: .usage)
            }
            let user = try await apply(change)
            guard options.json else { return Console.say("Changed.") }
            Console.out(JSONText.object([("changed", .string(user))]))
        }

        /// The id of who was changed.
        private func apply(_ change: UpdateMember) async throws -> String {
            let account = ID<User>(parsing: member)
            let email = account == nil ? try Arguments.address(member) : nil
            return try await options.run { client, organization in
                var change = change
                if let role {
                    let meant = try await client.role(meantBy: role, of: organization)
                    change.role = meant.role
                    change.roleID = meant.custom.map { .set($0) } ?? .clear
                }
                let user: String
                if let account {
                    user = account.rawValue
                } else {
                    user = try await Self.member(email, of: organization, client)
                }
                change.userID = user
                try await client.updateMember(change, of: organization)
                return user
            }
        }

        private static func member(
            _ email: EmailAddress?, of organization: String, _ client: UsherClient
        ) async throws -> String {
            if let email {
                for try await one in client.members(of: organization, filter: MemberFilter(search: email.typed)) {
                    if let found = try? EmailAddress(parsing: one.email), found == email { return one.id }
                }
            }
            throw CommandFailure("This address is no member of the organization.")
        }
    }
}

/// Routes that a membership is restricted to.
struct Restriction: ParsableArguments {
    @Option(
        help: "Route that it is restricted to, as \"GET /api/auth/me\"; replaces all that there were; may be repeated.")
    var scope: [String] = []
    @Flag(name: .customLong("no-scopes"), help: "Restricted to no routes any more.") var noScopes = false

    /// Nil: they stay; an inner nil: no restriction.
    func routes() throws -> [String]?? {
        guard scope.isEmpty || !noScopes else {
            throw CommandFailure("--scope and --no-scopes exclude each other.", code: .usage)
        }
        if noScopes { return .some(nil) }
        return scope.isEmpty ? nil : .some(try Arguments.scopes(scope)?.routes)
    }
}

extension Arguments {
    /// - Returns: nil when there are none: no restriction.
    static func scopes(_ texts: [String]) throws -> Scopes? {
        guard !texts.isEmpty else { return nil }
        do {
            return try Scopes(texts)
        } catch {
            throw CommandFailure("--scope is a method and a path, as \"GET /api/auth/me\".", code: .usage)
        }
    }

    static func time(_ text: String, option: String) throws -> APITime {
        guard let time = APITime(parsing: text) else {
            throw CommandFailure("\(option) must be a time like 2027-01-31T12:00:00Z.", code: .usage)
        }
        return time
    }

    /// A UUID, as text that can stand in a path.
    static func id(_ text: String, of thing: String) throws -> String {
        guard let id = ID<Organization>(parsing: text) else {
            throw CommandFailure(
                "This is not the id of \(thing): \(LogText.quoted(String(text.prefix(100))))", code: .usage)
        }
        return id.rawValue
    }
}
