import FoundationEssentials
import HTTPTypes

@testable import UsherAPI
@testable import UsherDomain
@testable import UsherHTTP
@testable import UsherText
@testable import UsherUseCases

/// What the reader takes, Foundation takes too and understands the same; written out and read again it is the same.
func fuzzJSON(_ bytes: [UInt8]) {
    let value: JSONValue
    do { value = try StrictJSON.parse(bytes) } catch {
        promise((0...bytes.count).contains(error.offset), "the offset \(error.offset) is in the text")
        return
    }
    promise(String(validating: bytes, as: UTF8.self) != nil, "only UTF-8")
    promise(depth(value) <= StrictJSON.maximumDepth, "at most \(StrictJSON.maximumDepth) levels")
    let again = promised("what was read can be read again") { try StrictJSON.parse(Array(written(value).utf8)) }
    promise(isSame(again, value), "written and read again: \(written(value))")
    guard let other = try? JSONDecoder().decode(AnyJSON.self, from: Data(bytes)).value else {
        // Foundation takes a zero with an exponent, and what is nearer to zero than any double, for no number.
        return promise(bytes.contains { $0 | 0x20 == UInt8(ascii: "e") }, "Foundation reads it")
    }
    promise(isSame(other, value), "two readers: \(written(other)) and \(written(value))")
}

private func depth(_ value: JSONValue) -> Int {
    switch value {
    case .array(let elements): 1 + (elements.map(depth).max() ?? 0)
    case .object(let members): 1 + (members.values.map(depth).max() ?? 0)
    default: 0
    }
}

private func isSame(_ left: JSONValue, _ right: JSONValue) -> Bool {
    switch (left, right) {
    case (.string(let left), .string(let right)): left.isSame(as: right)
    case (.array(let left), .array(let right)): left.count == right.count && zip(left, right).allSatisfy(isSame)
    case (.object(let left), .object(let right)):
        left.count == right.count && left.allSatisfy { key, value in right[key].map { isSame(value, $0) } ?? false }
    // Beyond what every reader holds exactly, ours says that a number written with an exponent is no integer.
    case (.integer(let left), .fraction(let right)): Double(left) == right
    case (.fraction(let left), .integer(let right)): left == Double(right)
    default: left == right
    }
}

private func written(_ value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .bool(let bool): "\(bool)"
    case .integer(let number): "\(number)"
    case .fraction(let number): "\(number)"
    case .string(let text): quoted(text)
    case .array(let elements): "[\(elements.map(written).joined(separator: ","))]"
    case .object(let members): "{\(members.map { "\(quoted($0)):\(written($1))" }.joined(separator: ","))}"
    }
}

private func quoted(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"", "\\": out += "\\\(scalar)".unicodeScalars
        case "\0"..<" ":
            let digits = String(scalar.value, radix: 16)
            out += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".unicodeScalars
        default: out.append(scalar)
        }
    }
    return "\"\(String(out))\""
}

/// Any JSON, as Foundation reads it.
private struct AnyJSON: Decodable {
    let value: JSONValue

    init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Key.self) {
            value = .object(
                try container.allKeys.reduce(into: [:]) {
                    $0[$1.stringValue] = try container.decode(AnyJSON.self, forKey: $1).value
                })
        } else if var container = try? decoder.unkeyedContainer() {
            var elements: [JSONValue] = []
            while !container.isAtEnd { elements.append(try container.decode(AnyJSON.self).value) }
            value = .array(elements)
        } else {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                value = .null
            } else if let bool = try? container.decode(Bool.self) {
                value = .bool(bool)
            } else if let number = try? container.decode(Double.self) {
                value = Int(exactly: number).map { .integer($0) } ?? .fraction(number)
            } else {
                value = .string(try container.decode(String.self))
            }
        }
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

/// The bodies of the three calls: what is refused is refused with 400 and a problem; what is taken is checked all
/// through, and the client's own encoding of it reads the same.
func fuzzBody(_ bytes: [UInt8]) {
    var input = Input(bytes)
    let kind = input.byte() % 3
    let body = input.bytes
    do {
        switch kind {
        case 0: try checkInvitation(body)
        case 1: checkKey(try KeyDraft(body: body))
        default: checkName(try DisplayName(body: body))
        }
    } catch let refusal as Refusal {
        let answer = Answer(refusal)
        promise(answer.status.code == 400, "a bad body is the client's fault: \(refusal)")
        promise(answer.problems.count <= 20, "few problems")
        for problem in answer.problems {
            let first = problem.pointer.utf8.first
            promise(first == nil || first == UInt8(ascii: "/"), "a pointer: \(problem.pointer)")
            promise(problem.pointer.unicodeScalars.count <= 4096, "a pointer is short: \(problem.pointer.utf8.count)")
        }
    } catch {
        promise(false, "only refusals are thrown: \(error)")
    }
}

private func checkInvitation(_ body: [UInt8]) throws {
    let draft = try InvitationDraft(body: body)
    for (url, field) in [(draft.appURL, "app_url"), (draft.redirectURI, "redirect_uri")] {
        let again = promised("the URL is read again") { try WebURL(parsing: url.text, field: field) }
        promise(again == url, "the URL is the same")
    }
    let wire = CreateInvitation(
        email: draft.email.typed, userRole: draft.role.rawValue, appURL: draft.appURL.text,
        redirectURI: draft.redirectURI.text, organizationID: draft.bodyOrganization?.rawValue,
        scopes: draft.scopes?.routes, locale: draft.locale)
    let again = promised("the client's own encoding is taken") {
        try InvitationDraft(body: Array(JSONEncoder().encode(wire)))
    }
    promise(again.email.typed.isSame(as: draft.email.typed) && again.email == draft.email, "the same address")
    promise(again.appURL == draft.appURL && again.redirectURI == draft.redirectURI, "the same URLs")
    promise(again.role == draft.role && again.scopes == draft.scopes, "the same rights")
    promise(again.bodyOrganization == draft.bodyOrganization && again.locale == draft.locale, "the same rest")
}

private func checkKey(_ draft: KeyDraft) {
    checkName(draft.name)
    promise(draft.expiresAt.map { $0 <= .latest } ?? true, "a time that can be written")
    if let time = draft.expiresAt {
        let written = APITime(milliseconds: time.milliseconds)
        promise(APITime(parsing: written.text)?.milliseconds == time.milliseconds, "a time reads as written")
    }
}

private func checkName(_ name: DisplayName) {
    let again = promised("a name is read again") { try DisplayName(parsing: name.text) }
    promise(again.text.isSame(as: name.text), "a name read again is the same")
}
