import Foundation
import Testing
import Yams

@testable import UsherHTTP

/// `openapi/usher.yaml`, as far as tests ask.
struct OpenAPI {
    struct Operation: Sendable, CustomTestStringConvertible {
        let method: String
        let path: String
        let policy: String?
        let role: String?
        let permission: String?
        let scope: String?
        let statuses: Set<String>
        let hasBody: Bool
        /// Names of the components that it refers to.
        let parameters: Set<String>

        var route: String { "\(method) \(path)" }
        var testDescription: String { route }
    }

    let value: JSONValue

    init(yaml: String) throws {
        guard let loaded = try Yams.load(yaml: yaml), let value = JSONValue(foundation: loaded) else {
            throw CocoaError(.fileReadCorruptFile)
        }
        self.value = value
    }

    static let current: OpenAPI? = try? OpenAPI(
        yaml: String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(
                path: "../../../openapi/usher.yaml"), encoding: .utf8))

    var operations: [Operation] {
        (value["paths"]?.members ?? [:]).flatMap { path, item in
            (item.members ?? [:]).map { method, operation in
                Operation(
                    method: method.uppercased(), path: path, policy: operation["x-policy"]?.text,
                    role: operation["x-role"]?.text, permission: operation["x-permission"]?.text,
                    scope: operation["x-scope"]?.text,
                    statuses: Set(operation["responses"]?.members?.keys.map { $0 } ?? []),
                    hasBody: operation["requestBody"] != nil, parameters: Self.references(operation["parameters"]))
            }
        }.sorted { $0.route < $1.route }
    }

    private static func references(_ value: JSONValue?) -> Set<String> {
        guard case .array(let elements)? = value else { return [] }
        return Set(elements.compactMap { $0["$ref"]?.text?.split(separator: "/").last.map(String.init) })
    }

    var codes: [String] {
        guard case .array(let codes)? = value["components"]?["schemas"]?["ErrorCode"]?["enum"] else { return [] }
        return codes.compactMap(\.text)
    }
}

extension JSONValue {
    var members: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }
    var text: String? { if case .string(let text) = self { text } else { nil } }

    subscript(_ name: String) -> JSONValue? { members?[name] }

    /// Members in order of their names, no white space.
    var canonicalText: String {
        switch self {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .fraction(let number): String(number)
        case .string(let text): Self.quoted(text)
        case .array(let elements): "[" + elements.map(\.canonicalText).joined(separator: ",") + "]"
        case .object(let members):
            "{"
                + members.sorted { $0.key < $1.key }.map { "\(Self.quoted($0.key)):\($0.value.canonicalText)" }
                .joined(separator: ",") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.map { character in
            switch character {
            case "\"": "\\\""
            case "\\": "\\\\"
            case "\n": "\\n"
            default: String(character)
            }
        }
        return "\"" + escaped.joined() + "\""
    }
}
