package import UsherUseCases

/// What was said in one attempt: which command got which reply. It hears every line of both sides but keeps only codes
/// and the text of replies, so that no credential stays in it.
package struct SMTPDialogue: Sendable {
    /// The command that the next reply belongs to.
    package enum Phase: Int, Comparable, Sendable {
        case greeting, hello, startTLS, auth, sender, recipient, data, dot

        package static func < (left: Phase, right: Phase) -> Bool { left.rawValue < right.rawValue }
    }

    package struct Reply: Equatable, Sendable {
        package let code: Int
        package let text: String
    }

    /// All replies of an attempt together; an honest relay needs a hundredth of it.
    package static let maximumBytes = 65_536

    package private(set) var phase = Phase.greeting
    package private(set) var replies: [Phase: Reply] = [:]
    /// Whether the relay offered SMTPUTF8 (RFC 6531) in this attempt's last EHLO; nil when there was none.
    package private(set) var offersUTF8: Bool?
    /// Whether the relay said more than anybody has to say.
    package private(set) var isFlooded = false
    private var received = 0
    private var lines: [String] = []
    private var isOver = false

    package init() {}

    /// No command or reply before MAIL: the connection was there already.
    package var reusedConnection: Bool { replies[.greeting] == nil && offersUTF8 == nil }

    package mutating func sent(_ line: some Collection<UInt8>) {
        // In the middle of AUTH a line can be any base64 text; no command looks like this one.
        if starts(line, with: "MAIL FROM:") {
            phase = .sender
        } else if starts(line, with: "QUIT") {
            isOver = phase != .auth
        } else if starts(line, with: "AUTH ") {
            phase = .auth
        } else if phase != .auth {
            if starts(line, with: "EHLO") || starts(line, with: "HELO") {
                phase = .hello
                offersUTF8 = false
            } else if starts(line, with: "STARTTLS") {
                phase = .startTLS
            } else if starts(line, with: "RCPT TO:") {
                phase = .recipient
            } else if starts(line, with: "DATA") {
                phase = .data
            }
        }
        lines = []
    }

    /// The whole message was read: from here on the final dot may be on its way.
    package mutating func sentBody() {
        phase = .dot
        lines = []
    }

    package mutating func received(_ line: some Collection<UInt8>) {
        received += line.count
        if received > Self.maximumBytes { isFlooded = true }
        guard !isFlooded, !isOver else { return }
        let head = Array(line.prefix(4))
        guard head.count >= 3, head.prefix(3).allSatisfy({ (0x30...0x39).contains($0) }) else { return }
        let code = head.prefix(3).reduce(0) { $0 * 10 + Int($1 - 0x30) }
        let text = Self.printable(line.dropFirst(min(4, line.count)))
        if phase == .hello, text.uppercased() == "SMTPUTF8" { offersUTF8 = true }
        if lines.count < 8 { lines.append(text) }
        guard head.count < 4 || head[3] != UInt8(ascii: "-") else { return }
        replies[phase] = Reply(code: code, text: String(lines.joined(separator: " ").prefix(200)))
        lines = []
    }

    /// Counts what the library threw away because it was no line.
    package mutating func discarded(_ bytes: Int) {
        received += bytes
        if received > Self.maximumBytes { isFlooded = true }
    }

    /// The relay's verdict.
    /// - Parameter problem: what the library says became of the transfer; nil when all went well.
    package func verdict(problem: String?) -> RelayVerdict {
        // What happens after this reply, at QUIT or on the wire, changes nothing (RFC 5321 section 6.1).
        if let final = replies[.dot], (200..<300).contains(final.code) { return .accepted(code: final.code) }
        guard let reply = replies[phase], reply.code >= 400 else {
            return .deferred(code: nil, reason: isFlooded ? "the relay said too much" : problem ?? "no verdict")
        }
        let reason = reply.text.isEmpty ? "\(reply.code)" : "\(reply.code) \(reply.text)"
        guard phase >= .recipient, (500..<600).contains(reply.code), !Self.aboutSession.contains(reply.code) else {
            return .deferred(code: reply.code, reason: reason)
        }
        return .refused(code: reply.code, reason: reason)
    }

    /// Bad sequence, and what RFC 4954 section 6 has for sign-in: about us, not about this recipient.
    private static let aboutSession: Set<Int> = [503, 530, 534, 535, 538]

    /// Printable ASCII; what a relay says ends in a database and before people.
    private static func printable(_ bytes: some Collection<UInt8>) -> String {
        var text = ""
        for byte in bytes.prefix(200) where byte != 0x0D && byte != 0x0A {
            text.unicodeScalars.append((0x20...0x7E).contains(byte) ? Unicode.Scalar(byte) : "?")
        }
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }

    private func starts(_ line: some Collection<UInt8>, with command: StaticString) -> Bool {
        command.withUTF8Buffer { line.starts(with: $0) }
    }
}
