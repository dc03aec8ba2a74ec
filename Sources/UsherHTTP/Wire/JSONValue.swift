/// A JSON value from outside (RFC 8259), read by `StrictJSON`.
enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    /// A number that is whole and fits; `1.0` and `1e2` are whole.
    case integer(Int)
    case fraction(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])
}

/// What is wrong with a text that should be JSON, and at which byte.
struct JSONProblem: Error, Equatable {
    enum Kind: Equatable {
        case unexpectedByte, unexpectedEnd, trailingBytes, tooDeep, duplicateKey, badNumber, badEscape, badText
    }

    let kind: Kind
    let offset: Int
}
