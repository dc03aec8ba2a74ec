/// Any JSON value (RFC 8259).
public indirect enum APIValue: Codable, Equatable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number.
    case integer(Int)
    /// Any other number.
    case number(Double)
    /// A text.
    case string(String)
    /// Values in order.
    case array([APIValue])
    /// Values by name.
    case object([String: APIValue])

    /// Reads any value.
    /// - Throws: `DecodingError` when it is none of these.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let values = try? container.decode([APIValue].self) {
            self = .array(values)
        } else {
            self = .object(try container.decode([String: APIValue].self))
        }
    }

    /// Writes the value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let values): try container.encode(values)
        case .object(let values): try container.encode(values)
        }
    }
}

/// What becomes of one member in a change.
public enum FieldChange<Value: Codable & Equatable & Sendable>: Equatable, Sendable {
    /// It stays as it is.
    case keep
    /// It becomes this.
    case set(Value)
    /// It goes back to what it is without a word: null on the wire.
    case clear
}

extension KeyedEncodingContainer {
    /// Writes nothing, a value, or null.
    mutating func encode<Value>(_ change: FieldChange<Value>, forKey key: Key) throws {
        switch change {
        case .keep: break
        case .set(let value): try encode(value, forKey: key)
        case .clear: try encodeNil(forKey: key)
        }
    }
}
