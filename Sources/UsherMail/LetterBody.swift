/// What a letter says, before it is text or HTML: both parts are made of the same words.
struct LetterBody {
    struct Fact {
        let label: String
        let value: String
    }

    struct Action {
        let label: String
        /// Stands before the address in full.
        let lead: String
        let url: String
    }

    /// What does the same as the address, for who cannot open it.
    struct Code {
        /// Stands before it.
        let lead: String
        let text: String
    }

    /// Somebody's own words, marked as such.
    struct Quote {
        let label: String
        let paragraphs: [String]
    }

    let language: String
    let direction: String
    let title: String
    let intro: String
    let facts: [Fact]
    var quote: Quote?
    let action: Action?
    var code: Code?
    let notes: [String]
    /// Who sends it.
    let signature: String

    /// The text part: complete, and the link alone on its line, so that nothing clings to it. A blank line stands between
    /// any two blocks.
    var text: String {
        var out = ""
        out.reserveCapacity(2048)
        func add(_ parts: [String]) { for part in parts { out += part } }
        add([title, "\n\n", intro])
        for (index, fact) in facts.enumerated() {
            add([index == 0 ? "\n\n" : "\n", fact.label, ": ", fact.value])
        }
        if let quote {
            add(["\n\n", quote.label, ":\n"])
            for paragraph in quote.paragraphs { add(["\n> ", paragraph]) }
        }
        if let action { add(["\n\n", action.label, ":\n\n", action.url]) }
        if let code { add(["\n\n", code.lead, "\n\n", code.text]) }
        for note in notes { add(["\n\n", note]) }
        add(["\n\n-- \n", signature])
        return out
    }
}
