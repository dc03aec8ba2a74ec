import UsherDomain

/// The languages that pages are written in.
enum Language: String, CaseIterable, Sendable {
    case english = "en"
    case german = "de"
    case arabic = "ar"

    var direction: String { self == .arabic ? "rtl" : "ltr" }

    /// The first language of ours among the tags: by the invitation's own, then as the browser ranks them.
    static func choose(tag: String?, accepted: String?) -> Language {
        if let tag, let language = Language(tag: tag) { return language }
        return ranked(accepted ?? "").lazy.compactMap { Language(tag: $0) }.first ?? .english
    }

    private init?(tag: String) {
        guard let primary = tag.split(separator: "-").first else { return nil }
        self.init(rawValue: primary.lowercased())
    }

    /// The tags of an `Accept-Language` value (RFC 9110 section 12.5.4), best first; of a long one the beginning.
    private static func ranked(_ field: String) -> [String] {
        let ranges = field.prefix(500).split(separator: ",").prefix(20).map { item -> (tag: String, weight: Double) in
            let parts = item.split(separator: ";").map { $0.filter { $0 != " " } }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            return (parts.first ?? "", weight)
        }
        return ranges.enumerated().filter { $0.element.weight > 0 }
            .sorted { ($0.element.weight, -$0.offset) > ($1.element.weight, -$1.offset) }.map(\.element.tag)
    }
}

/// The phrases of one language. English falls in for what a language lacks.
struct Words: Sendable {
    let language: Language
    private let phrases: [Phrase: String]

    init(_ language: Language) {
        self.language = language
        phrases = Self.catalogue(of: language)
    }

    static func catalogue(of language: Language) -> [Phrase: String] {
        switch language {
        case .english: english
        case .german: german
        case .arabic: arabic
        }
    }

    subscript(_ phrase: Phrase) -> String { phrases[phrase] ?? Self.english[phrase] ?? phrase.rawValue }

    /// A phrase as markup, with values that are markup already.
    func html(_ phrase: Phrase, _ values: [String: HTML] = [:]) -> HTML { .sentence(self[phrase], values) }

    /// A phrase as text, for where no markup can stand: titles and buttons. It is escaped later.
    func text(_ phrase: Phrase, _ values: [String: String]) -> String {
        values.reduce(self[phrase]) { $0.replacing("{\($1.key)}", with: $1.value) }
    }

    /// The word for a role; of a custom one its name, kept apart from the sentence.
    func role(_ held: some HoldsRole) -> HTML {
        if let name = held.customRole?.name { return .name(name.text) }
        return HTML(word(held.role))
    }

    private func word(_ role: Role) -> String {
        switch role {
        case .user: self[.roleUser]
        case .admin: self[.roleAdmin]
        case .owner: self[.roleOwner]
        }
    }
}
