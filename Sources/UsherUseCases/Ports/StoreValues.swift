package import UsherDomain

/// Which invitations of one organization, from where on.
package struct InvitationSelection: Sendable {
    package let organization: ID<Organization>
    /// Nil: all but revoked, declined and superseded ones.
    package var statuses: Set<Invitation.Status>?
    /// The keyed hash of the address, which stays when the address is gone.
    package var emailHash: String?
    package var role: Role?
    package var customRole: ID<CustomRole>?
    package var deliveries: Set<Invitation.Delivery>?
    package var inviter: Invitation.Inviter?
    /// Nil: any.
    package var ids: [ID<Invitation>]?
    /// The place after which the page begins: newest first.
    package var after: Cursor?
    package var limit: Int
    package let now: Timestamp

    package init(
        organization: ID<Organization>, statuses: Set<Invitation.Status>? = nil, after: Cursor? = nil, limit: Int,
        now: Timestamp
    ) {
        self.organization = organization
        self.statuses = statuses
        self.after = after
        self.limit = limit
        self.now = now
    }

    package init(
        organization: ID<Organization>, _ filter: InvitationFilter, emailHash: String?, after: Cursor? = nil,
        limit: Int, now: Timestamp
    ) {
        self.init(organization: organization, statuses: filter.statuses, after: after, limit: limit, now: now)
        self.emailHash = emailHash
        role = filter.role
        customRole = filter.customRole
        deliveries = filter.deliveries
        ids = filter.ids
    }

    package struct Cursor: Hashable, Sendable {
        package let createdAt: Timestamp
        package let id: ID<Invitation>

        package init(createdAt: Timestamp, id: ID<Invitation>) {
            self.createdAt = createdAt
            self.id = id
        }
    }
}

/// What invitations of an organization must be like; nil means any.
package struct InvitationFilter: Equatable, Sendable {
    /// Nil: all but revoked, declined and superseded ones.
    package var statuses: Set<Invitation.Status>?
    package var email: EmailAddress?
    package var role: Role?
    package var customRole: ID<CustomRole>?
    package var deliveries: Set<Invitation.Delivery>?
    /// Id of a person or of a key.
    package var inviter: String?
    package var ids: [ID<Invitation>]?

    package init() {}

    package var isEmpty: Bool { self == InvitationFilter() }
}

/// The right of one node to send a letter, until a moment.
package struct Lease: Sendable {
    /// Names the process: new at every start.
    package let node: String
    package let until: Timestamp

    package init(node: String, until: Timestamp) {
        self.node = node
        self.until = until
    }
}

/// What became of an attempt to send a letter.
package enum LetterOutcome: Sendable {
    /// The relay took responsibility (RFC 5321 section 6.1).
    case handedOver(code: Int)
    /// The relay refused for good; an invitation becomes undeliverable and blocks nobody.
    case refused(code: Int?, reason: String)
    /// Tried again at a moment; `code` when the relay said something.
    case delayed(until: Timestamp, code: Int?, reason: String)
    /// Given up: tried too often, or it cannot be written.
    case failed(code: Int?, reason: String)
}

/// What became of an attempt with a letter.
package struct Settlement: Sendable {
    package let letter: Letter
    package let outcome: LetterOutcome

    package init(letter: Letter, outcome: LetterOutcome) {
        self.letter = letter
        self.outcome = outcome
    }
}

/// What an organization and an address are to each other before an offer is made.
package struct Standing: Sendable {
    package let organization: Organization
    package let isMember: Bool
    /// The address does not want to be invited here.
    package let isSuppressed: Bool
    /// An open offer whose time ran out still blocks a new one.
    package let hasOverdueOffer: Bool

    package init(organization: Organization, isMember: Bool, isSuppressed: Bool, hasOverdueOffer: Bool) {
        self.organization = organization
        self.isMember = isMember
        self.isSuppressed = isSuppressed
        self.hasOverdueOffer = hasOverdueOffer
    }
}

/// Where a quota stands after a use.
package struct QuotaState: Sendable {
    package let quota: Quota
    /// False: it was used up before; this use was not counted.
    package let granted: Bool
    package let remaining: Int
    /// Until the window ends.
    package let resetAfter: Duration

    package init(quota: Quota, granted: Bool, remaining: Int, resetAfter: Duration) {
        self.quota = quota
        self.granted = granted
        self.remaining = remaining
        self.resetAfter = resetAfter
    }
}

/// An `Idempotency-Key` of one actor.
package struct IdempotencyKey: Hashable, Sendable {
    package let actor: String
    package let key: String

    package init(actor: String, key: String) {
        self.actor = actor
        self.key = key
    }

    package static let lifetime = Duration.hours(24)
}

/// What a request with an idempotency key did.
package struct IdempotentRecord: Sendable {
    package let key: IdempotencyKey
    /// Differs where method, path, organization or body of the request do.
    package let fingerprint: String
    /// Id of what it made, or how much was done by now; empty where the answer tells all.
    package let subject: String
    /// The answer that was given, in the words of whoever gave it, or sealed; nil while it is not known yet.
    package let answer: String?

    package init(key: IdempotencyKey, fingerprint: String, subject: String, answer: String?) {
        self.key = key
        self.fingerprint = fingerprint
        self.subject = subject
        self.answer = answer
    }
}

/// How many of each were ended together.
package struct WhatWasOpen: Equatable, Sendable {
    package let sessions: Int
    package let links: Int
    package let invitations: Int
    package let letters: Int

    package init(sessions: Int, links: Int, invitations: Int, letters: Int) {
        self.sessions = sessions
        self.links = links
        self.invitations = invitations
        self.letters = letters
    }
}

/// How many letters wait, and since when the oldest of those that are due has been.
package struct OutboxDepth: Sendable {
    package let waiting: Int
    package let oldestDue: Timestamp?

    package init(waiting: Int, oldestDue: Timestamp?) {
        self.waiting = waiting
        self.oldestDue = oldestDue
    }
}
