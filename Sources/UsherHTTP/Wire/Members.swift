import UsherDomain
import UsherText

/// The members of a JSON body. What is wrong is collected, so that one answer names all of it.
struct Members {
    let values: [String: JSONValue]
    private(set) var problems: [FieldProblem] = []

    /// - Parameter known: members besides these are refused; nil: they are ignored.
    init(_ bytes: [UInt8], known: Set<String>?) throws(Refusal) {
        let value: JSONValue
        do { value = try StrictJSON.parse(bytes) } catch { throw .invalidBody([]) }
        guard case .object(let members) = value else { throw .invalidBody([FieldProblem("", .wrongType)]) }
        values = members
        guard let known else { return }
        let unknown = members.keys.filter { !known.contains($0) }.sorted().prefix(10)
        problems = unknown.map { FieldProblem(Self.pointer($0), .unknown) }
    }

    static func escaped(_ name: String) -> String { String(pointer(name).dropFirst()) }

    /// RFC 6901 section 3. The name is the client's own, so it is cut: it stands in the answer.
    private static func pointer(_ name: String) -> String {
        var escaped = ""
        for character in name.prefix(64) {
            switch character {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.append(character)
            }
        }
        return "/" + escaped
    }

    mutating func report(_ name: String, _ kind: FieldProblem.Kind) { problems.append(FieldProblem("/\(name)", kind)) }

    /// A value that must be there and not null.
    private mutating func required(_ name: String) -> JSONValue? {
        switch values[name] {
        case nil:
            report(name, .missing)
            return nil
        case .some(.null):
            report(name, .wrongType)
            return nil
        case .some(let value): return value
        }
    }

    func optional(_ name: String) -> JSONValue? {
        guard let value = values[name] else { return nil }
        if case .null = value { return nil }
        return value
    }

    mutating func string(_ name: String) -> String? {
        guard let value = required(name) else { return nil }
        return text(value, name)
    }

    mutating func optionalString(_ name: String) -> String? {
        guard let value = optional(name) else { return nil }
        return text(value, name)
    }

    mutating func optionalInteger(_ name: String) -> Int? {
        guard let value = optional(name) else { return nil }
        guard case .integer(let number) = value else {
            report(name, .wrongType)
            return nil
        }
        return number
    }

    mutating func optionalFlag(_ name: String) -> Bool? {
        guard let value = optional(name) else { return nil }
        guard case .bool(let flag) = value else {
            report(name, .wrongType)
            return nil
        }
        return flag
    }

    mutating func optionalObject(_ name: String) -> [String: JSONValue]? {
        guard let value = optional(name) else { return nil }
        guard case .object(let members) = value else {
            report(name, .wrongType)
            return nil
        }
        return members
    }

    /// One text or several.
    mutating func optionalStrings(_ name: String, atMost limit: Int) -> [String]? {
        guard let value = optional(name) else { return nil }
        if case .string(let text) = value { return [text] }
        guard case .array(let elements) = value else {
            report(name, .wrongType)
            return nil
        }
        let texts = elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
        guard texts.count == elements.count, texts.count <= limit else {
            report(name, texts.count == elements.count ? .tooLong : .wrongType)
            return nil
        }
        return texts
    }

    /// Whether a member is there, be it null.
    func has(_ name: String) -> Bool { values[name] != nil }

    private mutating func text(_ value: JSONValue, _ name: String) -> String? {
        guard case .string(let text) = value else {
            report(name, .wrongType)
            return nil
        }
        return text
    }

    mutating func flag(_ name: String) -> Bool? {
        guard let value = optional(name) else { return nil }
        guard case .bool(let flag) = value else {
            report(name, .wrongType)
            return nil
        }
        return flag
    }

    mutating func elements(_ name: String) -> [JSONValue]? {
        guard let value = required(name) else { return nil }
        guard case .array(let elements) = value else {
            report(name, .wrongType)
            return nil
        }
        return elements
    }

    /// 0, 1 or 2. A number or a text that is no role is `invalid_role`, not a fault of the body's shape.
    mutating func role(_ name: String) -> Result<Role, Refusal>? {
        guard let value = required(name) else { return nil }
        guard case .integer(let number) = value, let role = Role(rawValue: number) else {
            return .failure(.invalidRole)
        }
        return .success(role)
    }

    mutating func scopes() -> Scopes? {
        guard let value = optional("scopes") else { return nil }
        guard case .array(let elements) = value else {
            report("scopes", .wrongType)
            return nil
        }
        let routes = elements.compactMap { element -> String? in
            if case .string(let route) = element { route } else { nil }
        }
        guard routes.count == elements.count else {
            report("scopes", .wrongType)
            return nil
        }
        guard let scopes = try? Scopes(routes) else {
            report("scopes", .malformed)
            return nil
        }
        return scopes
    }

    /// A whole number that must be there.
    mutating func integer(_ name: String) -> Int? {
        guard let value = required(name) else { return nil }
        guard case .integer(let number) = value else {
            report(name, .wrongType)
            return nil
        }
        return number
    }

    /// A list of texts, if it is there.
    mutating func optionalStrings(_ name: String) -> [String]? {
        guard let value = optional(name) else { return nil }
        guard case .array(let elements) = value else {
            report(name, .wrongType)
            return nil
        }
        let texts = elements.compactMap { element -> String? in
            if case .string(let text) = element { text } else { nil }
        }
        guard texts.count == elements.count else {
            report(name, .wrongType)
            return nil
        }
        return texts
    }

    mutating func name(_ name: String) -> DisplayName? {
        guard let text = string(name) else { return nil }
        do { return try DisplayName(parsing: text) } catch {
            report(name, error)
            return nil
        }
    }

    /// Throws when anything was reported.
    func finish() throws(Refusal) {
        guard problems.isEmpty else { throw .invalidBody(problems) }
    }
}
