@testable import UsherDomain
@testable import UsherMail
@testable import UsherMailbox
@testable import UsherText
@testable import UsherUseCases

private let writer = promised("a writer") {
    try LetterWriter(
        settings: LetterSettings(
            from: "invitations@example.com", appName: "Example App", publicURL: "https://usher.example.com"),
        effects: effects)
}

/// Letters with hostile names, addresses and URLs, as they could stand in a row that no parser has seen. The message is
/// well-formed, has each header once, and its only link leads where it should. What cannot be written is refused as a
/// `LetterProblem`.
func fuzzLetter(_ bytes: [UInt8]) {
    var input = Input(bytes)
    let kind = input.byte(), generation = 1 + input.byte() % 3
    let texts = (0..<6).map { _ in input.text() }
    guard let recipient = recipient(texts[0], isParsed: kind & 4 == 0) else { return }
    let locale = ["en", "de", "ar", texts[5]][kind % 4]
    let letter = letter(to: recipient, locale: locale, generation: generation, texts, kind)
    do {
        let parcel = try writer.write(letter)
        let again = promised("the same letter is written again") { try writer.write(letter) }
        promise(again.bytes == parcel.bytes, "the same letter has the same bytes")
        checkMessage(parcel.bytes, isUTF8: recipient.needsSMTPUTF8)
        checkHeaders(parcel)
        if kind & 8 == 0 { checkLink(parcel.bytes, of: letter) }
    } catch { promise(error is LetterProblem, "\(error) is no LetterProblem") }
}

private func recipient(_ text: String, isParsed: Bool) -> EmailAddress? {
    if isParsed { return try? EmailAddress(parsing: text.isEmpty ? "invitee@example.org" : text) }
    return EmailAddress(typed: text, canonical: text.lowercased(), wire: text)
}

private func letter(
    to recipient: EmailAddress, locale: String, generation: Int, _ texts: [String], _ kind: Int
) -> Letter {
    let created = Timestamp(milliseconds: 1_795_476_024_000)
    let app =
        (try? WebURL(parsing: texts[3], field: "app_url"))
        ?? WebURL(text: "https://app.example.com", origin: Origin(stored: "https://app.example.com"))
    let target = (try? WebURL(parsing: texts[4], field: "redirect_uri")) ?? app
    let invitation = InvitationLetter(
        invitation: ID(rawValue: "0190a5a0-0000-7000-8000-000000000002"), generation: generation,
        organization: ID(rawValue: "0190a5a0-0000-7000-8000-000000000001"),
        organizationName: DisplayName(stored: texts[1]), inviterName: texts[2].isEmpty ? nil : texts[2],
        inviterEmail: kind & 16 == 0 ? try? EmailAddress(parsing: "ada@example.com") : recipient, role: .admin,
        appURL: app, redirectURI: target, expiresAt: Timestamp(milliseconds: created.milliseconds + 604_800_000))
    let link = LinkLetter(link: ID(rawValue: "0190a5a0-0000-7000-8000-000000000004"), expiresAt: created)
    return Letter(
        id: ID(rawValue: "0190a5a0-0000-7000-8000-000000000003"), recipient: recipient, locale: locale, notAfter: nil,
        createdAt: created,
        content: kind & 8 == 0 ? .invitation(invitation) : kind & 32 == 0 ? .passwordReset(link) : .passwordChanged)
}

/// RFC 5322 section 2.1.1 and 2.3: CR and LF come as CRLF only, no line is too long, nothing but printable ASCII and tabs
/// unless the message needs SMTPUTF8.
func checkMessage(_ bytes: [UInt8], isUTF8: Bool) {
    var length = 0
    promise(bytes.suffix(2) == [0x0D, 0x0A], "the message ends with a line end")
    for (index, byte) in bytes.enumerated() {
        switch byte {
        case 0x0D: promise(index + 1 < bytes.count && bytes[index + 1] == 0x0A, "a bare CR at \(index)")
        case 0x0A:
            promise(index > 0 && bytes[index - 1] == 0x0D, "a bare LF at \(index)")
            length = 0
            continue
        case 0x20...0x7E, 0x09: break
        default: promise(isUTF8 && byte >= 0x80, "byte \(byte) at \(index)")
        }
        if byte != 0x0D { length += 1 }
        promise(length <= 998, "a line is longer than 998 octets")
    }
}

private let allowed = Set(Header.Name.allCases.map { $0.rawValue.lowercased() } + ["content-type"])

/// Each header once, and none that we did not write.
private func checkHeaders(_ parcel: Parcel) {
    let text = String(decoding: parcel.bytes.filter { $0 != 0x0D }, as: UTF8.self)
    let head = text.split(separator: "\n", omittingEmptySubsequences: false).prefix { !$0.isEmpty }
    var seen: Set<String> = []
    for line in head where line.unicodeScalars.first != " " {
        let name = line.prefix { $0 != ":" }.lowercased()
        promise(allowed.contains(name), "a header of ours: \(line.debugDescription)")
        promise(seen.insert(name).inserted, "\(name) stands once")
    }
    promise(seen.isSuperset(of: ["from", "to", "subject", "date", "message-id", "mime-version"]), "all are there")
    let part = MessagePart(text)
    promise(part.header("to")?.isSame(as: "<\(parcel.recipient.wire)>") == true, "one recipient, the letter's own")
    promise(part.header("from")?.hasSuffix("<invitations@example.com>") == true, "one sender, our own")
    promise(part.leaves().map(\.mediaType) == ["text/plain", "text/html"], "two parts")
}

/// The reader of the mailbox finds the letter's parts, and the only link is the right one, on the right host.
private func checkLink(_ bytes: [UInt8], of letter: Letter) {
    guard case .invitation(let invitation) = letter.content else { return }
    let read = MessageReader(String(decoding: bytes, as: UTF8.self))
    promise(read.subject.isOneLine && !read.subject.isEmpty, "the subject is one line")
    let link = promised("the letter was written, so there is a link") { try writer.links.invitation(invitation) }
    promise(read.text.split(separator: "\n").count { $0.isSame(as: link) } == 1, "the link stands alone on a line")
    promise(
        link.hasPrefix(invitation.appURL.text.prefix { $0 != "?" && $0 != "#" }.dropLastSlashes), "the base is ours")
    if let url = try? WebURL(parsing: link, field: "link") {
        promise(url.origin == invitation.appURL.origin, "the link leads to the application: \(link)")
    }
    let escaped = link.replacing("&", with: "&amp;").replacing("'", with: "&#39;")
    promise(read.html.occurrences(of: "<a ") == 1 && read.html.occurrences(of: "href=") >= 1, "one link")
    promise(read.html.occurrences(of: "href=\"\(escaped)\"") == 1, "the link's target")
    for tag in ["<script", "<img", "<form", "<iframe", "<svg", "<object", "<base"] {
        promise(read.html.occurrences(of: tag) == 0, "no \(tag)")
    }
}

extension Substring {
    fileprivate var dropLastSlashes: String {
        var rest = self
        while rest.hasSuffix("/") { rest.removeLast() }
        return String(rest)
    }
}

/// The pieces of a message alone: what is written is read back, by the reader that the mailbox has.
func fuzzMIME(_ bytes: [UInt8]) {
    var input = Input(bytes)
    let charset: Header.Charset = input.byte() % 2 == 0 ? .ascii : .utf8
    let text = input.text()
    checkQuotedPrintable(text)
    if let header = try? Header(.subject, text: text, charset: charset) {
        checkHeader(header, isUTF8: charset == .utf8)
        if charset == .ascii {
            promise(unfolded(header).isSame(as: text), "\(text.debugDescription) became \(unfolded(header))")
        }
    }
    if let header = try? Header(.from, displayName: text, address: "ada@example.com", charset: charset) {
        checkHeader(header, isUTF8: charset == .utf8)
        promise(header.text.hasSuffix(" <ada@example.com>"), "the address is the last thing: \(header.text)")
        promise(header.text.isSame(as: header.text) && shownName(header) == text, "the name \(text.debugDescription)")
    }
    if let header = try? Header(.replyTo, address: text, charset: charset) {
        checkHeader(header, isUTF8: charset == .utf8)
        promise(header.text.isSame(as: "Reply-To: <\(text)>"), "one address")
    }
    if let header = try? Header(.listUnsubscribe, url: text) {
        promise(header.text.isPrintableASCII && header.text.hasSuffix(">"), "one URL: \(header.text)")
    }
    if let header = try? Header(.messageID, identifier: text) { checkHeader(header, isUTF8: false) }
}

private func checkQuotedPrintable(_ text: String) {
    let encoded = QuotedPrintable.encode(text)
    checkMessage(encoded, isUTF8: false)
    let lines = String(decoding: encoded.filter { $0 != 0x0D }, as: UTF8.self)
    for line in lines.split(separator: "\n") {
        promise(line.utf8.count <= 76, "at most 76 characters: \(line)")
        promise(!line.hasPrefix(".") && !line.hasPrefix("From "), "no dot, no From: \(line)")
        promise(!line.hasSuffix(" ") && !line.hasSuffix("\t"), "no white space at the end: \(line)")
    }
    promise(QuotedPrintableText.decode(lines).isSame(as: text + "\n"), "read back: \(text.debugDescription)")
}

/// A header is one header: each further line begins with a space and has something on it.
private func checkHeader(_ header: Header, isUTF8: Bool) {
    checkMessage(Array(header.text.utf8) + [0x0D, 0x0A], isUTF8: isUTF8)
    let lines = header.text.unicodeScalars.filter { $0 != "\r" }.split(
        separator: "\n", omittingEmptySubsequences: false)
    // By bytes: a value may begin with a mark that joins the space before it to one character.
    promise(
        lines.first.map { String($0).utf8.starts(with: "\(header.name.rawValue): ".utf8) } == true,
        "its name: \(header.text)")
    for line in lines.dropFirst() {
        promise(line.first == " ", "a further line begins with a space: \(header.text)")
        promise(line.contains { $0 != " " }, "a further line is not empty: \(header.text.debugDescription)")
    }
}

private func unfolded(_ header: Header) -> String {
    UsherMailbox.EncodedWords.decode(MessagePart(header.text).header(header.name.rawValue.lowercased()) ?? "")
}

/// The display name of a mailbox, as a reader has it.
private func shownName(_ header: Header) -> String {
    let value = MessagePart(header.text).header("from") ?? ""
    let name = value.dropLast(" <ada@example.com>".count)
    guard name.unicodeScalars.first == "\"" else { return UsherMailbox.EncodedWords.decode(String(name)) }
    var out = String.UnicodeScalarView()
    var isEscaped = false
    for scalar in name.unicodeScalars.dropFirst().dropLast() {
        if scalar == "\\", !isEscaped {
            isEscaped = true
        } else {
            out.append(scalar)
            isEscaped = false
        }
    }
    return String(out)
}

/// The mailbox reads any bytes as a message: bounded, and the same each time.
func fuzzMessage(_ bytes: [UInt8]) {
    let raw = String(decoding: bytes, as: UTF8.self)
    let read = MessageReader(raw), again = MessageReader(raw)
    promise(read.subject == again.subject && read.text == again.text && read.html == again.html, "the same each time")
    // Each byte that is not UTF-8 becomes three.
    for text in [read.subject, read.text, read.html] {
        promise(text.utf8.count <= raw.utf8.count * 3 + 16, "no longer than what came")
    }
    promise(!read.subject.utf8.contains(0x0D) || raw.contains("=?"), "no line end in a subject that has no code")
    promise(MessagePart(raw).leaves().count <= bytes.count + 1, "no more parts than lines")
    let plain = raw.filter { $0.isASCII && $0.isLetter || $0 == " " }
    promise(UsherMailbox.EncodedWords.decode(plain).isSame(as: plain), "plain text stays")
}
