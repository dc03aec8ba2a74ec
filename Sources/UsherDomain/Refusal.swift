/// Every way in which Usher says no. The list is closed: a new one does not compile until it has an answer.
package enum Refusal: Error, Equatable, Sendable {
    // Who asks
    case notSignedIn
    case notAMember
    case roleTooLow(needed: Permission)
    case outOfScope(route: String)
    case personRequired
    case sessionRequired
    case addressUnverified
    case crossSite

    // What is asked
    case organizationHeaderMissing
    case organizationHeaderInvalid
    case invalidBody([FieldProblem])
    case invalidQuery([FieldProblem])
    case invalidEmail(AddressProblem)
    case invalidRole
    case invalidURL(field: String)
    case originNotAllowed(field: String, origin: Origin)
    case organizationMismatch
    case idempotencyKeyInvalid
    case idempotencyMismatch
    case invalidTable(TableProblem)

    // Rules
    case selfInvitation
    case roleAboveOwn(missing: PermissionSet)
    case alreadyMember
    case alreadyInvited
    case seatLimitReached
    case domainNotAllowed
    case recipientSuppressed
    case recipientRefused(code: Int?)
    case lastOwner
    case targetAboveOwn(missing: PermissionSet)
    case transferPending
    case roleNameTaken
    case roleInUse(RoleUse)
    case tooManyRoles(maximum: Int)
    case domainPublic
    case domainTaken
    case domainNotVerified
    case domainLimitReached
    /// - Parameter found: how many TXT records are at its name; nil: there is no such name.
    case domainNotProved(DomainRecord, found: Int?)

    // Things that are not there, or not yours
    case organizationNotFound
    case invitationNotFound
    case invitationNotPending
    case keyNotFound
    case planNotFound
    case planEnded
    case requestNotFound
    case requestNotOpen
    case memberNotFound
    case transferNotFound
    case joinLinkNotFound
    case roleNotFound
    case joinLinkEnded
    case domainNotFound

    // Capacity
    case limited(Quota, retryAfter: Duration)
    case resendTooSoon(retryAfter: Duration)
    case busy(retryAfter: Duration)
    case domainLookupFailed(retryAfter: Duration)

    // Accepting
    case invitationExpired
    case invitationEnded
    case invitationSuperseded
    case invitationUsed
    case invitationNeedsApproval
    case wrongAccount

    // People and credentials
    case wrongCredentials
    case weakPassword(PasswordProblem)
    case linkInvalid
    case accountExists
    case alreadySetUp

    // Erasing
    case wrongPassword
    /// The caller is the only owner of these.
    case soleOwner([Organization])

    // Suppression
    case suppressionNotFound
    case suppressionProtected
}

/// One member of a body, or one parameter, and what is wrong with it.
package struct FieldProblem: Equatable, Sendable {
    package enum Kind: String, Error, Sendable {
        case missing, malformed, unknown
        case wrongType = "wrong_type"
        case tooLong = "too_long"
        case outOfRange = "out_of_range"
    }

    /// RFC 6901 pointer into the body (`/user_role`), or the parameter's name.
    package let pointer: String
    package let kind: Kind

    package init(_ pointer: String, _ kind: Kind) {
        self.pointer = pointer
        self.kind = kind
    }
}

/// Why a text is not an address that mail can be sent to.
package enum AddressProblem: String, Equatable, Sendable {
    case empty, malformed
    case tooLong = "too_long"
    case notOneAt = "not_one_at"
    case localPart = "local_part"
    case domain
    case several
}

/// Why a password is not taken.
package enum PasswordProblem: Equatable, Sendable {
    case tooShort(minimum: Int)
    case tooLong(maximum: Int)
    case forbiddenCharacter
    case common
    case aboutYou
}

/// A limit with a name: so many per so long (RateLimit fields draft).
package struct Quota: Hashable, Sendable {
    package enum Name: String, Sendable, CaseIterable {
        case actor, organization, recipient, peer
        case signIn = "sign-in"
        case reset
        case lookup
        case plan
        case request
        case shortCode = "short-code"
        case domain
    }

    package let name: Name
    package let count: Int
    package let window: Duration

    package init(_ name: Name, _ count: Int, per window: Duration) {
        self.name = name
        self.count = count
        self.window = window
    }
}
