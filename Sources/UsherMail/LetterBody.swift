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

    let language: String
    let direction: String
    let title: String
    let intro: String
    let facts: [Fact]
    let action: Action?
    let notes: [String]
    /// Who sends it.
    let signature: String

    /// The text part: complete, and the link alone on its line, so that nothing clings to it.
    var text: String {
        var blocks = [title, intro]
        if !facts.isEmpty { blocks.append(facts.map { "\($0.label): \($0.value)" }.joined(separator: "\n")) }
        if let action { blocks.append("\(action.label):\n\n\(action.url)") }
        return (blocks + notes + ["-- \n\(signature)"]).joined(separator: "\n\n")
    }
}
