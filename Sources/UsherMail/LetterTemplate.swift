import Mustache

/// The HTML of every letter. Values are escaped at every place; there is no other place.
///
/// The parts of a letter are rendered by the template engine only once, with marks for values. What stands between the
/// marks is the same in all letters, and so it is kept, and its whole lines encoded for the message already.
struct LetterTemplate: Sendable {
    /// Compiled once: registering the content type and reading it back must not run side by side.
    private static let compiled = Result {
        MustacheContentTypes.register(ScalarHTML(), named: ScalarHTML.name)
        return try Parts(
            top: TemplatePart(LetterSource.top, places: ["lang", "dir", "title", "intro"]),
            fact: TemplatePart(LetterSource.fact, places: ["label", "value"]),
            quoteLabel: TemplatePart(LetterSource.quoteLabel, places: ["label"]),
            quote: TemplatePart(LetterSource.quote, places: ["paragraph"]),
            action: TemplatePart(LetterSource.action, places: ["label", "lead", "url"]),
            code: TemplatePart(LetterSource.code, places: ["lead", "code"]),
            note: TemplatePart(LetterSource.note, places: ["note"]),
            end: TemplatePart(LetterSource.end, places: ["signature"]))
    }

    private struct Parts {
        let top: TemplatePart
        let fact: TemplatePart
        let quoteLabel: TemplatePart
        let quote: TemplatePart
        let action: TemplatePart
        let code: TemplatePart
        let note: TemplatePart
        let end: TemplatePart
    }

    private let parts: Parts

    init() throws(LetterProblem) {
        guard case .success(let parts) = Self.compiled else { throw .template }
        self.parts = parts
    }

    /// Adds the HTML in quoted-printable.
    func append(_ body: LetterBody, to out: inout [UInt8]) {
        parts.top.append([body.language, body.direction, body.title, body.intro], to: &out)
        for fact in body.facts { parts.fact.append([fact.label, fact.value], to: &out) }
        if let quote = body.quote {
            parts.quoteLabel.append([quote.label], to: &out)
            for paragraph in quote.paragraphs { parts.quote.append([paragraph], to: &out) }
        }
        if let action = body.action { parts.action.append([action.label, action.lead, action.url], to: &out) }
        if let code = body.code { parts.code.append([code.lead, code.text], to: &out) }
        for note in body.notes { parts.note.append([note], to: &out) }
        parts.end.append([body.signature], to: &out)
        // What is behind the last LF is a line too, for whoever encodes a text.
        out.appendLineEnd()
    }
}
