/// Passwords that are tried first (NIST SP 800-63B section 3.1.1.2). The list and where it comes from: `Blocklist/`.
package enum CommonPasswords {
    /// What is one unit this short again and again is no better than the unit.
    private static let longestUnit = 4

    /// Read at the first question.
    private static let list = Set(
        String(decoding: PackageResources.common_passwords_txt, as: UTF8.self).split(separator: "\n").map(String.init))

    package static var count: Int { list.count }

    /// Whether the password, in lower case, is on the list: as it is, without some of the digits and punctuation at
    /// its ends, or with digits and signs read as letters; and whether it is one unit repeated, or one run of
    /// characters.
    package static func contains(_ password: String) -> Bool {
        let text = Array(password.lowercased())
        if isRun(text) { return true }
        let unit = unit(of: text)
        return unit.count <= longestUnit || isListed(text[...]) || isListed(unit)
    }

    private static func isListed(_ text: ArraySlice<Character>) -> Bool {
        let first = text.firstIndex(where: \.isLetter) ?? text.startIndex
        let end = text.lastIndex(where: \.isLetter).map { $0 + 1 } ?? text.endIndex
        return [text.startIndex, first].contains { start in
            (end...text.endIndex).contains { cut in
                let form = text[start..<cut]
                return list.contains(String(form)) || list.contains(String(form.map(\.readAsLetter)))
            }
        }
    }

    /// The shortest beginning that the text is a repetition of, the last time perhaps not to its end.
    private static func unit(of text: [Character]) -> ArraySlice<Character> {
        let length = (0...text.count / 2).dropFirst().first { length in
            text.indices.dropFirst(length).allSatisfy { text[$0] == text[$0 - length] }
        }
        return text.prefix(length ?? text.count)
    }

    /// `aaaa`, `abcd`, `3210987`: each character follows the one before it by the same step of -1, 0 or 1, where 0
    /// follows 9 as on a keyboard.
    private static func isRun(_ text: [Character]) -> Bool {
        let values = text.compactMap { $0.unicodeScalars.first.map { Int($0.value) } }
        let steps = zip(values.dropFirst(), values).map { next, value in
            let areDigits = (48...57).contains(next) && (48...57).contains(value)
            return areDigits && abs(next - value) == 9 ? (value - next).signum() : next - value
        }
        return Set(steps).count <= 1 && steps.allSatisfy { (-1...1).contains($0) }
    }
}

extension Character {
    fileprivate var readAsLetter: Character {
        switch self {
        case "0": "o"
        case "1", "!", "|": "i"
        case "3": "e"
        case "4", "@": "a"
        case "5", "$": "s"
        case "7": "t"
        default: self
        }
    }
}
