/// Who a request comes from, as its credential proved it. What they may do is asked from the row, in the transaction
/// that acts.
package enum Caller: Hashable, Sendable {
    /// A browser that is signed in; the hash names the session.
    case session(user: ID<User>, hash: String)
    /// A person's own key.
    case userKey(user: ID<User>, key: ID<APIKey>)
    /// An organization's key.
    case organizationKey(organization: ID<Organization>, key: ID<APIKey>)

    /// The person behind it, if it is one.
    package var user: ID<User>? {
        switch self {
        case .session(let user, _), .userKey(let user, _): user
        case .organizationKey: nil
        }
    }

    package var key: ID<APIKey>? {
        switch self {
        case .session: nil
        case .userKey(_, let key), .organizationKey(_, let key): key
        }
    }

    /// One name for limits and idempotency keys: the same person or key is the same actor.
    package var actor: String {
        switch self {
        case .session(let user, _), .userKey(let user, _): "user:\(user)"
        case .organizationKey(_, let key): "key:\(key)"
        }
    }

    package var inviter: Invitation.Inviter {
        switch self {
        case .session(let user, _), .userKey(let user, _): .user(user)
        case .organizationKey(_, let key): .key(key)
        }
    }
}

/// What a caller may do in one organization, at one moment, as the rows say.
package struct Access: Equatable, Sendable {
    package let role: Role
    /// The lists that restrict it; a route must be on each of them.
    package let restrictions: [Scopes]

    package init(role: Role, restrictions: [Scopes] = []) {
        self.role = role
        self.restrictions = restrictions
    }

    /// Asks for a role and a route (`POST /api/invitation`).
    package func require(_ needed: Role, for route: String) throws(Refusal) {
        guard role >= needed else { throw .roleTooLow(needed: needed) }
        guard restrictions.allSatisfy({ $0.allow(route) }) else { throw .outOfScope(route: route) }
    }

    /// Whether a list of routes goes nowhere that this access does not go; no list goes everywhere.
    package func covers(_ scopes: Scopes?) -> Bool {
        guard let scopes else { return restrictions.isEmpty }
        return scopes.routes.allSatisfy { route in restrictions.allSatisfy { $0.allow(route) } }
    }

    /// Whoever has a role above one's own is not one's to change.
    package func mayChange(_ present: Role) throws(Refusal) {
        guard present <= role else { throw .targetAboveOwn(own: role) }
    }

    /// The ceiling: nobody grants a role above their own.
    package func grant(_ granted: Role) throws(Refusal) {
        guard granted <= role else { throw .roleAboveOwn(own: role) }
    }
}
