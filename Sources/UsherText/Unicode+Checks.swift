import Foundation

extension StringProtocol {
    var isASCII: Bool { utf8.allSatisfy { $0 < 0x80 } }

    /// Normalization form C; free for ASCII.
    var nfc: String { isASCII ? String(self) : precomposedStringWithCanonicalMapping }
}

extension Substring.UnicodeScalarView {
    /// The same without white space at either end.
    func trimmed() -> Substring.UnicodeScalarView {
        var rest = self
        while rest.first?.isSpace == true { rest.removeFirst() }
        while rest.last?.isSpace == true { rest.removeLast() }
        return rest
    }
}

extension String {
    /// The text without white space (Unicode's White_Space) at either end.
    var trimmed: String {
        guard unicodeScalars.first?.isSpace == true || unicodeScalars.last?.isSpace == true else { return self }
        return String(unicodeScalars[...].trimmed())
    }
}

extension Unicode.Scalar {
    /// The longest row of nonspacing marks that a written language needs.
    static let longestMarks = 4

    /// Unicode's White_Space.
    var isSpace: Bool { isASCII ? value == 0x20 || (0x09...0x0D).contains(value) : properties.isWhitespace }

    /// Whether NFKC leaves it alone: no full-width form, ligature, Kelvin sign, or other second spelling.
    var isStable: Bool {
        guard value >= 0x80 else { return true }
        let normal = String(self).precomposedStringWithCompatibilityMapping.unicodeScalars
        return normal.count == 1 && normal.first == self
    }

    /// A mark that sits on the character before it and takes no room of its own.
    var isMark: Bool {
        guard !isASCII else { return false }
        return switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark: true
        default: false
        }
    }

    /// Zero-width joiner or non-joiner: part of how some languages and some emoji are written.
    var isJoiner: Bool { value == 0x200C || value == 0x200D }

    /// Chooses between the text and the emoji form of the character before it.
    var isEmojiSelector: Bool { value == 0xFE0E || value == 0xFE0F }

    /// Has no place in a line of text: controls, line and paragraph separators, format characters (bidirectional
    /// marks, overrides and isolates, tags, zero width), private use, noncharacters, and what is drawn as nothing.
    var isHidden: Bool {
        guard !isASCII else { return value < 0x20 || value == 0x7F }
        return switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .lineSeparator, .paragraphSeparator: true
        default: properties.isNoncharacterCodePoint || properties.isDefaultIgnorableCodePoint || value == 0x2800
        }
    }

    /// Has no place in an address: what is hidden, any space, what no Unicode version has assigned, and what has
    /// another spelling under NFKC.
    var isUnfitForAddress: Bool {
        switch properties.generalCategory {
        case .spaceSeparator, .unassigned: true
        default: isHidden || !isStable
        }
    }
}

extension Sequence<Unicode.Scalar> {
    /// Whether a mark has nothing to sit on, or more marks stand in a row than any language writes.
    var hasStrayMarks: Bool {
        var row = Unicode.Scalar.longestMarks
        for scalar in self {
            row = scalar.isMark ? row + 1 : 0
            if row > Unicode.Scalar.longestMarks { return true }
        }
        return false
    }
}
