package import UsherDomain

extension PasswordPolicy {
    /// Shorter words stand in too many good passwords to say anything.
    private static let shortestWord = 4
    /// What must be left of a password, in letters and digits, without the words that anybody could guess.
    private static let leastRest = 8

    /// Asks whether a password may become this person's: long enough, not a common one, and not made of what is known
    /// about them. A password may contain a known word, if what else is in it could nearly stand alone: with address
    /// `robin@example.com`, `robin-2031!` and `N1BOR.robin.99` are refused, `robin eats seven pears` is not.
    ///
    /// - Throws: `Refusal.weakPassword`: `tooShort`, `common` or `aboutYou`.
    package func check(
        _ password: Password, email: EmailAddress, name: String?, organization: String?, product: String
    ) throws(Refusal) {
        let text = password.secret.reveal()
        guard text.unicodeScalars.count >= rules.minimumLength else {
            throw .weakPassword(.tooShort(minimum: rules.minimumLength))
        }
        guard !isCommon(text) else { throw .weakPassword(.common) }
        let names = [name, organization, product].compactMap(\.self)
        let domain = email.domain.split(separator: ".").map(String.init)
        let local = String(email.canonical.prefix { $0 != "@" })
        let known = names + names.flatMap(Self.parts) + [local] + Self.parts(of: local) + domain
        guard Self.rest(of: Self.folded(text), without: known).count >= Self.leastRest else {
            throw .weakPassword(.aboutYou)
        }
    }

    private static func parts(of text: String) -> [String] {
        text.split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }

    /// Letters and digits in lower case, and digits and signs that stand for letters as those letters.
    private static func folded(_ text: String) -> [Character] {
        text.lowercased().compactMap { character in
            switch character {
            case "0": "o"
            case "1", "!", "|": "i"
            case "3": "e"
            case "4", "@": "a"
            case "5", "$": "s"
            case "7": "t"
            default: character.isLetter || character.isNumber ? character : nil
            }
        }
    }

    /// What stays when the words are cut out, forwards and backwards, the longest first. Unchanged without any.
    private static func rest(of text: [Character], without words: [String]) -> [Character] {
        let folds = Set(words.map(folded).filter { $0.count >= shortestWord })
        var rest = text
        for word in folds.sorted(by: { $0.count > $1.count }) {
            for needle in [word, word.reversed()] { rest.removeAll(of: needle) }
        }
        return rest.count == text.count ? text + Array(repeating: "x", count: leastRest) : rest
    }
}

extension [Character] {
    fileprivate mutating func removeAll(of needle: [Character]) {
        var start = 0
        while start + needle.count <= count {
            if self[start..<start + needle.count].elementsEqual(needle) {
                removeSubrange(start..<start + needle.count)
            } else {
                start += 1
            }
        }
    }
}
