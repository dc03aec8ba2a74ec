import UsherDomain
import UsherHTTP
import UsherText

/// Reads what was typed on a command line; what is no such thing is a usage error.
enum Arguments {
    static func address(_ text: String) throws -> EmailAddress {
        do {
            return try EmailAddress(parsing: text)
        } catch {
            throw CommandFailure("This is not an address that mail can be sent to: \(shown(text))", code: .usage)
        }
    }

    static func name(_ text: String) throws -> DisplayName {
        do {
            return try DisplayName(parsing: text)
        } catch {
            throw CommandFailure("This name cannot be used (\(error.rawValue)): \(shown(text))", code: .usage)
        }
    }

    static func origin(_ text: String) throws -> Origin {
        guard let origin = Origin(parsing: text) else {
            throw CommandFailure("This is not an origin like https://app.example.com: \(shown(text))", code: .usage)
        }
        return origin
    }

    static func organization(_ text: String) throws -> ID<Organization> {
        guard let id = ID<Organization>(parsing: text) else {
            throw CommandFailure("This is not an organization's id: \(shown(text))", code: .usage)
        }
        return id
    }

    static func role(_ text: String) throws -> Role {
        guard let role = Role(name: text) else {
            throw CommandFailure("A role is owner, admin or user, and not: \(shown(text))", code: .usage)
        }
        return role
    }

    static func roleMap(_ parts: [String]) throws -> RoleMap {
        guard let map = RoleMap(text: parts.joined(separator: ",")) else {
            throw CommandFailure(
                "--role-map must be word=user, word=admin, word=owner or word=NAME of a role that the organization made, "
                    + "and each word once.", code: .usage)
        }
        return map
    }

    static func key(_ text: String) throws -> ID<APIKey> {
        guard let id = ID<APIKey>(parsing: text) else {
            throw CommandFailure("This is not a key's id: \(shown(text))", code: .usage)
        }
        return id
    }

    /// Puts what a use case throws into words.
    static func refusable<R>(_ work: () async throws -> R) async throws -> R {
        do {
            return try await work()
        } catch {
            throw CommandFailure(error)
        }
    }

    private static func shown(_ text: String) -> String { LogText.quoted(String(text.prefix(100))) }
}
