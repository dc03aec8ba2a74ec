package import UsherDomain

extension Password {
    /// Prepares a password as the OpaqueString profile says (RFC 8265 section 4.2.2): other spaces become U+0020,
    /// then NFC; case, order and spaces at the ends stay. Refused are controls, line and paragraph separators, and
    /// what is invisible, private or unassigned. Unlike in the profile, joiners and emoji selectors may stand
    /// anywhere: telephones put them into emoji.
    ///
    /// - Throws: `Refusal.weakPassword`: `tooLong` beyond 256 code points, which is looked at before anything else;
    ///   `tooShort` when empty; `forbiddenCharacter`. How long a *new* one must be is for `PasswordPolicy` to say.
    package init(parsing text: String) throws(Refusal) {
        let maximum = PasswordRules.maximumLength
        guard text.utf8.count <= maximum * 4, text.unicodeScalars.count <= maximum else {
            throw .weakPassword(.tooLong(maximum: maximum))
        }
        guard !text.isEmpty else { throw .weakPassword(.tooShort(minimum: 1)) }
        guard text.unicodeScalars.allSatisfy(\.isFitForPassword) else { throw .weakPassword(.forbiddenCharacter) }
        var spaced = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            spaced.append(scalar.properties.generalCategory == .spaceSeparator ? " " : scalar)
        }
        let prepared = String(spaced).nfc
        guard prepared.unicodeScalars.count <= maximum else { throw .weakPassword(.tooLong(maximum: maximum)) }
        self.init(checked: prepared)
    }
}

extension Unicode.Scalar {
    fileprivate var isFitForPassword: Bool {
        if isJoiner || isEmojiSelector { return true }
        return !isHidden && properties.generalCategory != .unassigned
    }
}
