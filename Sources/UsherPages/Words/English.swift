extension Words {
    static let english: [Phrase: String] = [
        .invitedBy: "{inviter} invited you to join {organization}",
        .invitedNoName: "You are invited to join {organization}",
        .inviterWrites: "{inviter} writes:",
        .offerTitle: "Invitation to {organization}",
        .factOrganization: "Organization",
        .factInviter: "Invited by",
        .factRole: "Your role",
        .factAddress: "For",
        .factUntil: "Valid until",
        .factSince: "Ended",
        .roleUser: "User",
        .roleAdmin: "Admin",
        .roleOwner: "Owner",
        .anAdminOf: "an admin of {organization}",

        .leadNew: "Choose a password to create your account. That accepts the invitation.",
        .leadKnown: "You have an account with this address. Sign in to accept the invitation.",
        .leadReady: "You are signed in as {person}.",
        .submitNew: "Create account and join",
        .submitKnown: "Sign in and join",
        .submitReady: "Join {organization}",

        .wrongTitle: "This invitation is for another address",
        .wrongLead: "It was sent to {invited}, and you are signed in as {person}.",
        .wrongAdvice: "If you ask, {inviter} decides whether a letter goes to {person}.",
        .wrongUnproved: """
        You are signed in as {person}, but nobody has confirmed yet that this address is yours. Sign out and set \
        a password here: the link in your mail is the proof.
        """,
        .wrongSubmit: "Switch account",

        .memberTitle: "You are a member of {organization}",
        .memberLead: "You have joined before, and your role there is: {role}. There is nothing more to do.",
        .acceptedLead: "You accepted this invitation on {when}. Your role there is: {role}.",
        .openOrganization: "Open {organization}",
        .openAccount: "Open your account",

        .usedTitle: "This invitation has been used",
        .usedLead:
            "An invitation works once. If it was you who used it, sign in. If not, tell {inviter}, or ask for a new one here.",
        .expiredTitle: "This invitation has expired",
        .expiredLead: "It was valid until {when}.",
        .expiredAdvice: "{inviter} can send you a new one. You need no account to ask.",
        .newerHint: "Have you got a newer letter? Paste its link here.",
        .withdrawnTitle: "This invitation was withdrawn",
        .withdrawnLead: "It cannot be accepted any more. If you did not expect that, ask whoever invited you.",
        .goToApp: "Go to the app",
        .supersededTitle: "A newer letter was sent",
        .supersededLead: """
        This link was replaced by a newer one on {when}. Look for the latest letter in your mailbox: its link works. If \
        it is not there, we send it to the same address again.
        """,
        .unknownTitle: "We cannot find this invitation",
        .unknownLead: "Links can break when they are copied, or when a mail program wraps them over two lines.",
        .pasteLabel: "Link or code from the letter",
        .pasteHint: "Copy the whole address from the letter and paste it here.",
        .pasteSubmit: "Open invitation",
        .pasteWrong: "There is no invitation code in this text. Copy the whole link from the letter.",
        .fullTitle: "{organization} is full at the moment",
        .fullLead: "All of its seats are taken. Your invitation stays open: try again later, or ask {inviter}.",
        .domainBarredTitle: "{organization} does not admit this address",
        .domainBarredLead: """
        Addresses of this domain cannot join it any more. If that is a mistake, ask {inviter}.
        """,
        .askInviter: "Ask {inviter} for a new link",
        .askNew: "Ask for a new invitation",
        .askOther: "Ask to be invited at {person}",
        .againSubmit: "Send it again",
        .askedTitle: "You asked for a new invitation",
        .askedLead: "An admin of the organization decides. If they agree, a letter with a new link comes to you.",
        .askedClose: "You can close this page.",
        .againTitle: "The latest letter is on its way again",
        .againLead: "It goes to the invited address and may take a few minutes. Look into the spam folder, too.",
        .shortCodeTitle: "Open your invitation with its code",
        .shortCodeLead: "The code stands in the letter, below the link.",
        .shortCodeLabel: "Code from the letter",
        .shortCodeHint: "Eight letters and digits, like 7K3M-Q9XD.",
        .shortCodeLink: "Paste the link instead",
        .shortCodeInstead: "Type the short code from the letter instead",
        .shortCodeMalformed: "The code has eight letters and digits. Look below the link in the letter.",
        .shortCodeWrong: "This code does not belong to this address. Take both from the latest letter.",
        .approvalTitle: "An admin has to approve this first",
        .approvalLead: "Nothing is asked of you now. Your invitation to {organization} waits for one of its admins.",
        .approvalWhy: "Whoever invited you may not grant this role any more, so another admin has to agree.",
        .tryAgain: "Check again",

        .requestTitle: "{person} asks for a new invitation",
        .requestOtherTitle: "{person} asks to be invited",
        .requestLead: """
        Their invitation to {organization} does not work any more. If you approve, a letter with a new link goes to \
        {person} and to nobody else.
        """,
        .requestOtherLead: """
        They hold an invitation to {organization} that was sent to another address, and are signed in with this one. \
        If you approve, {person} is invited, and the letter goes there only.
        """,
        .requestNote: "You answer for the invitation then. Nobody is told when you refuse.",
        .requestApprove: "Approve and send",
        .requestRefuse: "Refuse",
        .factInstead: "Instead of",
        .factTheirRole: "Role",
        .factAsked: "Asked",
        .approvedTitle: "Approved: the letter is on its way",
        .approvedLead: "It goes to {person}.",
        .refusedTitle: "The request was refused",
        .refusedLead: "Nothing was sent to {person}.",
        .requestMember: "This address belongs to a member already. There is nothing to send.",
        .requestInvited: "An invitation for this address is open already. Send that one again instead.",
        .requestSelf: "This is your own address.",
        .requestStopped: "Whoever owns this address asked not to be invited by this organization again.",
        .requestSeats: "All seats of this organization are taken.",
        .requestRole: "The role {role} is above your own, so somebody with that role has to approve this.",
        .requestImpossible: "It cannot be approved any more: the rules of the server or of the organization changed.",

        .ownershipTitle: "{person} offers you the ownership of {organization}",
        .ownershipLead: "If you accept, you become its owner, and {person} becomes an admin.",
        .ownershipNote: "Nothing changes unless you accept. {person} can take the offer back until then.",
        .ownershipAccept: "Accept ownership",
        .ownershipDecline: "Decline",
        .factOffers: "Offered by",
        .factAfterwards: "Your role then",
        .ownershipOtherTitle: "This offer is for another account",
        .ownershipOtherLead: "You are signed in as {person}. Sign in with the address that the letter was sent to.",
        .ownershipAcceptedTitle: "The ownership was handed over",
        .ownershipAcceptedLead: "The offer was accepted. Your account shows your roles.",
        .ownershipDeclinedTitle: "The offer was declined",
        .ownershipWithdrawnTitle: "The offer was taken back",
        .ownershipExpiredTitle: "The offer has expired",
        .ownershipUnknownTitle: "We cannot find this offer",
        .ownershipEndedLead: "Nothing has changed.",
        .ownershipAgainLead: "Nothing has changed. Ask the owner to offer it again.",

        .limitedTitle: "Too many tries",
        .busyTitle: "We cannot answer right now",
        .safeLead: "Your invitation is safe. Nothing was lost.",
        .retryAfter: "Please try again in {wait}.",
        .retry: "Try again",
        .requestLabel: "If you ask for help, name this number:",
        .faultTitle: "Something went wrong",
        .faultLead: "The fault is ours and has been written down. Nothing was changed.",
        .notFoundTitle: "There is no such page",
        .notFoundLead: "The address may be misspelt, or the page has moved.",
        .toStart: "Go to the start",
        .staleTitle: "This form is out of date",
        .staleLead: """
        Nothing was changed. Open the page again and send the form once more; your browser has to accept cookies.
        """,
        .badFormTitle: "This form cannot be read",
        .badFormLead: "Nothing was changed. Open the page again and send the form once more.",
        .noEntryTitle: "You may not do this",
        .noEntryLead: "Nothing was changed.",

        .joinLead: "Type your e-mail address. We send you a letter to confirm it, and then you can join.",
        .joinOtherSummary: "Join with another address",
        .joinDomains: "Only addresses of: {domains}",
        .joinDomainWrong: "This link is for addresses of other domains.",
        .joinSubmit: "Send me the letter",
        .joinSentLead: """
        If {email} can join {organization} by this link, a letter is on its way. The link in it works for 10 \
        minutes.
        """,
        .joinAgain: "Type another address",
        .confirmLead: "Confirm that this address is yours. The next page is your invitation.",
        .confirmSubmit: "Confirm and go on",
        .confirmDeadLead: """
        A link to confirm an address works once, for 10 minutes. Open the link to join again, and we send a new \
        letter.
        """,
        .joinExpiredTitle: "This link has expired",
        .joinRevokedTitle: "This link was withdrawn",
        .joinUsedTitle: "This link has been used up",
        .joinEndedLead: "Nobody can join by it any more. Ask {inviter} for a new one.",
        .joinBackLead: """
        Have you confirmed your address here before? Type it again, and a letter leads you back to your \
        invitation.
        """,
        .joinUnknownTitle: "We cannot find this link",
        .joinUnknownAdvice: "Copy the whole link and open it again, or ask whoever gave it to you.",
        .joinFullLead: "All of its seats are taken. Try again later, or ask {inviter}.",
        .joinWaitsTitle: "You are on the waiting list of {organization}",
        .joinWaitsLead: """
        All seats are taken at the moment. As soon as one is free, your invitation goes to {email}.
        """,
        .joinRefusedTitle: "This address cannot join by this link",
        .joinRefusedLead: "Try another address, or ask {inviter}.",

        .askJoinTitle: "{person} asks to join",
        .askJoinLead: """
        The address is proved, and is at {domain}, a domain of {organization}. If you approve, {person} is a member \
        at once.
        """,
        .askJoinNote: "You answer for the membership then. A letter tells them either way.",
        .askJoinApprove: "Approve",
        .approvedJoinTitle: "Approved",
        .approvedJoinLead: "{person} is a member now. A letter tells them.",
        .refusedJoinLead: "A letter tells {person}. They can ask again in a week.",
        .endedJoinTitle: "This request is not open any more",
        .endedJoinLead: "{person} took it back, or nobody decided it in time.",
        .openTitle: "Organizations you can join",
        .openNone: "No organization lets people with your address join by themselves. An admin can invite you.",
        .openJoinLead: "People with an address like yours, {email}, can join {organization}.",
        .openAskLead: "People with an address like yours, {email}, can ask to join {organization}. An admin decides.",
        .openAskSubmit: "Ask to join",
        .openAskedTitle: "You asked to join {organization}",
        .openAskedLead: "An admin decides. A letter tells you.",
        .openWithdraw: "Take the request back",
        .openRefusedLead: "Your request was refused. You can ask again a week later.",
        .openLink: "Organizations you can join",
        .signUpLink: "No account yet? Join with your work address",
        .signUpTitle: "Join with your work address",
        .signUpLead: """
        Some organizations let people join, or ask to, with an address at their own domain. Type your work address. If \
        yours is one of these, we send you a letter.
        """,
        .signUpHasAccount: "You have an account? Sign in",
        .signUpSentLead: """
        If people with an address like {email} can join an organization here, a letter is on its way. The link in it \
        works for 10 minutes.
        """,
        .signUpNewTitle: "Create your account",
        .signUpJoinLead: """
        With this address you can join {organization}. Choose a password for your account; you join on the next page.
        """,
        .signUpAskLead: """
        With this address you can ask to join {organization}. Choose a password for your account; you ask on the next \
        page, and an admin decides.
        """,
        .signUpSubmit: "Create account",
        .signUpKnownTitle: "You have an account already",
        .signUpKnownLead: "Sign in with the password of {email}, and you can join from there.",
        .signUpClosedTitle: "This address cannot join any more",
        .signUpClosedLead: """
        No organization lets people with an address like {email} join by themselves now. No account was made. An admin \
        can invite you.
        """,
        .signUpDeadLead: """
        It works once, for 10 minutes, and only the newest one does. If you made your account with it, sign in.
        """,

        .declineSummary: "Not for you? Decline or report it",
        .declineLead: "You need no account for this. The inviter sees that you declined.",
        .declineReason: "Reason",
        .declineReport: "I don't know them: no more invitations from this organization",
        .declineSubmit: "Decline invitation",
        .declinedTitle: "You declined the invitation",
        .declinedLead: "No account was made, and the link works no more. You can close this page.",
        .reportedLead: "This organization cannot invite this address any more.",
        .reasonTooLong: "At most 500 characters, please.",
        .unsubscribeTitle: "No more invitations from this organization?",
        .unsubscribeLead: "It will not be able to invite this address again. Other organizations still are.",
        .unsubscribeSubmit: "Don't invite me again",
        .unsubscribedTitle: "Done: they cannot invite you again",
        .unsubscribedLead: "You can close this page.",

        .email: "E-mail address",
        .name: "Your name",
        .optional: "(optional)",
        .password: "Password",
        .newPassword: "New password",
        .newPasswordHint:
            "At least {count} characters. Spaces and any characters are fine; a few words are easy to keep.",
        .show: "Show",
        .hide: "Hide",
        .errorPrefix: "Error: {title}",
        .emailWrong: "This is not a complete e-mail address. Write it like name@example.com.",
        .emailOther: "This invitation is for another address, and the address cannot be changed.",
        .nameWrong: "Write the name in one line of at most {count} visible characters.",
        .passwordMissing: "Type your password.",
        .passwordShort: "This is too short: at least {count} characters.",
        .passwordLong: "This is too long: at most {count} characters.",
        .passwordForbidden: "This contains an invisible character. Type it again or choose another.",
        .passwordCommon: "This is one of the passwords that are guessed first. Choose another.",
        .passwordAboutYou: "This is easy to guess from what is known about you. Choose another.",
        .credentialsWrong: "Address or password is not right.",
        .accountExists: "This address has an account already. Sign in with its password.",

        .signInTitle: "Sign in",
        .signInLead: "Welcome back.",
        .signInSubmit: "Sign in",
        .forgot: "Forgot your password?",
        .signOut: "Sign out",
        .signedInAs: "You are signed in as {person}.",
        .signedOutTitle: "You are signed out",
        .resetTitle: "Forgot your password?",
        .resetLead: "Tell us your address, and we send you a link to set a new one.",
        .resetSubmit: "Send the link",
        .resetSentTitle: "Look into your mailbox",
        .resetSentLead: "If {email} has an account here, a link is on its way. It works for 30 minutes.",
        .resetNewTitle: "Set a new password",
        .resetNewLead: "You will be signed out everywhere, and can sign in with the new one.",
        .resetNewSubmit: "Set password",
        .resetDoneTitle: "Your new password works",
        .resetDoneLead: "Sign in with it.",
        .resetDeadTitle: "This link works no more",
        .resetDeadLead: "A link to set a password works once, for 30 minutes, and only the newest one does.",
        .resetAgain: "Send a new link",
        .backToInvitation: "Back to your invitation",
        .setUpTitle: "Set up {app}",
        .setUpLead: "You are the first one here. You will be the owner of the first organization.",
        .setUpSubmit: "Create owner account",
        .organizationName: "Name of your organization",
        .setUpDeadTitle: "This set-up link works no more",
        .setUpDeadLead: """
        It works once, for 30 minutes. While there is no admin, the server prints a new one when it starts; or run \
        {command} on the server.
        """,
        .setUpDoneTitle: "This server is set up already",
        .setUpDoneLead: "Sign in, or ask an owner to invite you.",
        .accountTitle: "Your account",
        .accountOrganizations: "Your organizations",
        .accountNone: "You are in no organization yet. An admin can invite you.",

        .moment: "{day} {month} {year}, {time} UTC",
        .lessThanADay: "less than a day left",
        .daysZero: "{count} days left",
        .daysOne: "{count} day left",
        .daysTwo: "{count} days left",
        .daysFew: "{count} days left",
        .daysMany: "{count} days left",
        .daysOther: "{count} days left",
    ]
}
