@testable import UsherDomain
@testable import UsherSMTP
@testable import UsherSecrets
@testable import UsherUseCases

/// Hashes from a row: whatever is taken was written in the one way in which Usher writes it.
func fuzzPHC(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    if let phc = PHCString(text) {
        let cost = phc.parameters
        promise(Argon2Parameters.memoryRange.contains(cost.kibibytes), "memory \(cost.kibibytes)")
        promise(Argon2Parameters.passRange.contains(cost.passes), "passes \(cost.passes)")
        promise(text.isPrintableASCII && text.utf8.count <= PHCString.maximumLength, "shape of \(text)")
        let tail = text.split(separator: "$").suffix(2).joined(separator: "$")
        promise(text == "$argon2id$v=19$m=\(cost.kibibytes),t=\(cost.passes),p=1$\(tail)", "one spelling: \(text)")
        promise(PHCString(PHCString.dummy(cost))?.parameters == cost, "a dummy reads as what it costs")
    }
    if let key = try? ServerKey(text: text) {
        let again = promised("a key is read again") { try ServerKey(text: key.text) }
        promise(again.bytes == key.bytes && key.bytes.count == 32, "a key read again is the same")
        promise("\(key) \(String(reflecting: key))".contains(key.text) == false, "a key cannot be printed")
    }
    checkEncodings(bytes, text)
}

private func checkEncodings(_ bytes: [UInt8], _ text: String) {
    promise(TextEncoding.decodeHex(TextEncoding.hex(bytes)) == bytes, "hexadecimal reads back")
    promise(TextEncoding.decodeBase64(TextEncoding.base64(bytes)) == bytes, "base64 reads back")
    promise(TextEncoding.decodeBase64(TextEncoding.base64URL(bytes), url: true) == bytes, "base64url reads back")
    if let decoded = TextEncoding.decodeBase64(text) {
        promise(TextEncoding.base64(decoded).isSame(as: text), "one spelling of \(text)")
    }
    if let decoded = TextEncoding.decodeHex(text) {
        promise(TextEncoding.hex(decoded).isSame(as: text.lowercased()), "one spelling of \(text)")
    }
}

/// A relay that says anything at any time. Lines of the input are what was said: `C` by us, `S` by the relay, `B` the
/// message was read, `D` something was thrown away.
func fuzzRelay(_ bytes: [UInt8]) {
    var dialogue = SMTPDialogue()
    var accepted: Int?
    for event in bytes.split(separator: 0x0A) {
        let line = Array(event.dropFirst()) + [0x0D, 0x0A]
        let wasPhase = dialogue.phase
        switch event.first {
        case UInt8(ascii: "C"): dialogue.sent(line)
        case UInt8(ascii: "B"): dialogue.sentBody()
        case UInt8(ascii: "D"): dialogue.discarded(line.count * 64)
        default:
            dialogue.received(line)
            promise(dialogue.phase == wasPhase, "what the relay says is no command")
            if let code = code(of: line), dialogue.phase == .dot { accepted = code / 100 == 2 ? code : nil }
        }
        for reply in dialogue.replies.values { checkReply(reply) }
    }
    for problem in [nil, "the relay took too long"] {
        checkVerdict(dialogue.verdict(problem: problem), dialogue, accepted)
    }
}

/// Of a line that ends a reply.
private func code(of line: [UInt8]) -> Int? {
    guard line.count >= 4, line.prefix(3).allSatisfy({ (0x30...0x39).contains($0) }), line[3] != UInt8(ascii: "-")
    else {
        return nil
    }
    return line.prefix(3).reduce(0) { $0 * 10 + Int($1) - 0x30 }
}

private func checkReply(_ reply: SMTPDialogue.Reply) {
    promise((0...999).contains(reply.code), "a code: \(reply.code)")
    promise(reply.text.isPrintableASCII && reply.text.utf8.count <= 200, "a short line: \(reply.text.debugDescription)")
}

private func checkVerdict(_ verdict: RelayVerdict, _ dialogue: SMTPDialogue, _ last: Int?) {
    switch verdict {
    case .accepted(let code):
        promise((200..<300).contains(code), "accepted with \(code)")
        promise(dialogue.replies[.dot]?.code == code, "accepted only by the reply to the final dot")
    case .refused(let code, let reason):
        promise(code.map { (500..<600).contains($0) } == true, "refused for good with \(code ?? 0)")
        promise(dialogue.phase >= .recipient, "refused for good only from RCPT on")
        promise(reason.isPrintableASCII && reason.utf8.count <= 204, "a short reason")
        promise(dialogue.replies[dialogue.phase]?.code == code, "by the reply to the last command")
    case .deferred(let code, let reason):
        promise(code.map { $0 >= 400 } ?? true, "deferred with \(code ?? 0)")
        promise(!reason.isEmpty && reason.isPrintableASCII && reason.utf8.count <= 204, "a short reason: \(reason)")
    }
    if case .accepted = verdict { return }
    promise(last == nil || dialogue.isFlooded || dialogue.replies[.dot]?.code != last, "what was accepted stays so")
}

/// The relay's address as an operator gives it: nothing in it can end a line of the dialogue, and no complaint repeats
/// the password.
func fuzzRelayURL(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    do {
        let settings = try SMTPSettings(url: text)
        promise(!settings.host.isEmpty && settings.host.isPrintableASCII, "a host: \(settings.host.debugDescription)")
        promise((1...65_535).contains(settings.port), "a port: \(settings.port)")
        let parts = [settings.user, settings.password?.reveal(), settings.clientName, settings.certificateAuthorities]
        for part in parts.compactMap(\.self) {
            promise(part.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "no control in \(part.debugDescription)")
        }
        promise(
            settings.tls != .opportunistic || settings.password == nil || text.contains("opportunistic")
                || SMTPSettings.isLoopback(settings.host), "a password does not go in the clear by itself")
    } catch {
        promise(error.sentence.isPrintableASCII && error.sentence.utf8.count < 200, "one sentence: \(error.sentence)")
        guard let at = text.lastIndex(of: "@"), let colon = text[..<at].lastIndex(of: ":") else { return }
        let password = text[text.index(after: colon)..<at]
        // Our own sentences have long words too, but none with this many digits in it.
        guard password.count(where: \.isNumber) > 5 else { return }
        promise(password.utf8.count < 12 || !error.sentence.contains(password), "a complaint repeats the password")
    }
}
