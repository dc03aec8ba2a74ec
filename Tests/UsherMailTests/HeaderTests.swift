import Foundation
import Testing
import UsherDomain
import UsherMail

@Suite struct HeaderTests {
    static let texts: [String] =
        [
            "", "a", "Plain words", "Zoë", String(repeating: "😀", count: 200), "مرحبا بكم في المؤسسة", "=?utf-8?q?x?=",
            "a =?utf-8?q?x?= b", String(repeating: "x", count: 998), "two  spaces", " leading", "trailing ",
            String(repeating: "word ", count: 60) + "end", "e\u{301}\u{302}", "👩‍👩‍👧‍👦 family",
        ] + (0..<80).map { String(repeating: "a", count: $0) + "😀é" + String(repeating: "b", count: 80 - $0) }

    /// Headers as they stand in a message.
    private func read(_ headers: [Header], _ name: String) throws -> [String] {
        let program = """
            import sys, json, email, email.policy
            m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
            print(json.dumps([str(v) for v in m.get_all("\(name)")]))
            """
        let bytes = Array(headers.map { $0.text + "\r\n" }.joined().utf8) + [0x0D, 0x0A]
        return try JSONDecoder().decode([String].self, from: python(program, input: Data(bytes)))
    }

    @Test func `any text comes out of the subject as it went in (EML-05)`() throws {
        let headers = try Self.texts.map { try Header(.subject, text: $0) }
        #expect(try read(headers, "Subject") == Self.texts)
    }

    @Test func `a word that no line can hold is refused (EML-05)`() throws {
        let longest = String(repeating: "é", count: 494)
        #expect(try Header(.subject, text: longest, charset: .utf8).text.utf8.count <= 998)
        #expect(throws: LetterProblem.self) { try Header(.subject, text: longest + "éé", charset: .utf8) }
        #expect(throws: LetterProblem.self) {
            try Header(.from, displayName: longest + "éé", address: "a@example.com", charset: .utf8)
        }
    }

    @Test func `encoded words are short, whole, and on short lines (EML-05)`() throws {
        for text in Self.texts {
            for header in [
                try Header(.subject, text: text),
                try Header(.from, displayName: text, address: "invitations@example.com"),
            ] {
                for line in Array(header.text.utf8).lines {
                    #expect(line.count <= 78)
                    #expect(line.allSatisfy { (0x20...0x7E).contains($0) })
                    #expect(line.contains { $0 != 0x20 })
                }
                for match in header.text.matches(of: /=\?utf-8\?[bq]\?([^?]*)\?=/) {
                    #expect(match.0.utf8.count <= 75)
                    #expect(Self.decoded(match.0) != nil)
                }
            }
        }
    }

    /// The characters of one encoded word alone; nil when it ends in the middle of one.
    private static func decoded(_ word: Substring) -> String? {
        let parts = word.split(separator: "?")
        if parts[2] == "b" {
            return Data(base64Encoded: String(parts[3])).flatMap { String(data: $0, encoding: .utf8) }
        }
        return parts[3].replacing("_", with: " ").replacing("=", with: "%").removingPercentEncoding
    }

    @Test func `a header cannot be ended from within (EML-01)`() {
        for end in HostileLetterTests.lineEnds {
            #expect(throws: LetterProblem.self) { try Header(.subject, text: "a\(end)b") }
            #expect(throws: LetterProblem.self) { try Header(.subject, text: "a\(end)b", charset: .utf8) }
            #expect(throws: LetterProblem.self) { try Header(.from, displayName: "a\(end)b", address: "a@example.com") }
            #expect(throws: LetterProblem.self) { try Header(.to, address: "a\(end)b@example.com", charset: .utf8) }
            #expect(throws: LetterProblem.self) { try Header(.messageID, identifier: "a\(end)b@example.com") }
            #expect(throws: LetterProblem.self) { try Header(.listUnsubscribe, url: "https://example.com/\(end)") }
        }
        #expect(throws: LetterProblem.self) { try Header(.listUnsubscribe, url: "https://example.com/>,<mailto:a@b.c") }
        #expect(throws: LetterProblem.self) { try Header(.to, address: "jürgen@example.com") }
    }

    @Test(
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 +0000"), (951_782_400_000, "Tue, 29 Feb 2000 00:00:00 +0000"),
            (1_709_251_199_999, "Thu, 29 Feb 2024 23:59:59 +0000"), (-1, "Wed, 31 Dec 1969 23:59:59 +0000"),
            (4_107_542_400_000, "Mon, 01 Mar 2100 00:00:00 +0000"),
            (253_402_300_799_999, "Fri, 31 Dec 9999 23:59:59 +0000"),
        ] as [(Int64, String)])
    func `a moment is written as RFC 5322 has it`(_ milliseconds: Int64, _ text: String) {
        #expect(Header(.date, date: Timestamp(milliseconds: milliseconds)).text == "Date: \(text)")
    }
}
