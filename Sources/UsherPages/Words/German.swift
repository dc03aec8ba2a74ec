extension Words {
    static let german: [Phrase: String] = [
        .invitedBy: "{inviter} lädt Sie zu {organization} ein",
        .invitedNoName: "Sie sind zu {organization} eingeladen",
        .inviterWrites: "{inviter} schreibt:",
        .offerTitle: "Einladung zu {organization}",
        .factOrganization: "Organisation",
        .factInviter: "Eingeladen von",
        .factRole: "Ihre Rolle",
        .factAddress: "Für",
        .factUntil: "Gültig bis",
        .factSince: "Beendet",
        .roleUser: "Benutzer",
        .roleAdmin: "Admin",
        .roleOwner: "Inhaber",
        .anAdminOf: "einen Admin von {organization}",

        .leadNew: "Wählen Sie ein Passwort für Ihr Konto. Damit nehmen Sie die Einladung an.",
        .leadKnown: "Zu dieser Adresse gibt es schon ein Konto. Melden Sie sich an, um die Einladung anzunehmen.",
        .leadReady: "Sie sind angemeldet als {person}.",
        .submitNew: "Konto anlegen und beitreten",
        .submitKnown: "Anmelden und beitreten",
        .submitReady: "{organization} beitreten",

        .wrongTitle: "Diese Einladung gilt für eine andere Adresse",
        .wrongLead: "Sie ging an {invited}, und Sie sind angemeldet als {person}.",
        .wrongAdvice: "Wenn Sie bitten, entscheidet {inviter}, ob eine E-Mail an {person} geht.",
        .wrongUnproved: """
        Sie sind angemeldet als {person}, aber dass die Adresse Ihnen gehört, ist noch nicht bestätigt. Melden Sie \
        sich ab und setzen Sie hier ein Passwort: Der Link aus Ihrer E-Mail ist der Beleg.
        """,
        .wrongSubmit: "Konto wechseln",

        .memberTitle: "Sie sind Mitglied von {organization}",
        .memberLead: "Sie sind schon beigetreten, mit der Rolle: {role}. Es ist nichts mehr zu tun.",
        .acceptedLead: "Sie haben diese Einladung am {when} angenommen. Ihre Rolle: {role}.",
        .openOrganization: "{organization} öffnen",
        .openAccount: "Konto öffnen",

        .usedTitle: "Diese Einladung wurde schon benutzt",
        .usedLead: """
        Eine Einladung gilt einmal. Waren Sie es selbst, melden Sie sich an. Wenn nicht, verständigen Sie {inviter}, oder \
        bitten Sie hier um eine neue.
        """,
        .expiredTitle: "Diese Einladung ist abgelaufen",
        .expiredLead: "Sie galt bis {when}.",
        .expiredAdvice: "Eine neue kann {inviter} Ihnen senden. Um zu bitten, brauchen Sie kein Konto.",
        .newerHint: "Haben Sie eine neuere E-Mail? Fügen Sie deren Link hier ein.",
        .withdrawnTitle: "Diese Einladung wurde zurückgezogen",
        .withdrawnLead: """
        Sie kann nicht mehr angenommen werden. Wenn Sie das nicht erwartet haben, fragen Sie, wer Sie eingeladen hat.
        """,
        .goToApp: "Zur Anwendung",
        .supersededTitle: "Es gibt eine neuere E-Mail",
        .supersededLead: """
        Dieser Link wurde am {when} durch einen neueren ersetzt. Suchen Sie die letzte E-Mail in Ihrem Postfach: \
        Deren Link gilt. Ist sie nicht da, senden wir sie noch einmal an dieselbe Adresse.
        """,
        .unknownTitle: "Wir finden diese Einladung nicht",
        .unknownLead: "Links gehen leicht kaputt, wenn man sie kopiert oder ein Mailprogramm sie umbricht.",
        .pasteLabel: "Link oder Code aus der E-Mail",
        .pasteHint: "Kopieren Sie die ganze Adresse aus der E-Mail und fügen Sie sie hier ein.",
        .pasteSubmit: "Einladung öffnen",
        .pasteWrong: "Darin ist kein Einladungscode. Kopieren Sie den ganzen Link aus der E-Mail.",
        .fullTitle: "{organization} ist zurzeit voll",
        .fullLead: """
        Alle Plätze sind belegt. Ihre Einladung bleibt offen: Versuchen Sie es später, oder fragen Sie {inviter}.
        """,
        .domainBarredTitle: "{organization} lässt diese Adresse nicht zu",
        .domainBarredLead: """
        Adressen dieser Domain können nicht mehr beitreten. Ist das ein Versehen, fragen Sie {inviter}.
        """,
        .askInviter: "{inviter} um einen neuen Link bitten",
        .askNew: "Um eine neue Einladung bitten",
        .askOther: "Um eine Einladung an {person} bitten",
        .againSubmit: "Noch einmal senden",
        .askedTitle: "Sie haben um eine neue Einladung gebeten",
        .askedLead: """
        Darüber entscheidet ein Admin der Organisation. Stimmt er zu, bekommen Sie eine E-Mail mit einem neuen Link.
        """,
        .askedClose: "Sie können diese Seite schließen.",
        .againTitle: "Die letzte E-Mail ist noch einmal unterwegs",
        .againLead:
            "Sie geht an die eingeladene Adresse und kann ein paar Minuten brauchen. Sehen Sie auch im Spam nach.",
        .shortCodeTitle: "Einladung mit dem Code öffnen",
        .shortCodeLead: "Der Code steht in der E-Mail unter dem Link.",
        .shortCodeLabel: "Code aus der E-Mail",
        .shortCodeHint: "Acht Buchstaben und Ziffern, zum Beispiel 7K3M-Q9XD.",
        .shortCodeLink: "Stattdessen den Link einfügen",
        .shortCodeInstead: "Stattdessen den kurzen Code aus der E-Mail eingeben",
        .shortCodeMalformed: "Der Code hat acht Buchstaben und Ziffern. Er steht in der E-Mail unter dem Link.",
        .shortCodeWrong: "Dieser Code gehört nicht zu dieser Adresse. Nehmen Sie beides aus der letzten E-Mail.",
        .approvalTitle: "Ein Admin muss erst zustimmen",
        .approvalLead: "Sie müssen jetzt nichts tun. Ihre Einladung zu {organization} wartet auf einen Admin dort.",
        .approvalWhy:
            "Wer Sie eingeladen hat, darf diese Rolle nicht mehr vergeben; darum entscheidet ein anderer Admin.",
        .tryAgain: "Noch einmal nachsehen",

        .requestTitle: "{person} bittet um eine neue Einladung",
        .requestOtherTitle: "{person} bittet um eine Einladung",
        .requestLead: """
        Die Einladung zu {organization} gilt nicht mehr. Wenn Sie zustimmen, geht eine E-Mail mit einem neuen Link an \
        {person} und an niemanden sonst.
        """,
        .requestOtherLead: """
        Eine Einladung zu {organization} ging an eine andere Adresse; wer sie hat, ist mit dieser hier angemeldet. \
        Wenn Sie zustimmen, wird {person} eingeladen, und die E-Mail geht nur dorthin.
        """,
        .requestNote: "Sie stehen dann für die Einladung ein. Lehnen Sie ab, erfährt das niemand.",
        .requestApprove: "Zustimmen und senden",
        .requestRefuse: "Ablehnen",
        .factInstead: "Anstelle von",
        .factTheirRole: "Rolle",
        .factAsked: "Gebeten am",
        .approvedTitle: "Zugestimmt: die E-Mail ist unterwegs",
        .approvedLead: "Sie geht an {person}.",
        .refusedTitle: "Die Bitte wurde abgelehnt",
        .refusedLead: "An {person} wurde nichts gesendet.",
        .requestMember: "Diese Adresse gehört schon einem Mitglied. Es gibt nichts zu senden.",
        .requestInvited: "Für diese Adresse ist schon eine Einladung offen. Senden Sie die noch einmal.",
        .requestSelf: "Das ist Ihre eigene Adresse.",
        .requestStopped: "Wem diese Adresse gehört, der wollte von dieser Organisation nicht mehr eingeladen werden.",
        .requestSeats: "Alle Plätze dieser Organisation sind vergeben.",
        .requestRole: "Die Rolle {role} liegt über Ihrer eigenen. Zustimmen muss, wer diese Rolle hat.",
        .requestImpossible: "Zustimmen geht nicht mehr: Die Regeln des Servers oder der Organisation sind andere.",

        .ownershipTitle: "{person} bietet Ihnen an, {organization} zu übernehmen",
        .ownershipLead: "Wenn Sie annehmen, werden Sie Inhaber, und {person} wird Admin.",
        .ownershipNote:
            "Solange Sie nicht annehmen, ändert sich nichts. Bis dahin kann {person} das Angebot zurückziehen.",
        .ownershipAccept: "Annehmen",
        .ownershipDecline: "Ablehnen",
        .factOffers: "Angeboten von",
        .factAfterwards: "Ihre Rolle danach",
        .ownershipOtherTitle: "Dieses Angebot ist für ein anderes Konto",
        .ownershipOtherLead:
            "Sie sind als {person} angemeldet. Melden Sie sich mit der Adresse an, an die die E-Mail ging.",
        .ownershipAcceptedTitle: "Die Organisation wurde übergeben",
        .ownershipAcceptedLead: "Das Angebot wurde angenommen. Ihr Konto zeigt Ihre Rollen.",
        .ownershipDeclinedTitle: "Das Angebot wurde abgelehnt",
        .ownershipWithdrawnTitle: "Das Angebot wurde zurückgezogen",
        .ownershipExpiredTitle: "Das Angebot ist abgelaufen",
        .ownershipUnknownTitle: "Dieses Angebot finden wir nicht",
        .ownershipEndedLead: "Es hat sich nichts geändert.",
        .ownershipAgainLead: "Es hat sich nichts geändert. Bitten Sie den Inhaber um ein neues Angebot.",

        .limitedTitle: "Zu viele Versuche",
        .busyTitle: "Wir können gerade nicht antworten",
        .safeLead: "Ihre Einladung ist sicher. Nichts ist verloren.",
        .retryAfter: "Versuchen Sie es in {wait} noch einmal.",
        .retry: "Noch einmal versuchen",
        .requestLabel: "Wenn Sie um Hilfe bitten, nennen Sie diese Nummer:",
        .faultTitle: "Etwas ist schiefgegangen",
        .faultLead: "Der Fehler liegt bei uns und ist vermerkt. Es wurde nichts geändert.",
        .notFoundTitle: "Diese Seite gibt es nicht",
        .notFoundLead: "Vielleicht ist die Adresse falsch geschrieben, oder die Seite ist umgezogen.",
        .toStart: "Zum Anfang",
        .staleTitle: "Dieses Formular ist veraltet",
        .staleLead: """
        Es wurde nichts geändert. Öffnen Sie die Seite neu und senden Sie das Formular noch einmal; der Browser muss \
        Cookies annehmen.
        """,
        .badFormTitle: "Dieses Formular ist nicht lesbar",
        .badFormLead: "Es wurde nichts geändert. Öffnen Sie die Seite neu und senden Sie das Formular noch einmal.",
        .noEntryTitle: "Das dürfen Sie nicht",
        .noEntryLead: "Es wurde nichts geändert.",

        .joinLead: """
        Geben Sie Ihre E-Mail-Adresse ein. Wir senden Ihnen eine E-Mail zur Bestätigung, und dann können Sie \
        beitreten.
        """,
        .joinOtherSummary: "Mit einer anderen Adresse beitreten",
        .joinDomains: "Nur Adressen von: {domains}",
        .joinDomainWrong: "Dieser Link gilt für Adressen anderer Domains.",
        .joinSubmit: "E-Mail zusenden",
        .joinSentLead: """
        Wenn {email} mit diesem Link {organization} beitreten kann, ist eine E-Mail unterwegs. Ihr Link gilt 10 \
        Minuten.
        """,
        .joinAgain: "Andere Adresse eingeben",
        .confirmLead: "Bestätigen Sie, dass diese Adresse Ihnen gehört. Die nächste Seite ist Ihre Einladung.",
        .confirmSubmit: "Bestätigen und weiter",
        .confirmDeadLead: """
        Ein Link zur Bestätigung gilt einmal und 10 Minuten lang. Öffnen Sie den Link zum Beitreten noch einmal, \
        dann senden wir einen neuen.
        """,
        .joinExpiredTitle: "Dieser Link ist abgelaufen",
        .joinRevokedTitle: "Dieser Link wurde zurückgezogen",
        .joinUsedTitle: "Dieser Link ist aufgebraucht",
        .joinEndedLead: "Damit kann niemand mehr beitreten. Bitten Sie {inviter} um einen neuen.",
        .joinBackLead: """
        Haben Sie Ihre Adresse hier schon bestätigt? Geben Sie sie noch einmal ein: Eine E-Mail führt Sie zu \
        Ihrer Einladung zurück.
        """,
        .joinUnknownTitle: "Wir finden diesen Link nicht",
        .joinUnknownAdvice: """
        Kopieren Sie den ganzen Link und öffnen Sie ihn noch einmal, oder fragen Sie, wer ihn Ihnen gegeben hat.
        """,
        .joinFullLead: "Alle Plätze sind belegt. Versuchen Sie es später, oder fragen Sie {inviter}.",
        .joinWaitsTitle: "Sie stehen auf der Warteliste von {organization}",
        .joinWaitsLead: "Zurzeit sind alle Plätze belegt. Sobald einer frei ist, geht Ihre Einladung an {email}.",
        .joinRefusedTitle: "Diese Adresse kann mit diesem Link nicht beitreten",
        .joinRefusedLead: "Versuchen Sie eine andere Adresse, oder fragen Sie {inviter}.",

        .askJoinTitle: "{person} möchte beitreten",
        .askJoinLead: """
        Die Adresse ist bestätigt und liegt in {domain}, einer Domain von {organization}. Stimmen Sie zu, ist {person} \
        sofort Mitglied.
        """,
        .askJoinNote: "Sie stehen dann für die Mitgliedschaft ein. Eine E-Mail teilt Ihre Entscheidung mit.",
        .askJoinApprove: "Zustimmen",
        .approvedJoinTitle: "Zugestimmt",
        .approvedJoinLead: "{person} ist jetzt Mitglied. Eine E-Mail teilt es mit.",
        .refusedJoinLead: "Eine E-Mail teilt es {person} mit. In einer Woche ist eine neue Bitte möglich.",
        .endedJoinTitle: "Diese Bitte ist nicht mehr offen",
        .endedJoinLead: "{person} hat sie zurückgenommen, oder niemand hat rechtzeitig entschieden.",
        .openTitle: "Organisationen, denen Sie beitreten können",
        .openNone:
            "Keine Organisation lässt Menschen mit Ihrer Adresse von selbst beitreten. Ein Admin kann Sie einladen.",
        .openJoinLead: "Mit einer Adresse wie Ihrer, {email}, kann man {organization} beitreten.",
        .openAskLead: """
        Mit einer Adresse wie Ihrer, {email}, kann man um den Beitritt zu {organization} bitten. Ein Admin entscheidet.
        """,
        .openAskSubmit: "Um Beitritt bitten",
        .openAskedTitle: "Sie haben um den Beitritt zu {organization} gebeten",
        .openAskedLead: "Ein Admin entscheidet. Eine E-Mail sagt es Ihnen.",
        .openWithdraw: "Bitte zurücknehmen",
        .openRefusedLead: "Ihre Bitte wurde abgelehnt. Eine Woche später können Sie wieder bitten.",
        .openLink: "Organisationen, denen Sie beitreten können",
        .signUpLink: "Noch kein Konto? Mit der Adresse Ihrer Organisation beitreten",
        .signUpTitle: "Mit der Adresse Ihrer Organisation beitreten",
        .signUpLead: """
        Bei manchen Organisationen genügt eine Adresse ihrer eigenen Domain, um beizutreten oder darum zu bitten. Geben \
        Sie Ihre dienstliche Adresse ein: Ist sie eine davon, senden wir Ihnen eine E-Mail.
        """,
        .signUpHasAccount: "Sie haben ein Konto? Anmelden",
        .signUpSentLead: """
        Wenn man hier mit einer Adresse wie {email} einer Organisation beitreten kann, ist eine E-Mail unterwegs. Ihr \
        Link gilt 10 Minuten.
        """,
        .signUpNewTitle: "Konto anlegen",
        .signUpJoinLead: """
        Mit dieser Adresse können Sie {organization} beitreten. Wählen Sie ein Passwort für Ihr Konto; auf der nächsten \
        Seite treten Sie bei.
        """,
        .signUpAskLead: """
        Mit dieser Adresse können Sie um den Beitritt zu {organization} bitten. Wählen Sie ein Passwort für Ihr Konto; \
        auf der nächsten Seite bitten Sie darum, und ein Admin entscheidet.
        """,
        .signUpSubmit: "Konto anlegen",
        .signUpKnownTitle: "Sie haben schon ein Konto",
        .signUpKnownLead: "Melden Sie sich mit dem Passwort von {email} an, dann können Sie von dort beitreten.",
        .signUpClosedTitle: "Mit dieser Adresse kann man nicht mehr beitreten",
        .signUpClosedLead: """
        Keine Organisation lässt Menschen mit einer Adresse wie {email} jetzt von selbst beitreten. Es wurde kein Konto \
        angelegt. Ein Admin kann Sie einladen.
        """,
        .signUpDeadLead: """
        Er gilt einmal, 10 Minuten lang, und nur der neueste. Haben Sie Ihr Konto schon damit angelegt, melden Sie sich \
        an.
        """,

        .declineSummary: "Nicht für Sie? Ablehnen oder melden",
        .declineLead: "Dafür brauchen Sie kein Konto. Wer Sie eingeladen hat, sieht, dass Sie abgelehnt haben.",
        .declineReason: "Grund",
        .declineReport: "Ich kenne sie nicht: keine Einladungen dieser Organisation mehr",
        .declineSubmit: "Einladung ablehnen",
        .declinedTitle: "Sie haben die Einladung abgelehnt",
        .declinedLead: "Es wurde kein Konto angelegt, und der Link gilt nicht mehr. Sie können die Seite schließen.",
        .reportedLead: "Diese Organisation kann diese Adresse nicht mehr einladen.",
        .reasonTooLong: "Bitte höchstens 500 Zeichen.",
        .unsubscribeTitle: "Keine Einladungen dieser Organisation mehr?",
        .unsubscribeLead: "Sie kann diese Adresse dann nicht mehr einladen; andere Organisationen schon.",
        .unsubscribeSubmit: "Nicht mehr einladen",
        .unsubscribedTitle: "Erledigt: Sie werden nicht mehr eingeladen",
        .unsubscribedLead: "Sie können die Seite schließen.",

        .email: "E-Mail-Adresse",
        .name: "Ihr Name",
        .optional: "(freiwillig)",
        .password: "Passwort",
        .newPassword: "Neues Passwort",
        .newPasswordHint: """
        Mindestens {count} Zeichen. Leerzeichen und alle anderen sind erlaubt; ein paar Wörter merkt man sich leicht.
        """,
        .show: "Zeigen",
        .hide: "Verbergen",
        .errorPrefix: "Fehler: {title}",
        .emailWrong: "Das ist keine vollständige E-Mail-Adresse. Schreiben Sie sie wie name@example.com.",
        .emailOther: "Diese Einladung gilt für eine andere Adresse, und die lässt sich nicht ändern.",
        .nameWrong: "Schreiben Sie den Namen in einer Zeile mit höchstens {count} sichtbaren Zeichen.",
        .passwordMissing: "Geben Sie Ihr Passwort ein.",
        .passwordShort: "Das ist zu kurz: mindestens {count} Zeichen.",
        .passwordLong: "Das ist zu lang: höchstens {count} Zeichen.",
        .passwordForbidden: "Darin ist ein unsichtbares Zeichen. Tippen Sie es neu oder wählen Sie ein anderes.",
        .passwordCommon: "Das ist eines der Passwörter, die zuerst geraten werden. Wählen Sie ein anderes.",
        .passwordAboutYou: "Das errät man leicht aus dem, was über Sie bekannt ist. Wählen Sie ein anderes.",
        .credentialsWrong: "Adresse oder Passwort stimmt nicht.",
        .accountExists: "Zu dieser Adresse gibt es schon ein Konto. Melden Sie sich mit dessen Passwort an.",

        .signInTitle: "Anmelden",
        .signInLead: "Willkommen zurück.",
        .signInSubmit: "Anmelden",
        .forgot: "Passwort vergessen?",
        .signOut: "Abmelden",
        .signedInAs: "Sie sind angemeldet als {person}.",
        .signedOutTitle: "Sie sind abgemeldet",
        .resetTitle: "Passwort vergessen?",
        .resetLead: "Nennen Sie Ihre Adresse, und wir schicken Ihnen einen Link, um ein neues zu setzen.",
        .resetSubmit: "Link schicken",
        .resetSentTitle: "Sehen Sie in Ihr Postfach",
        .resetSentLead: "Wenn es zu {email} hier ein Konto gibt, ist ein Link unterwegs. Er gilt 30 Minuten.",
        .resetNewTitle: "Neues Passwort setzen",
        .resetNewLead: "Sie werden überall abgemeldet und können sich mit dem neuen anmelden.",
        .resetNewSubmit: "Passwort setzen",
        .resetDoneTitle: "Ihr neues Passwort gilt",
        .resetDoneLead: "Melden Sie sich damit an.",
        .resetDeadTitle: "Dieser Link gilt nicht mehr",
        .resetDeadLead: "Ein Link zum Setzen eines Passworts gilt einmal, 30 Minuten lang, und nur der neueste.",
        .resetAgain: "Neuen Link schicken",
        .backToInvitation: "Zurück zur Einladung",
        .setUpTitle: "{app} einrichten",
        .setUpLead: "Sie sind der erste Mensch hier und werden Inhaber der ersten Organisation.",
        .setUpSubmit: "Konto des Inhabers anlegen",
        .organizationName: "Name Ihrer Organisation",
        .setUpDeadTitle: "Dieser Einrichtungslink gilt nicht mehr",
        .setUpDeadLead: """
        Er gilt einmal, 30 Minuten lang. Solange es keinen Admin gibt, gibt der Server beim Start einen neuen aus; \
        oder führen Sie auf dem Server {command} aus.
        """,
        .setUpDoneTitle: "Dieser Server ist schon eingerichtet",
        .setUpDoneLead: "Melden Sie sich an, oder lassen Sie sich von einem Inhaber einladen.",
        .accountTitle: "Ihr Konto",
        .accountOrganizations: "Ihre Organisationen",
        .accountNone: "Sie sind noch in keiner Organisation. Ein Admin kann Sie einladen.",

        .moment: "{day}. {month} {year}, {time} UTC",
        .lessThanADay: "noch weniger als ein Tag",
        .daysZero: "noch {count} Tage",
        .daysOne: "noch {count} Tag",
        .daysTwo: "noch {count} Tage",
        .daysFew: "noch {count} Tage",
        .daysMany: "noch {count} Tage",
        .daysOther: "noch {count} Tage",
    ]
}
