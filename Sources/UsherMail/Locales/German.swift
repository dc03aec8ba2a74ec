extension LetterText {
    package static let german = Catalogue<LetterText>(
        language: "de",
        texts: [
            .invitationSubject: "{inviter} lädt Sie zu {organization} auf {app} ein",
            .invitationTitle: "{organization} auf {app} beitreten",
            .invitationIntro: "{inviter} lädt Sie ({recipient}) zu {organization} auf {app} ein, in der Rolle {role}.",
            .invitationFrom: "{inviter} über {app}",
            .invitationButton: "Einladung annehmen",
            .invitationLink: "Wenn die Schaltfläche nicht geht, öffnen Sie diese Adresse:",
            .invitationBound: "Die Einladung gilt nur für {recipient} und nur einmal.",
            .invitationWhy: "Sie erhalten diesen Brief, weil {inviter} Ihre Adresse bei {app} eingegeben hat.",
            .invitationIgnore: "Nicht erwartet? Dann ist nichts zu tun: Ohne Ihre Zustimmung geschieht nichts.",
            .invitationCode: "Oder öffnen Sie {address} und geben Sie Ihre Adresse und diesen Code ein:",
            .reminderSubject: "Erinnerung: {inviter} lädt Sie zu {organization} auf {app} ein",
            .reminderTitle: "Ihre Einladung zu {organization} ist noch offen",
            .reminderIntro:
                "{inviter} hat Sie ({recipient}) zu {organization} auf {app} eingeladen, in der Rolle {role}. "
                + "Die Einladung ist noch nicht beantwortet.",
            .reminderStop: "Sie möchten nicht beitreten? Lehnen Sie auf der Seite der Einladung ab, oder öffnen Sie "
                + "diese Adresse, um von {organization} keine Briefe mehr zu bekommen:",
            .inviterMessage: "{inviter} schreibt",
            .invitedBy: "Eingeladen von",
            .invitedAddress: "Eingeladene Adresse",
            .organization: "Organisation",
            .role: "Rolle",
            .validUntil: "Gültig bis",
            .aboutApp: "{app} ist die Anwendung unter {origin}.",
            .resetSubject: "Neues Passwort für {app} setzen",
            .resetTitle: "Neues Passwort setzen",
            .resetIntro: "Jemand möchte für das Konto {recipient} bei {app} ein neues Passwort setzen.",
            .resetButton: "Neues Passwort setzen",
            .resetLink: "Wenn die Schaltfläche nicht geht, öffnen Sie diese Adresse:",
            .resetIgnore: "Das waren nicht Sie? Dann ist nichts zu tun: Ihr Passwort bleibt, wie es ist.",
            .changedSubject: "Ihr Passwort für {app} wurde geändert",
            .changedTitle: "Ihr Passwort wurde geändert",
            .changedIntro: "Das Passwort des Kontos {recipient} bei {app} wurde geändert: {until}. "
                + "Alle anderen Sitzungen wurden beendet.",
            .changedWarning: "Das waren nicht Sie? Setzen Sie sofort ein neues Passwort "
                + "und benachrichtigen Sie die Betreiber von {app}:",
            .noticeLink: "Wenn die Schaltfläche nicht geht, öffnen Sie diese Adresse:",
            .newLinkSubject: "{person} bittet um eine neue Einladung zu {organization}",
            .newLinkTitle: "{person} bittet um einen neuen Link",
            .newLinkIntro:
                "Die Einladung von {person} zu {organization} auf {app} gilt nicht mehr, und {person} bittet um eine neue.",
            .newLinkButton: "Anfrage ansehen",
            .newLinkNote:
                "Ohne Ihre Zustimmung wird nichts gesendet. Sie kennen {person} nicht? Lehnen Sie ab, oder lassen Sie diesen Brief liegen.",
            .otherAddressSubject: "{person} bittet um eine Einladung zu {organization}",
            .otherAddressTitle: "{person} bittet um eine Einladung",
            .otherAddressIntro:
                "Jemand, der bei {app} als {person} angemeldet ist, hat eine Einladung zu {organization}, "
                + "die an eine andere Adresse ging, und bittet um eine Einladung an {person}.",
            .endingSubject: "Ihre Mitgliedschaft bei {organization} endet bald",
            .endingTitle: "Ihre Mitgliedschaft endet bald",
            .endingIntro:
                "Ihre Mitgliedschaft bei {organization} auf {app} endet von selbst zu der unten genannten Zeit.",
            .endingButton: "Zu Ihrem Konto",
            .endingNote: "Möchten Sie bleiben? Bitten Sie einen Admin von {organization}, sie zu verlängern.",
            .ownershipSubject: "{person} möchte Ihnen {organization} übergeben",
            .ownershipTitle: "Inhaber von {organization} werden",
            .ownershipIntro:
                "{person} bietet Ihnen ({recipient}) an, Inhaber von {organization} auf {app} zu werden. Ohne Ihre Zustimmung ändert sich nichts.",
            .ownershipButton: "Angebot ansehen",
            .ownershipNote: "Nicht erwartet? Dann ist nichts zu tun: Das Angebot endet von selbst.",
            .joinSubject: "Bestätigen Sie Ihre Adresse, um {organization} auf {app} beizutreten",
            .joinTitle: "Bestätigen Sie Ihre Adresse",
            .joinIntro:
                "Jemand hat einen Link geöffnet, um {organization} auf {app} beizutreten, und Ihre Adresse ({recipient}) eingegeben.",
            .joinButton: "Bestätigen und weiter",
            .joinNote:
                "Das waren nicht Sie? Dann ist nichts zu tun: Ohne Ihre Bestätigung tritt niemand mit Ihrer Adresse bei.",
            .joinRequestedSubject: "{person} möchte {organization} beitreten",
            .joinRequestedTitle: "{person} möchte beitreten",
            .joinRequestedIntro:
                "{person} hat eine bestätigte Adresse in einer Domain von {organization} auf {app} und bittet darum, Mitglied zu werden.",
            .joinRequestedNote:
                "Ohne Ihre Zustimmung tritt niemand bei. Sie kennen {person} nicht? Lehnen Sie ab, oder lassen Sie diesen Brief liegen.",
            .joinApprovedSubject: "Sie sind Mitglied von {organization} auf {app}",
            .joinApprovedTitle: "Willkommen bei {organization}",
            .joinApprovedIntro: "Ein Admin von {organization} hat Ihrer Bitte um Beitritt auf {app} zugestimmt.",
            .joinApprovedNote: "Sie haben nicht darum gebeten? Sagen Sie es einem Admin von {organization}.",
            .joinRefusedSubject: "Ihre Bitte um Beitritt zu {organization} auf {app}",
            .joinRefusedTitle: "Ihre Bitte wurde abgelehnt",
            .joinRefusedIntro: "Ein Admin von {organization} hat Ihre Bitte um Beitritt auf {app} abgelehnt.",
            .joinRefusedNote:
                "In einer Woche können Sie wieder bitten, oder Sie sprechen mit einem Admin von {organization}.",
            .domainSubject: "Bestätigen Sie Ihre Adresse, um {organization} auf {app} beizutreten",
            .domainIntro:
                "Jemand hat Ihre Adresse ({recipient}) eingegeben, um {organization} auf {app} beizutreten. Mit einer solchen Adresse kann man beitreten oder darum bitten und braucht dafür ein Konto.",
            .domainButton: "Konto anlegen",
            .domainNote:
                "Das waren nicht Sie? Dann ist nichts zu tun: Ohne dass Sie ein Passwort wählen, entsteht kein Konto.",
            .domainKnownSubject: "Sie haben schon ein Konto auf {app}",
            .domainKnownTitle: "Sie haben schon ein Konto",
            .domainKnownIntro:
                "Jemand hat Ihre Adresse ({recipient}) eingegeben, um {organization} auf {app} beizutreten. Melden Sie sich mit ihr an, dann können Sie von dort beitreten.",
            .domainKnownButton: "Anmelden",
            .domainKnownNote: "Das waren nicht Sie? Dann ist nichts zu tun: Es hat sich nichts geändert.",
            .roleUser: "Benutzer",
            .roleAdmin: "Admin",
            .roleOwner: "Inhaber",
            .months: "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember",
            .moment: "{day}. {month} {year}, {time} UTC",
            .until: "{moment} ({rest})",
            .dayOne: "{count} Tag",
            .dayOther: "{count} Tage",
            .hourOne: "{count} Stunde",
            .hourOther: "{count} Stunden",
            .minuteOne: "{count} Minute",
            .minuteOther: "{count} Minuten",
        ]
    )
}
