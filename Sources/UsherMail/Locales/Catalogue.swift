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
    private let fallback: Localized<Key>
    private let byLanguage: [String: Localized<Key>]

    package init(fallback: Catalogue<Key>, others: [Catalogue<Key>]) {
        self.fallback = Localized(fallback, fallback: fallback)
        byLanguage = Dictionary(
            (others + [fallback]).map { ($0.language, Localized($0, fallback: fallback)) }
        ) { first, _ in first }
    }

    /// RFC 4647 section 3.4, look-up: the tag is shortened from its end until there is a catalogue for it (`de-AT`,
    /// `de`). Nothing of the tag itself ever gets into a letter.
    package func localized(for tag: String?) -> Localized<Key> {
        guard let tag else { return fallback }
        if let found = byLanguage[tag] { return found }
        var parts = tag.lowercased().split(whereSeparator: { $0 == "-" || $0 == "_" })
        while !parts.isEmpty {
            if let found = byLanguage[parts.joined(separator: "-")] { return found }
            parts.removeLast()
            if parts.last?.count == 1 { parts.removeLast() }
        }
        return fallback
    }
}

/// The texts of one language, with the fallback's where it has none.
package struct Localized<Key: Hashable & Sendable>: Sendable {
    package let language: String
    package let isRightToLeft: Bool
    private let patterns: [Key: TextPattern]

    package init(_ catalogue: Catalogue<Key>, fallback: Catalogue<Key>) {
        language = catalogue.language
        isRightToLeft = catalogue.isRightToLeft
        patterns = fallback.texts.merging(catalogue.texts) { _, own in own }.mapValues(TextPattern.init)
    }

    /// The value of HTML's `dir`.
    package var direction: String { isRightToLeft ? "rtl" : "ltr" }

    /// The text with its places filled. A value is set in as it is, also when it has braces itself.
    package func callAsFunction(_ key: Key, _ values: PlaceValues = .none) -> String {
        patterns[key]?.filled(values) ?? ""
    }

    /// Values that may run against the direction of the text around them: then they are isolated (U+2068, U+2069;
    /// UAX #9).
    package func isolated(_ values: KeyValuePairs<String, String>) -> PlaceValues {
        PlaceValues(values.map { ($0.key, isolated($0.value)) })
    }

    /// Values in words of this language, which need no isolation.
    package func plain(_ values: KeyValuePairs<String, String>) -> PlaceValues {
        PlaceValues(values.map { ($0.key, $0.value) })
    }

    /// The value, isolated when it or the text around it is written from right to left.
    package func isolated(_ value: String) -> String {
        isRightToLeft || value.hasRightToLeft ? "\u{2068}" + value + "\u{2069}" : value
    }
}

/// What is set into the places of texts, by their names. A list: it is short, and so are the names.
package struct PlaceValues: Sendable {
    package static let none = PlaceValues([])

    private let list: [(name: String, text: String)]

    fileprivate init(_ list: [(name: String, text: String)]) { self.list = list }

    fileprivate subscript(name: String) -> String? {
        for value in list where value.name == name { return value.text }
        return nil
    }
}

/// A text, cut at its places.
private struct TextPattern: Sendable {
    private enum Piece {
        case text(String)
        case place(String)
    }

    private var pieces: [Piece] = []

    init(_ text: String) {
        var rest = text[...]
        // By bytes: what counts as one character need not be asked to find a brace.
        while let open = rest.utf8.firstIndex(of: UInt8(ascii: "{")),
            let close = rest.utf8[open...].firstIndex(of: UInt8(ascii: "}"))
        {
            pieces.append(.text(String(rest[..<open])))
            pieces.append(.place(String(rest[rest.utf8.index(after: open)..<close])))
            rest = rest[rest.utf8.index(after: close)...]
        }
        pieces.append(.text(String(rest)))
    }

    func filled(_ values: PlaceValues) -> String {
        if pieces.count == 1, case .text(let text) = pieces[0] { return text }
        var out = ""
        out.reserveCapacity(200)
        for piece in pieces {
            switch piece {
            case .text(let text): out += text
            case .place(let name): out += values[name] ?? "{\(name)}"
            }
        }
        return out
    }
}

extension String {
    fileprivate var hasRightToLeft: Bool {
        // No script of ASCII is.
        !isPrintableASCII && unicodeScalars.contains(where: \.isRightToLeft)
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
