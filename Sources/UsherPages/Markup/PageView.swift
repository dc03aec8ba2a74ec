/// What a page shows, top down. Every page of Usher is one card built of these parts, so they all look and behave
/// alike. Strings are `HTML` by type: nothing unescaped fits in.
struct PageView: Sendable {
    /// The letter or word of the page's state; tests and screenshots find the page by it.
    var state: HTML
    var title: HTML
    /// Path data of a `Symbol`.
    var symbol: HTML?
    /// First letter of the organization's name, in place of a logo.
    var monogram: HTML?
    var headline: HTML
    var lead: [HTML] = []
    var facts: [FactView] = []
    var quote: QuoteView?
    /// What went wrong with the last try; announced first.
    var alert: HTML?
    var form: FormView?
    /// The primary action when no form is.
    var action: LinkView?
    var rows: [RowView] = []
    var rowsTitle: HTML?
    /// Small print under the primary action.
    var notes: [HTML] = []
    var aside: AsideView?
    var second: FormView?
    var requestID: HTML?
    var requestLabel: HTML?

    init(_ state: HTML, title: String, headline: HTML, symbol: Symbol? = nil) {
        self.state = state
        self.title = HTML(title)
        self.headline = headline
        self.symbol = symbol?.path
    }
}

/// Line drawings of 24 by 24, for pages that are about a state and not about an organization.
enum Symbol: String, Sendable, CaseIterable {
    case clock, check, slash, search, pause, shield, key, letter

    /// Path data; drawn in the text's colour.
    var path: HTML {
        switch self {
        case .clock: "M12 7v5l3.2 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z"
        case .check: "m8.5 12.2 2.4 2.4 4.8-5.2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z"
        case .slash: "m5.8 5.8 12.4 12.4M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z"
        case .search: "m20 20-4.4-4.4M17.5 10.8a6.8 6.8 0 1 1-13.5 0 6.8 6.8 0 0 1 13.5 0Z"
        case .pause: "M10 9v6m4-6v6m7-3a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z"
        case .shield: "M12 3.2 19 6v5.4c0 4.3-2.9 7.6-7 9.2-4.1-1.6-7-4.9-7-9.2V6l7-2.8Z"
        case .key: "M14 10l6.2-6.2M17 7l2.6 2.6M15 15a5 5 0 1 1-10 0 5 5 0 0 1 10 0Z"
        case .letter: "m4 7 8 6 8-6M5.5 5.5h13A1.5 1.5 0 0 1 20 7v10a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17V7Z"
        }
    }
}

/// One line of what is offered.
struct FactView: Sendable {
    let label: HTML
    let value: HTML
}

/// Somebody's own words, marked as such.
struct QuoteView: Sendable {
    let label: HTML
    let paragraphs: [HTML]
}

struct LinkView: Sendable {
    let label: HTML
    let target: HTML

    init(_ label: String, to target: String) {
        self.label = HTML(label)
        self.target = HTML(target)
    }
}

/// A row of a list: what, and in small what about it.
struct RowView: Sendable {
    let name: HTML
    let detail: HTML
}

/// A quiet part that opens on demand: the ways to say no.
struct AsideView: Sendable {
    let summary: HTML
    let lead: HTML
    let form: FormView
    var isOpen = false
}

struct FormView: Sendable {
    let action: HTML
    var fields: [FieldView] = []
    var checkbox: CheckboxView?
    var hidden: [HiddenView] = []
    let submit: HTML
    var isQuiet = false

    init(to action: String, submit: String) {
        self.action = HTML(action)
        self.submit = HTML(submit)
    }
}

struct HiddenView: Sendable {
    let name: HTML
    let value: HTML

    init(_ name: String, _ value: String) {
        self.name = HTML(name)
        self.value = HTML(value)
    }
}

struct CheckboxView: Sendable {
    let name: HTML
    let label: HTML

    init(_ name: String, _ label: String) {
        self.name = HTML(name)
        self.label = HTML(label)
    }
}

/// A labelled field. Its hint and its error are tied to it by `aria-describedby`.
struct FieldView: Sendable {
    enum Kind: String, Sendable {
        case text, email, password, area
        /// Short, in capitals, the same from left to right in every language.
        case code
    }

    let name: HTML
    let label: HTML
    let type: HTML
    let autocomplete: HTML?
    var value: HTML = ""
    var hint: HTML?
    var error: HTML?
    var isRequired = true
    var isReadOnly = false
    var isFocused = false
    let isPassword: Bool
    let isArea: Bool
    let isPlain: Bool
    let isCode: Bool
    /// Upper limit of characters, where the browser shall hold it.
    var limit: HTML?
    var describedBy: HTML?
    var optional: HTML?
    var show: HTML?
    var hide: HTML?

    init(_ name: String, _ label: String, _ kind: Kind = .text, autocomplete: String? = nil) {
        self.name = HTML(name)
        self.label = HTML(label)
        self.autocomplete = autocomplete.map { HTML($0) }
        type = HTML(kind == .code ? "text" : kind.rawValue)
        isPassword = kind == .password
        isArea = kind == .area
        isPlain = kind == .text
        isCode = kind == .code
    }

    /// The same field, with what its texts are tied by.
    func tied() -> FieldView {
        var field = self
        let error: HTML? = error == nil ? nil : name + "-error"
        let hint: HTML? = hint == nil ? nil : name + "-hint"
        field.describedBy =
            switch (error, hint) {
            case (let error?, let hint?): error + " " + hint
            case (let one?, nil), (nil, let one?): one
            case (nil, nil): nil
            }
        return field
    }
}
