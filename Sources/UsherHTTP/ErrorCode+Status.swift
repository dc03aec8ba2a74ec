import HTTPTypes
import UsherAPI
import UsherDomain

extension ErrorCode {
    /// The one status that goes with a code.
    var status: HTTPResponse.Status {
        switch self {
        case .notSignedIn, .wrongCredentials: .unauthorized
        case .sessionRequired, .addressUnverified, .notAMember, .roleTooLow, .outOfScope, .crossSite, .wrongAccount,
            .invitationNeedsApproval, .alreadySetUp:
            .forbidden
        case .personRequired, .organizationHeaderMissing, .organizationHeaderInvalid, .invalidBody, .invalidQuery,
            .invalidEmail, .invalidRole, .invalidURL, .originNotAllowed, .organizationMismatch,
            .idempotencyKeyInvalid, .badRequest, .invalidCSV, .planEnded:
            .badRequest
        case .selfInvitation, .roleAboveOwn, .alreadyMember, .alreadyInvited, .seatLimitReached, .domainNotAllowed,
            .recipientSuppressed, .recipientRefused, .invitationNotPending, .requestNotOpen, .weakPassword,
            .accountExists, .lastOwner, .targetAboveOwn, .transferPending, .roleNameTaken, .roleInUse, .tooManyRoles:
            .badRequest
        case .suppressionProtected, .wrongPassword, .domainPublic, .domainTaken, .domainNotVerified,
            .domainLimitReached,
            .domainNotProved:
            .badRequest
        case .organizationNotFound, .invitationNotFound, .keyNotFound, .planNotFound, .requestNotFound,
            .memberNotFound, .transferNotFound, .joinLinkNotFound, .roleNotFound, .suppressionNotFound, .domainNotFound,
            .linkInvalid,
            .notFound:
            .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .requestTimeout: .requestTimeout
        case .invitationExpired, .invitationEnded, .invitationSuperseded, .invitationUsed, .joinLinkEnded: .gone
        case .bodyTooLarge: .contentTooLarge
        case .uriTooLong: .uriTooLong
        case .unsupportedMediaType: .unsupportedMediaType
        case .misdirectedRequest: .misdirectedRequest
        case .idempotencyMismatch: .unprocessableContent
        case .limited, .resendTooSoon: .tooManyRequests
        case .headersTooLarge: .requestHeaderFieldsTooLarge
        case .internal: .internalServerError
        case .busy, .unavailable, .domainLookupFailed: .serviceUnavailable
        }
    }
}

extension Refusal {
    /// The name of a refusal on the wire.
    var code: ErrorCode {
        switch self {
        case .notSignedIn: .notSignedIn
        case .notAMember: .notAMember
        case .roleTooLow: .roleTooLow
        case .outOfScope: .outOfScope
        case .personRequired: .personRequired
        case .sessionRequired: .sessionRequired
        case .addressUnverified: .addressUnverified
        case .crossSite: .crossSite
        case .organizationHeaderMissing: .organizationHeaderMissing
        case .organizationHeaderInvalid: .organizationHeaderInvalid
        case .invalidBody: .invalidBody
        case .invalidQuery: .invalidQuery
        case .invalidEmail: .invalidEmail
        case .invalidRole: .invalidRole
        case .invalidURL: .invalidURL
        case .originNotAllowed: .originNotAllowed
        case .organizationMismatch: .organizationMismatch
        case .idempotencyKeyInvalid: .idempotencyKeyInvalid
        case .idempotencyMismatch: .idempotencyMismatch
        case .invalidTable: .invalidCSV
        case .selfInvitation: .selfInvitation
        case .roleAboveOwn: .roleAboveOwn
        case .alreadyMember: .alreadyMember
        case .alreadyInvited: .alreadyInvited
        case .seatLimitReached: .seatLimitReached
        case .domainNotAllowed: .domainNotAllowed
        case .recipientSuppressed: .recipientSuppressed
        case .recipientRefused: .recipientRefused
        case .lastOwner: .lastOwner
        case .targetAboveOwn: .targetAboveOwn
        case .transferPending: .transferPending
        case .roleNameTaken: .roleNameTaken
        case .roleInUse: .roleInUse
        case .tooManyRoles: .tooManyRoles
        case .domainPublic: .domainPublic
        case .domainTaken: .domainTaken
        case .domainNotVerified: .domainNotVerified
        case .domainLimitReached: .domainLimitReached
        case .domainNotProved: .domainNotProved
        case .organizationNotFound: .organizationNotFound
        case .invitationNotFound: .invitationNotFound
        case .invitationNotPending: .invitationNotPending
        case .keyNotFound: .keyNotFound
        case .planNotFound: .planNotFound
        case .planEnded: .planEnded
        case .requestNotFound: .requestNotFound
        case .requestNotOpen: .requestNotOpen
        case .memberNotFound: .memberNotFound
        case .transferNotFound: .transferNotFound
        case .joinLinkNotFound: .joinLinkNotFound
        case .roleNotFound: .roleNotFound
        case .joinLinkEnded: .joinLinkEnded
        case .domainNotFound: .domainNotFound
        case .limited: .limited
        case .resendTooSoon: .resendTooSoon
        case .busy: .busy
        case .domainLookupFailed: .domainLookupFailed
        case .invitationExpired: .invitationExpired
        case .invitationEnded: .invitationEnded
        case .invitationSuperseded: .invitationSuperseded
        case .invitationUsed: .invitationUsed
        case .invitationNeedsApproval: .invitationNeedsApproval
        case .wrongAccount: .wrongAccount
        case .wrongCredentials: .wrongCredentials
        case .weakPassword: .weakPassword
        case .linkInvalid: .linkInvalid
        case .accountExists: .accountExists
        case .alreadySetUp: .alreadySetUp
        case .wrongPassword: .wrongPassword
        case .soleOwner: .lastOwner
        case .suppressionNotFound: .suppressionNotFound
        case .suppressionProtected: .suppressionProtected
        }
    }
}
