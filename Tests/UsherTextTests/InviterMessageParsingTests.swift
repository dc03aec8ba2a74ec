import Testing
import UsherDomain
import UsherText

@Suite struct InviterMessageParsingTests {
    @Test func `line ends, tabs and empty lines are brought into one form`() throws {
        let message = try InviterMessage(parsing: "  Hello\tAda\r\n\r\n\r\n\rsee you  \non Monday\n ")
        #expect(message.text == "Hello Ada\n\nsee you\non Monday")
        #expect(message.paragraphs == ["Hello Ada", "see you", "on Monday"])
    }

    @Test(arguments: ["a\u{202E}b", "a\0b", "a\u{1B}[0mb", "a\u{200B}b", "a\u{2066}b", "\u{E0041}", "a\u{2028}b"])
    func `what is not visible text is refused`(_ text: String) {
        #expect(throws: FieldProblem.Kind.malformed) { try InviterMessage(parsing: text) }
    }

    @Test func `the limits are exact`() throws {
        #expect(try InviterMessage(parsing: String(repeating: "é", count: 1000)).text.count == 1000)
        for text in [String(repeating: "e", count: 1001), String(repeating: "😀", count: 1001)] {
            #expect(throws: FieldProblem.Kind.tooLong) { try InviterMessage(parsing: text) }
        }
        for text in ["", " \n\t\r\n"] {
            #expect(throws: FieldProblem.Kind.missing) { try InviterMessage(parsing: text) }
        }
    }
}
