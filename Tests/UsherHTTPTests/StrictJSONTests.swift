import Foundation
import Testing

@testable import UsherHTTP

/// VAL-01, RES-06.
@Suite struct StrictJSONTests {
    private func parse(_ text: String) -> Result<JSONValue, JSONProblem> {
        Result { () throws(JSONProblem) in try StrictJSON.parse(Array(text.utf8)) }
    }

    @Test(arguments: [
        #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, "\u{FEFF}{}", #"{"a":"\ud800"}"#, #"{"a":"\ud800\u0041"}"#,
        #"{"a":"\udc00"}"#, #"{"a":"\u0000"}"#, #"{"a":1e400}"#, #"{"a":9007199254740993}"#, #"{"a":NaN}"#,
        #"{"a":Infinity}"#, "{} {}", "{}x", "{/* */}", "{}//", "", " ", "{", "[1,]", #"{"a":1,}"#, #"{a:1}"#,
        #"{'a':1}"#, #"{"a":01}"#, #"{"a":+1}"#, #"{"a":.5}"#, #"{"a":1.}"#, #"{"a":1e}"#, #"{"a":-}"#, #"{"a":tru}"#,
        #"{"a":"\x41"}"#, #"{"a":"\u00"}"#, "{\"a\":\"\n\"}", "{\"a\":\"\u{0}\"}", #"{"a":"b"#, #"{"a"}"#, #"{"a":}"#,
        #"{"a":0x10}"#,
    ])
    func `what is not strict JSON is refused`(_ text: String) {
        #expect(throws: JSONProblem.self) { try StrictJSON.parse(Array(text.utf8)) }
    }

    @Test(
        arguments: [
            [0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00], [0x22, 0xC0, 0xAF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xF5, 0x80, 0x80, 0x80, 0x22], [0x22, 0xE2, 0x82, 0x22],
        ] as [[UInt8]])
    func `bytes that are no UTF-8 are refused`(_ bytes: [UInt8]) {
        #expect(throws: JSONProblem.self) { try StrictJSON.parse(bytes) }
    }

    @Test func `values are read as they are`() throws {
        // Written with an exponent it is no integer that anybody could rely on.
        #expect(try StrictJSON.parse(Array("1e+17".utf8)) == .fraction(1e17))
        #expect(try StrictJSON.parse(Array("1e+15".utf8)) == .integer(1_000_000_000_000_000))
        let text = #" {"s":"a\"\\\/\b\f\n\r\té😀\u00e9\ud83d\ude00","i":-0,"e":1e2,"f":0.5,"l":[true,false,null,{}]} "#
        let value = try StrictJSON.parse(Array(text.utf8))
        let expected: [String: JSONValue] = [
            "s": .string("a\"\\/\u{8}\u{C}\n\r\té😀é😀"), "i": .integer(0), "e": .integer(100), "f": .fraction(0.5),
            "l": .array([.bool(true), .bool(false), .null, .object([:])]),
        ]
        #expect(value == .object(expected))
        #expect(try StrictJSON.parse(Array("3".utf8)) == .integer(3))
    }

    @Test func `32 levels are taken and 33 are not`() throws {
        func nest(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try StrictJSON.parse(Array(nest(32).utf8)) }
        #expect(parse(nest(33)) == .failure(JSONProblem(kind: .tooDeep, offset: 32)))
    }

    @Test(arguments: [
        String(repeating: "[", count: 100_000), String(repeating: #"{"a":"#, count: 100_000),
        "[" + String(repeating: "9", count: 10_000_000) + "]", "\"" + String(repeating: "\\", count: 99_999),
    ])
    func `hostile depth and size cost little and crash nothing`(_ text: String) {
        let start = ContinuousClock.now
        #expect(throws: JSONProblem.self) { try StrictJSON.parse(Array(text.utf8)) }
        // Generous for a build without optimization; the body's limit is far below these sizes.
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    @Test(arguments: [
        #"{"email":"ada@example.com","user_role":0}"#, #"{"a":{"b":[1,2.5,-3e-2,"x"]},"c":null}"#, #"["é","\u00e9"]"#,
    ])
    func `what is taken means the same to Foundation`(_ text: String) throws {
        let ours = try StrictJSON.parse(Array(text.utf8))
        let theirs = try JSONSerialization.jsonObject(with: Data(text.utf8))
        #expect(ours == JSONValue(foundation: theirs))
    }
}

extension JSONValue {
    /// What `JSONSerialization` and Yams make of a document.
    init?(foundation value: Any) {
        switch value {
        case let members as [String: Any]: self = .object(members.compactMapValues(JSONValue.init(foundation:)))
        case let elements as [Any]: self = .array(elements.compactMap(JSONValue.init(foundation:)))
        case let text as String: self = .string(text)
        case is NSNull: self = .null
        case let number as NSNumber where "\(type(of: number))".contains("Bool"): self = .bool(number.boolValue)
        case let flag as Bool where !(value is NSNumber): self = .bool(flag)
        case let number as Int: self = .integer(number)
        case let number as Double: self = .fraction(number)
        default: return nil
        }
    }
}
