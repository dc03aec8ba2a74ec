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
    /// All that is allowed: the membership's, or what the membership and the credential have in common.
    package let permissions: PermissionSet
    /// The lists that restrict it; a route must be on each of them.
    package let restrictions: [Scopes]

    package init(_ permissions: PermissionSet, restrictions: [Scopes] = []) {
        self.permissions = permissions
        self.restrictions = restrictions
    }

    package init(role: Role, restrictions: [Scopes] = []) {
        self.init(role.permissions, restrictions: restrictions)
    }

    /// Asks for what a route (`POST /api/invitation`) takes, and for the route itself.
    package func require(_ route: String) throws(Refusal) {
        guard let needed = Permission.ofRoute[route] else { throw .outOfScope(route: route) }
        guard permissions.contains(needed) else { throw .roleTooLow(needed: needed) }
        try requireScope(route)
    }

    /// Asks for the route alone: for what everybody may do with what is their own.
    package func requireScope(_ route: String) throws(Refusal) {
        guard restrictions.allSatisfy({ $0.allow(route) }) else { throw .outOfScope(route: route) }
    }

    /// Whether a list of routes goes nowhere that this access does not go; no list goes everywhere.
    package func covers(_ scopes: Scopes?) -> Bool {
        guard let scopes else { return restrictions.isEmpty }
        return scopes.routes.allSatisfy { route in restrictions.allSatisfy { $0.allow(route) } }
    }

    /// Whoever may do what one may not is not one's to change.
    package func mayChange(_ present: PermissionSet) throws(Refusal) {
        let beyond = present.subtracting(permissions)
        guard beyond.isEmpty else { throw .targetAboveOwn(missing: beyond) }
    }

    /// The ceiling: nobody grants what they may not do themselves.
    package func grant(_ granted: PermissionSet) throws(Refusal) {
        let beyond = granted.subtracting(permissions)
        guard beyond.isEmpty else { throw .roleAboveOwn(missing: beyond) }
    }

    /// The ceiling of an offer of membership: whoever answers for one must be allowed to invite, too. It is asked again
    /// when the offer is accepted.
    package func offer(_ granted: PermissionSet) throws(Refusal) { try grant(granted.with(.invitationCreate)) }
}
