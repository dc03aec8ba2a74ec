/// Why a letter cannot be written. A row that causes one is set aside as failed: trying again would not help. It names
/// the field and never its content, so it may be logged.
package enum LetterProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// A control character, a line break or a line separator where one line of text belongs.
    case controlCharacter(field: String)
    case tooLong(field: String)
    /// Not one address in a form that a header and an envelope can carry.
    case address(field: String)
    /// Not an absolute http(s) URL in printable ASCII.
    case url(field: String)
    /// A template of ours that does not parse.
    case template

    package var description: String {
        switch self {
        case .controlCharacter(let field): "\(field) has a control character"
        case .tooLong(let field): "\(field) is too long"
        case .address(let field): "\(field) is not one address"
        case .url(let field): "\(field) is not an http(s) URL"
        case .template: "a letter's template is broken"
        }
    }
}
