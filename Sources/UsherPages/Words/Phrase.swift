/// Everything that pages say. Places for values stand in braces.
enum Phrase: String, CaseIterable, Sendable {
    // The offer
    case invitedBy, invitedNoName, offerTitle, inviterWrites
    case factOrganization, factInviter, factRole, factAddress, factUntil, factSince
    case roleUser, roleAdmin, roleOwner, anAdminOf

    // A, B, C
    case leadNew, leadKnown, leadReady
    case submitNew, submitKnown, submitReady
    // D
    case wrongTitle, wrongLead, wrongAdvice, wrongUnproved, wrongSubmit
    // E, F
    case memberTitle, memberLead, acceptedLead, openOrganization, openAccount
    // G to L
    case usedTitle, usedLead, expiredTitle, expiredLead, expiredAdvice, newerHint
    case withdrawnTitle, withdrawnLead, goToApp
    case supersededTitle, supersededLead
    case unknownTitle, unknownLead, pasteLabel, pasteHint, pasteSubmit, pasteWrong
    case askInviter, askNew, askOther, againSubmit
    case askedTitle, askedLead, askedClose, againTitle, againLead
    case shortCodeTitle, shortCodeLead, shortCodeLabel, shortCodeHint, shortCodeLink, shortCodeInstead
    case shortCodeMalformed, shortCodeWrong
    case approvalTitle, approvalLead, approvalWhy, tryAgain
    case fullTitle, fullLead, domainBarredTitle, domainBarredLead
    // Requests, to who decides
    case requestTitle, requestOtherTitle, requestLead, requestOtherLead, requestNote, requestApprove, requestRefuse
    case factInstead, factTheirRole, factAsked
    case approvedTitle, approvedLead, refusedTitle, refusedLead
    case requestMember, requestInvited, requestSelf, requestStopped, requestSeats, requestRole, requestImpossible
    // Requests to join, to who decides
    case askJoinTitle, askJoinLead, askJoinNote, askJoinApprove
    case approvedJoinTitle, approvedJoinLead, refusedJoinLead, endedJoinTitle, endedJoinLead
    // An offer of ownership
    case ownershipTitle, ownershipLead, ownershipNote, ownershipAccept, ownershipDecline, factOffers, factAfterwards
    case ownershipOtherTitle, ownershipOtherLead, ownershipAcceptedTitle, ownershipAcceptedLead, ownershipDeclinedTitle
    case ownershipWithdrawnTitle, ownershipExpiredTitle, ownershipUnknownTitle, ownershipEndedLead, ownershipAgainLead
    // M and other trouble
    case limitedTitle, busyTitle, safeLead, retryAfter, retry, requestLabel
    case faultTitle, faultLead, notFoundTitle, notFoundLead, toStart
    case staleTitle, staleLead, badFormTitle, badFormLead, noEntryTitle, noEntryLead

    // Links that many can join by
    case joinLead, joinOtherSummary, joinDomains, joinDomainWrong, joinSubmit, joinSentLead, joinAgain
    case confirmLead, confirmSubmit, confirmDeadLead
    case joinExpiredTitle, joinRevokedTitle, joinUsedTitle, joinEndedLead, joinBackLead
    case joinUnknownTitle, joinUnknownAdvice, joinFullLead, joinWaitsTitle, joinWaitsLead
    case joinRefusedTitle, joinRefusedLead

    // What one's own address lets one join
    case openTitle, openNone, openJoinLead, openAskLead, openAskSubmit, openAskedTitle, openAskedLead, openWithdraw
    case openRefusedLead, openLink
    // And before they have an account
    case signUpLink, signUpTitle, signUpLead, signUpHasAccount, signUpSentLead, signUpNewTitle, signUpJoinLead
    case signUpAskLead, signUpSubmit, signUpKnownTitle, signUpKnownLead, signUpClosedTitle, signUpClosedLead
    case signUpDeadLead

    // No
    case declineSummary, declineLead, declineReason, declineReport, declineSubmit
    case declinedTitle, declinedLead, reportedLead, reasonTooLong
    case unsubscribeTitle, unsubscribeLead, unsubscribeSubmit, unsubscribedTitle, unsubscribedLead

    // Fields
    case email, name, optional, password, newPassword, newPasswordHint, show, hide
    case errorPrefix, emailWrong, emailOther, nameWrong, passwordMissing, passwordShort, passwordLong
    case passwordForbidden, passwordCommon, passwordAboutYou, credentialsWrong, accountExists

    // Sign in, out, reset, set-up, account
    case signInTitle, signInLead, signInSubmit, forgot, signOut, signedInAs, signedOutTitle
    case resetTitle, resetLead, resetSubmit, resetSentTitle, resetSentLead
    case resetNewTitle, resetNewLead, resetNewSubmit, resetDoneTitle, resetDoneLead
    case resetDeadTitle, resetDeadLead, resetAgain, backToInvitation
    case setUpTitle, setUpLead, setUpSubmit, organizationName, setUpDeadTitle, setUpDeadLead
    case setUpDoneTitle, setUpDoneLead
    case accountTitle, accountOrganizations, accountNone

    // Time: the CLDR plural categories that the three languages have
    case moment, lessThanADay
    case daysZero, daysOne, daysTwo, daysFew, daysMany, daysOther
}
