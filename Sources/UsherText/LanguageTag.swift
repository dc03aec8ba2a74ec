/// Names of languages (BCP 47, RFC 5646).
package enum LanguageTag {
    /// Longest tag that Usher keeps (RFC 5646 section 4.4.1).
    package static let maximumLength = 35

    /// The tag in the recommended case (`de-AT`, `zh-Hant-TW`; section 2.1.1); nil when the text does not have the
    /// shape of one. Whether anybody speaks it is not asked. Tags that begin with `x-` or `i-` are refused.
    package static func normalized(_ text: String) -> String? {
        guard text.utf8.count <= maximumLength else { return nil }
        let subtags = text.lowercased().utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
            .map { Substring($0) }
        guard let language = subtags.first, (2...8).contains(language.utf8.count),
            language.utf8.allSatisfy(\.isASCIILetter), subtags.last?.utf8.count != 1,
            subtags.allSatisfy({ (1...8).contains($0.utf8.count) && $0.utf8.allSatisfy(\.isASCIIAlphanumeric) })
        else { return nil }
        var extended = false
        let cased = subtags.enumerated().map { index, subtag in
            if subtag.utf8.count == 1 { extended = true }
            guard index > 0, !extended, subtag.utf8.allSatisfy(\.isASCIILetter) else { return String(subtag) }
            return switch subtag.utf8.count {
            case 2: subtag.uppercased()
            case 4: subtag.prefix(1).uppercased() + subtag.dropFirst()
            default: String(subtag)
            }
        }
        return cased.joined(separator: "-")
    }
}
