package import UsherDomain

extension DisplayName {
    /// Reads a name that people will see; white space around it is dropped, the rest is kept in NFC.
    ///
    /// One line of visible text: no controls, no line or paragraph separators, no bidirectional marks, overrides or
    /// isolates, no tags, no private use, nothing drawn as nothing. The two joiners (U+200C, U+200D) may stand between
    /// letters of scripts that are written with them (Hebrew and later blocks) and inside emoji, the emoji selectors
    /// behind a symbol; at most four marks may sit on one character.
    ///
    /// - Throws: `missing` when nothing is left, `too_long` beyond 100 characters or 400 bytes, else `malformed`.
    package init(parsing text: String) throws(FieldProblem.Kind) {
        // No name within the limit comes from a text this long, unless it is padded.
        guard text.utf8.count <= Self.maximumBytes * 4 else { throw .tooLong }
        let name = text.trimmed.nfc
        guard !name.isEmpty else { throw .missing }
        guard name.utf8.count <= Self.maximumBytes, name.count <= Self.maximumCharacters else { throw .tooLong }
        guard Self.isVisible(name) else { throw .malformed }
        self.init(stored: name)
    }

    /// Whether a line is visible text and nothing else.
    static func isVisible(_ line: String) -> Bool {
        let scalars = Array(line.unicodeScalars)
        return !scalars.hasStrayMarks && scalars.indices.allSatisfy { isFit(scalars, at: $0) }
    }

    private static func isFit(_ scalars: [Unicode.Scalar], at index: Int) -> Bool {
        let scalar = scalars[index]
        if scalar.isJoiner {
            return index > 0 && index + 1 < scalars.count && scalars[index - 1].joins && scalars[index + 1].joins
        }
        if scalar.isEmojiSelector { return index > 0 && scalars[index - 1].properties.isEmoji }
        return !scalar.isHidden
    }
}

extension Unicode.Scalar {
    /// May stand beside a joiner. Blocks before Hebrew have no use for one, and so it would only hide there.
    fileprivate var joins: Bool {
        guard value >= 0x0590, !isJoiner else { return false }
        switch properties.generalCategory {
        case .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark: return true
        default: return properties.isEmoji || isEmojiSelector
        }
    }
}
