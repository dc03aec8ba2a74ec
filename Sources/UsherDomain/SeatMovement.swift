/// One change of how an organization's seats stand.
package struct SeatMovement: Equatable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// A limit was set for the first time; what was used, held and waited for then.
        case opened
        case limitChanged = "limit_changed"
        /// An offer became open.
        case held
        /// An offer that held a seat, or waited for one, ended.
        case released
        /// An offer was accepted: it holds a seat no more. The member's `occupied` is of the same moment.
        case converted
        /// Somebody became a member, by an offer or without.
        case occupied
        /// A member was removed, left, or reached the end of their membership.
        case vacated
        case waitlisted
        /// An offer that waited was sent.
        case advanced
    }

    /// What changes, or what stands after it.
    package struct Count: Equatable, Sendable {
        package var used: Int
        package var held: Int
        package var waiting: Int

        package init(used: Int, held: Int, waiting: Int) {
            self.used = used
            self.held = held
            self.waiting = waiting
        }

        package static func + (left: Count, right: Count) -> Count {
            Count(used: left.used + right.used, held: left.held + right.held, waiting: left.waiting + right.waiting)
        }

        package static func - (left: Count, right: Count) -> Count {
            Count(used: left.used - right.used, held: left.held - right.held, waiting: left.waiting - right.waiting)
        }
    }

    /// Its place in the ledger of all organizations.
    package let sequence: Int64
    package let at: Timestamp
    package let kind: Kind
    /// The status that the offer has since.
    package let status: String?
    package let invitation: ID<Invitation>?
    package let membership: ID<Membership>?
    /// The limit that holds since; of `opened` and `limitChanged` alone. Nil: none.
    package let limit: Int?
    /// `Caller.actor`, `invitee`, `operator` or `system`; nil: by the relay, or it is not known any more.
    package let actor: String?
    package let change: Count

    package init(
        sequence: Int64, at: Timestamp, kind: Kind, status: String?, invitation: ID<Invitation>?,
        membership: ID<Membership>?, limit: Int?, actor: String?, change: Count
    ) {
        self.sequence = sequence
        self.at = at
        self.kind = kind
        self.status = status
        self.invitation = invitation
        self.membership = membership
        self.limit = limit
        self.actor = actor
        self.change = change
    }
}
