/// A member of a change: left alone, or set to something.
package enum Change<Value: Sendable & Equatable>: Sendable, Equatable {
    case keep
    case set(Value)

    /// The value after the change.
    package func applied(to present: Value) -> Value {
        switch self {
        case .keep: present
        case .set(let value): value
        }
    }
}

/// What shall become of a membership.
package struct MembershipChange: Sendable, Equatable {
    package var role: Change<Role>
    /// Beside the role 0; a change of the number takes it away.
    package var customRole: Change<AssignedRole?>
    package var scopes: Change<Scopes?>
    package var endsAt: Change<Timestamp?>

    package init(
        role: Change<Role> = .keep, customRole: Change<AssignedRole?> = .keep, scopes: Change<Scopes?> = .keep,
        endsAt: Change<Timestamp?> = .keep
    ) {
        self.role = role
        self.customRole = customRole
        self.scopes = scopes
        self.endsAt = endsAt
    }

    package func applied(to membership: Membership, at now: Timestamp) -> Membership {
        var changed = membership
        changed.role = role.applied(to: membership.role)
        if case .set = role { changed.customRole = nil }
        changed.customRole = customRole.applied(to: changed.customRole)
        changed.scopes = scopes.applied(to: membership.scopes)
        changed.endsAt = endsAt.applied(to: membership.endsAt)
        if changed != membership { changed.updatedAt = now }
        return changed
    }
}

extension Membership {
    /// Whether the organization can rest on it: an owner who is not restricted, and whose membership does not end by
    /// itself.
    package var isLastingOwner: Bool { role == .owner && endsAt == nil && scopes == nil }
}

/// When the letter is written that tells a member of the end of their membership.
package enum MembershipEnd {
    package static let noticeBefore = Duration.days(7)
}
