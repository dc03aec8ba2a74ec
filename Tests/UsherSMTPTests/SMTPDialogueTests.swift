import Testing
import UsherSMTP
import UsherUseCases

@Suite struct SMTPDialogueTests {
    /// `>` is what we say, `<` what the relay says, `.` the end of the message.
    private func dialogue(_ lines: String...) -> SMTPDialogue {
        var dialogue = SMTPDialogue()
        for line in lines {
            let text = Array((line.dropFirst() + "\r\n").utf8)
            switch line.first {
            case ">": dialogue.sent(text)
            case "<": dialogue.received(text)
            default: dialogue.sentBody()
            }
        }
        return dialogue
    }

    @Test func `nothing after the final 250 changes it (EML-13)`() {
        let talk = dialogue(
            ">MAIL FROM:<a@example.com>", "<250 ok", ">RCPT TO:<b@example.com>", "<250 ok", ">DATA", "<354 go", ".",
            "<250 2.0.0 taken", ">QUIT", "<421 4.3.0 no")
        #expect(talk.verdict(problem: "the relay dropped the connection") == .accepted(code: 250))
    }

    @Test func `what looks like a command within AUTH is none`() {
        let talk = dialogue("<220 hi", ">EHLO x", "<250 AUTH PLAIN", ">AUTH PLAIN", "<334 ", ">DATA", "<535 no")
        #expect(talk.phase == .auth)
        #expect(talk.verdict(problem: nil) == .deferred(code: 535, reason: "535 no"))
    }

    @Test func `a reply of many lines is one reply`() {
        let talk = dialogue(
            ">MAIL FROM:<a@example.com>", "<250 ok", ">RCPT TO:<b@example.com>", "<550-5.1.1 no such", "<550 user")
        #expect(talk.verdict(problem: "x") == .refused(code: 550, reason: "550 5.1.1 no such user"))
    }

    @Test func `what is offered before STARTTLS does not count after it`() {
        let talk = dialogue(
            "<220 hi", ">EHLO x", "<250-x", "<250-SMTPUTF8", "<250 STARTTLS", ">STARTTLS", "<220 go", ">EHLO x",
            "<250 x")
        #expect(talk.offersUTF8 == false)
        #expect(dialogue("<220 hi", ">EHLO x", "<250-x", "<250 smtputf8").offersUTF8 == true)
    }

    @Test func `a drop after the final dot is no verdict`() {
        let talk = dialogue(
            ">MAIL FROM:<a@example.com>", "<250 ok", ">RCPT TO:<b@example.com>", "<250 ok", ">DATA", "<354 go", ".")
        #expect(talk.verdict(problem: "dropped") == .deferred(code: nil, reason: "dropped"))
    }

    @Test func `what is kept of a reply can be shown`() {
        var talk = dialogue(">MAIL FROM:<a@example.com>")
        talk.received(Array("450 \u{1B}[31m\0".utf8) + [0xFF] + Array(repeating: UInt8(ascii: "x"), count: 1000))
        let reason = talk.verdict(problem: nil)
        guard case .deferred(450, let text) = reason else {
            Issue.record("\(reason)")
            return
        }
        #expect(text.hasPrefix("450 ?[31m??xxx"))
        #expect(text.utf8.count <= 204)
    }
}
