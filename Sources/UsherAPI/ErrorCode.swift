/// Every code that an answer of Usher may carry. A code never changes its meaning and is never reused.
public enum ErrorCode: String, CaseIterable, Codable, Sendable {
    // Who asks
    case notSignedIn = "not_signed_in"
    case notAMember = "not_a_member"
    case roleTooLow = "role_too_low"
    case outOfScope = "out_of_scope"
    case personRequired = "person_required"
    case sessionRequired = "session_required"
    case addressUnverified = "address_unverified"
    case crossSite = "cross_site"

    // What is asked
    case organizationHeaderMissing = "organization_header_missing"
    case organizationHeaderInvalid = "organization_header_invalid"
    case invalidBody = "invalid_body"
    case invalidQuery = "invalid_query"
    case invalidEmail = "invalid_email"
    case invalidRole = "invalid_role"
    case invalidURL = "invalid_url"
    case originNotAllowed = "origin_not_allowed"
    case organizationMismatch = "organization_mismatch"
    case idempotencyKeyInvalid = "idempotency_key_invalid"
    case idempotencyMismatch = "idempotency_mismatch"
    case invalidCSV = "invalid_csv"

    // Rules
    case selfInvitation = "self_invitation"
    case roleAboveOwn = "role_above_own"
    case alreadyMember = "already_member"
    case alreadyInvited = "already_invited"
    case seatLimitReached = "seat_limit_reached"
    case domainNotAllowed = "domain_not_allowed"
    case recipientSuppressed = "recipient_suppressed"
    case recipientRefused = "recipient_refused"
    case lastOwner = "last_owner"
    case targetAboveOwn = "target_above_own"
    case transferPending = "transfer_pending"
    case roleNameTaken = "role_name_taken"
    case roleInUse = "role_in_use"
    case tooManyRoles = "too_many_roles"
    case domainPublic = "domain_public"
    case domainTaken = "domain_taken"
    case domainNotVerified = "domain_not_verified"
    case domainLimitReached = "domain_limit_reached"
    case domainNotProved = "domain_not_proved"

    // Things that are not there, or not yours
    case organizationNotFound = "organization_not_found"
    case invitationNotFound = "invitation_not_found"
    case invitationNotPending = "invitation_not_pending"
    case keyNotFound = "key_not_found"
    case planNotFound = "plan_not_found"
    case planEnded = "plan_ended"
    case requestNotFound = "request_not_found"
    case requestNotOpen = "request_not_open"
    case memberNotFound = "member_not_found"
    case transferNotFound = "transfer_not_found"
    case joinLinkNotFound = "join_link_not_found"
    case roleNotFound = "role_not_found"
    case joinLinkEnded = "join_link_ended"
    case domainNotFound = "domain_not_found"

    // Capacity
    case limited
    case resendTooSoon = "resend_too_soon"
    case busy
    case unavailable
    case domainLookupFailed = "domain_lookup_failed"

    // Accepting
    case invitationExpired = "invitation_expired"
    case invitationEnded = "invitation_ended"
    case invitationSuperseded = "invitation_superseded"
    case invitationUsed = "invitation_used"
    case invitationNeedsApproval = "invitation_needs_approval"
    case wrongAccount = "wrong_account"

    // People and credentials
    case wrongCredentials = "wrong_credentials"
    case weakPassword = "weak_password"
    case linkInvalid = "link_invalid"
    case accountExists = "account_exists"
    case alreadySetUp = "already_set_up"

    // Erasing
    case wrongPassword = "wrong_password"

    // Suppression
    case suppressionNotFound = "suppression_not_found"
    case suppressionProtected = "suppression_protected"

    // HTTP itself
    case badRequest = "bad_request"
    case notFound = "not_found"
    case methodNotAllowed = "method_not_allowed"
    case requestTimeout = "request_timeout"
    case bodyTooLarge = "body_too_large"
    case uriTooLong = "uri_too_long"
    case unsupportedMediaType = "unsupported_media_type"
    case misdirectedRequest = "misdirected_request"
    case headersTooLarge = "headers_too_large"
    case `internal` = "internal"
}
