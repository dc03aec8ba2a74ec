/// Passwords that are tried first (NIST SP 800-63B section 3.1.1.2). The list and where it comes from: `Blocklist/`.
package enum CommonPasswords {
    /// What is one unit this short again and again is no better than the unit.
    private static let longestUnit = 4

    /// Read at the first question.
    private static let list = Set(
        String(decoding: PackageResources.common_passwords_txt, as: UTF8.self).split(separator: "\n").map(String.init))

    package static var count: Int { list.count }

    /// Whether the password, in lower case, is on the list: as it is, without digits and punctuation at its ends, or
    /// with digits and signs read as letters; and whether it is one unit repeated, or one run of characters.
    package static func contains(_ password: String) -> Bool {
        let text = Array(password.lowercased())
        if isRun(text) { return true }
        let unit = unit(of: text)
        if unit.count <= longestUnit { return true }
        return [text, unit].contains { candidate in
            let end = candidate.lastIndex { $0.isLetter }.map { $0 + 1 } ?? 0
            let start = candidate.firstIndex { $0.isLetter } ?? 0
            let forms = [candidate, Array(candidate[..<end]), Array(candidate[min(start, end)..<end])]
            return forms.contains { list.contains(String($0)) || list.contains(String($0.map(\.readAsLetter))) }
        }
    }

    /// The shortest beginning that the text is a repetition of.
    private static func unit(of text: [Character]) -> [Character] {
        let length = (1...max(1, text.count)).first { length in
            text.count.isMultiple(of: length)
                && text.indices.dropFirst(length).allSatisfy { text[$0] == text[$0 - length] }
        }
        return Array(text.prefix(length ?? text.count))
    }

    /// `aaaa`, `abcd`, `9876`: each character follows the one before it by the same step of -1, 0 or 1.
    private static func isRun(_ text: [Character]) -> Bool {
        let values = text.compactMap { $0.unicodeScalars.first.map { Int($0.value) } }
        let steps = Set(zip(values.dropFirst(), values).map(-))
        return steps.count <= 1 && steps.allSatisfy { (-1...1).contains($0) }
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
