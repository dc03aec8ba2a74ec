/// A name of a person or an organization as a letter shows it. Names are hostile: whoever invites chooses them, and the
/// mail goes out under our address. So they are one line, short, cannot turn the writing direction of what follows, and
/// no mail program can take a part of them for a link.
///
/// Links are broken with U+200A HAIR SPACE, after each `.` `@` `:` `\` (and their East Asian forms) that something
/// follows, and after every third digit of what could be a telephone number. It is a space separator, so every program
/// that looks for links stops there. Zero-width characters would not do: UTS #46 maps them to nothing in a domain name,
/// and those who look for telephone numbers skip them.
package struct ShownName: Equatable, Sendable {
    private static let separator: Unicode.Scalar = "\u{200A}"
    /// Fewer digits are a year or a house number; no telephone number outside a town has fewer.
    private static let fewestDigits = 7
    package static let maximumBytes = 400

    package let text: String

    /// - Parameter maximumBytes: longer for a line of an inviter's message, which is as hostile.
    package init(_ name: String, field: String, maximumBytes: Int = maximumBytes) throws(LetterProblem) {
        try OneLine.check(name, field: field, maximumBytes: maximumBytes)
        guard !Self.isHarmless(name) else {
            text = name
            return
        }
        text = Self.unlinked(name.unicodeScalars.filter { !Self.turnsDirection($0) })
    }

    /// Whether a name is ASCII without anything that could be a link or a telephone number, as most are: it stays as
    /// it is.
    private static func isHarmless(_ name: String) -> Bool {
        let utf8 = name.utf8
        let bytes = utf8.span
        var digits = 0
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "."), UInt8(ascii: "@"), UInt8(ascii: ":"), UInt8(ascii: "\\"): return false
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case 0x20...0x7E: continue
            default: return false
            }
        }
        return digits < fewestDigits
    }

    /// Embeddings, overrides and isolates: they reach beyond the name.
    private static func turnsDirection(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func unlinked(_ scalars: String.UnicodeScalarView) -> String {
        let list = Array(scalars)
        let digits = digitCounts(list)
        var out = String.UnicodeScalarView()
        var digit = 0
        for (index, scalar) in list.enumerated() {
            out.append(scalar)
            digit = digits[index] == 0 ? 0 : digit + (isDigit(scalar) ? 1 : 0)
            guard index + 1 < list.count else { break }
            let splitsNumber = digits[index] >= fewestDigits && isDigit(scalar) && digit % 3 == 0
            let splitsLink = isBreaking(scalar) && !isWhitespace(list[index + 1])
            if splitsNumber || splitsLink { out.append(separator) }
        }
        return String(out)
    }

    /// For each scalar, how many digits the run of digits and telephone punctuation has that it stands in.
    private static func digitCounts(_ list: [Unicode.Scalar]) -> [Int] {
        var counts = [Int](repeating: 0, count: list.count)
        var start = 0
        while start < list.count {
            var end = start
            var digits = 0
            while end < list.count, isDigit(list[end]) || isBetweenDigits(list[end]) {
                digits += isDigit(list[end]) ? 1 : 0
                end += 1
            }
            for index in start..<end { counts[index] = digits }
            start = max(end, start + 1)
        }
        return counts
    }

    private static func isBreaking(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case ".", "。", "．", "｡", "․", "@", "＠", ":", "：", "\\", "＼": true
        default: false
        }
    }

    private static func isBetweenDigits(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case " ", "\u{A0}", "-", "‐", "–", "(", ")", ".", "+", "/": true
        default: false
        }
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII ? ("0"..."9").contains(scalar) : scalar.properties.numericType == .decimal
    }

    /// Controls are refused already, so the space is all the white space of ASCII.
    private static func isWhitespace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII ? scalar == " " : scalar.properties.isWhitespace
    }
}
