/// The few shapes of JSON that commands print, members in the order in which they are given.
enum JSONText {
    case string(String)
    case number(Int)
    case bool(Bool)
    case null
    case list([JSONText])
    case members([(String, JSONText)])

    static func object(_ members: [(String, JSONText)]) -> String {
        "{\(members.map { "\(escaped($0.0)): \($0.1.text)" }.joined(separator: ", "))}"
    }

    static func array(_ objects: [[(String, JSONText)]]) -> String {
        "[\(objects.map(object).joined(separator: ", "))]"
    }

    /// One value by itself.
    static func text(of value: JSONText) -> String { value.text }

    private var text: String {
        switch self {
        case .string(let value): Self.escaped(value)
        case .number(let value): String(value)
        case .bool(let value): value ? "true" : "false"
        case .null: "null"
        case .members(let members): Self.object(members)
        case .list(let values): "[\(values.map(\.text).joined(separator: ", "))]"
        }
    }

    /// RFC 8259 section 7.
    private static func escaped(_ value: String) -> String {
        var result = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
