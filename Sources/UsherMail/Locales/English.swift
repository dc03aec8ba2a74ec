extension LetterText {
    package static let english = Catalogue<LetterText>(
        language: "en",
        texts: [
            .invitationSubject: "{inviter} invited you to join {organization} on {app}",
            .invitationTitle: "Join {organization} on {app}",
            .invitationIntro: "{inviter} invited you ({recipient}) to join {organization} on {app} as {role}.",
            .invitationFrom: "{inviter} via {app}",
            .invitationButton: "Accept the invitation",
            .invitationLink: "If the button does not work, open this address:",
            .invitationBound: "The invitation is for {recipient} only, and works once.",
            .invitationWhy: "You got this letter because {inviter} entered your address on {app}.",
            .invitationIgnore: "Not expecting it? Ignore it: nothing happens unless you accept.",
            .invitationCode: "Or open {address} and type your address and this code:",
            .reminderSubject: "Reminder: {inviter} invited you to join {organization} on {app}",
            .reminderTitle: "Your invitation to {organization} is still open",
            .reminderIntro: "{inviter} invited you ({recipient}) to join {organization} on {app} as {role}, and the "
                + "invitation has not been answered yet.",
            .reminderStop: "You do not want to join? Decline on the invitation's page, or open this address to get no "
                + "more letters from {organization}:",
            .invitedBy: "Invited by",
            .invitedAddress: "Invited address",
            .organization: "Organization",
            .role: "Role",
            .validUntil: "Valid until",
            .aboutApp: "{app} is the application at {origin}.",
            .resetSubject: "Set a new password for {app}",
            .resetTitle: "Set a new password",
            .resetIntro: "Somebody asked to set a new password for the account {recipient} on {app}.",
            .resetButton: "Set a new password",
            .resetLink: "If the button does not work, open this address:",
            .resetIgnore: "It was not you? Ignore this letter: your password stays as it is.",
            .changedSubject: "Your password for {app} was changed",
            .changedTitle: "Your password was changed",
            .changedIntro: "The password of the account {recipient} on {app} was changed on {until}. "
                + "All other sessions were signed out.",
            .changedWarning: "It was not you? Set a new password at once, and tell whoever runs {app}:",
            .noticeLink: "If the button does not work, open this address:",
            .newLinkSubject: "{person} asks for a new invitation to {organization}",
            .newLinkTitle: "{person} asks for a new link",
            .newLinkIntro:
                "The invitation of {person} to {organization} on {app} does not work any more, and {person} asks for a new one.",
            .newLinkButton: "Look at the request",
            .newLinkNote:
                "Nothing is sent unless you approve. You do not know {person}? Refuse the request, or ignore this letter.",
            .otherAddressSubject: "{person} asks to be invited to {organization}",
            .otherAddressTitle: "{person} asks to be invited",
            .otherAddressIntro: "Somebody who is signed in on {app} as {person} holds an invitation to {organization} "
                + "that was sent to another address, and asks to be invited at {person}.",
            .roleUser: "User",
            .roleAdmin: "Admin",
            .roleOwner: "Owner",
            .months: "January|February|March|April|May|June|July|August|September|October|November|December",
            .moment: "{day} {month} {year}, {time} UTC",
            .until: "{moment} ({rest})",
            .dayOne: "{count} day",
            .dayOther: "{count} days",
            .hourOne: "{count} hour",
            .hourOther: "{count} hours",
            .minuteOne: "{count} minute",
            .minuteOther: "{count} minutes",
        ]
    )
}
