/// Texts of one language, by key. `{name}` in a text is a place for a value.
package struct Catalogue<Key: Hashable & Sendable>: Sendable {
    /// BCP 47 language in lower case (`de`).
    package let language: String
    package let isRightToLeft: Bool
    package let texts: [Key: String]

    package init(language: String, isRightToLeft: Bool = false, texts: [Key: String]) {
        self.language = language
        self.isRightToLeft = isRightToLeft
        self.texts = texts
    }
}

/// All languages of a set of texts. Every key has at least the fallback's text.
package struct Catalogues<Key: Hashable & Sendable>: Sendable {
    package let fallback: Catalogue<Key>
    private let byLanguage: [String: Catalogue<Key>]

    package init(fallback: Catalogue<Key>, others: [Catalogue<Key>]) {
        self.fallback = fallback
        byLanguage = Dictionary((others + [fallback]).map { ($0.language, $0) }) { first, _ in first }
    }

    /// RFC 4647 section 3.4, look-up: the tag is shortened from its end until there is a catalogue for it (`de-AT`,
    /// `de`). Nothing of the tag itself ever gets into a letter.
    package func localized(for tag: String?) -> Localized<Key> {
        var parts = (tag ?? "").lowercased().split(whereSeparator: { $0 == "-" || $0 == "_" })
        while !parts.isEmpty {
            if let found = byLanguage[parts.joined(separator: "-")] { return Localized(found, fallback: fallback) }
            parts.removeLast()
            if parts.last?.count == 1 { parts.removeLast() }
        }
        return Localized(fallback, fallback: fallback)
    }
}

/// The texts of one language, with the fallback's where it has none.
package struct Localized<Key: Hashable & Sendable>: Sendable {
    package let catalogue: Catalogue<Key>
    private let fallback: Catalogue<Key>

    package init(_ catalogue: Catalogue<Key>, fallback: Catalogue<Key>) {
        self.catalogue = catalogue
        self.fallback = fallback
    }

    package var language: String { catalogue.language }
    package var isRightToLeft: Bool { catalogue.isRightToLeft }
    /// The value of HTML's `dir`.
    package var direction: String { isRightToLeft ? "rtl" : "ltr" }

    /// The text with its places filled. A value is set in as it is, also when it has braces itself; where it may run
    /// against the direction of the text around it, it is isolated (U+2068, U+2069; UAX #9).
    package func callAsFunction(_ key: Key, _ values: [String: String] = [:]) -> String {
        let pattern = catalogue.texts[key] ?? fallback.texts[key] ?? ""
        var out = ""
        var rest = pattern[...]
        // By bytes: what counts as one character need not be asked to find a brace.
        while let open = rest.utf8.firstIndex(of: UInt8(ascii: "{")),
            let close = rest.utf8[open...].firstIndex(of: UInt8(ascii: "}"))
        {
            let name = String(rest[rest.utf8.index(after: open)..<close])
            out += rest[..<open]
            out += values[name].map(isolated) ?? "{\(name)}"
            rest = rest[rest.utf8.index(after: close)...]
        }
        return out + rest
    }

    /// The value, isolated when it or the text around it is written from right to left.
    package func isolated(_ value: String) -> String {
        isRightToLeft || value.unicodeScalars.contains(where: \.isRightToLeft) ? "\u{2068}\(value)\u{2069}" : value
    }
}

extension Unicode.Scalar {
    /// Whether it belongs to a script that is written from right to left (blocks of UAX #9, table 4).
    fileprivate var isRightToLeft: Bool {
        switch value {
        case 0x0590...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF, 0x1E800...0x1EFFF: true
        default: false
        }
    }
}
