package import UsherDomain

/// One header field (RFC 5322 section 2.2), finished: encoded, folded, and without any way to end early or to begin
/// another. Text gets in only through initialisers that check it.
package struct Header: Equatable, Sendable {
    /// The fields that Usher writes. A name is never a text from outside.
    package enum Name: String, Sendable, CaseIterable {
        case from = "From"
        case to = "To"
        case replyTo = "Reply-To"
        case subject = "Subject"
        case date = "Date"
        case messageID = "Message-ID"
        case references = "References"
        case inReplyTo = "In-Reply-To"
        case autoSubmitted = "Auto-Submitted"
        case autoResponseSuppress = "X-Auto-Response-Suppress"
        case listUnsubscribe = "List-Unsubscribe"
        case listUnsubscribePost = "List-Unsubscribe-Post"
        case contentLanguage = "Content-Language"
        case mimeVersion = "MIME-Version"
    }

    /// How text beyond ASCII is written: as RFC 2047 words, or, in a message that needs SMTPUTF8 anyway, as it is (RFC
    /// 6532 section 3).
    package enum Charset: Sendable {
        case ascii, utf8
    }

    package let name: Name
    /// `Name: value`, folded with CRLF, without the CRLF at the end.
    package let text: String

    private init(_ name: Name, value: String) {
        self.name = name
        text = name.rawValue + ": " + value
    }

    /// Unstructured text (RFC 5322 section 2.2.1).
    package init(_ name: Name, text: String, charset: Charset = .ascii) throws(LetterProblem) {
        try OneLine.check(text, field: name.rawValue)
        let column = name.rawValue.utf8.count + 2
        switch charset {
        case .ascii where !Self.isPlain(text): self.init(name, value: EncodedWords(text, column: column).folded)
        case .ascii, .utf8: self.init(name, value: Self.fold(text, column: column))
        }
        try checkLines()
    }

    /// One mailbox: a display name, if there is one, and an address.
    package init(
        _ name: Name, displayName: String? = nil, address: String, charset: Charset = .ascii
    ) throws(LetterProblem) {
        try OneLine.checkAddress(address, field: name.rawValue, asciiOnly: charset == .ascii)
        guard let displayName else {
            self.init(name, value: "<\(address)>")
            return
        }
        try OneLine.check(displayName, field: name.rawValue)
        let column = name.rawValue.utf8.count + 2
        let quoted = Self.quoted(displayName)
        if charset == .ascii, !Self.isPlain(displayName) || column + quoted.utf8.count > 76 {
            self.init(name, value: "\(EncodedWords(displayName, column: column).folded)\r\n <\(address)>")
        } else {
            let fits = column + quoted.utf8.count + address.utf8.count + 3 <= 76
            self.init(name, value: "\(quoted)\(fits ? " " : "\r\n ")<\(address)>")
        }
        try checkLines()
    }

    /// RFC 5322 section 2.1.1. Only a word of UTF-8 can be that long: ASCII is cut into encoded words before.
    private func checkLines() throws(LetterProblem) {
        var length = 0
        for byte in text.utf8 {
            length = byte == 0x0A ? 0 : length + 1
            // The CR counts here and not there.
            guard length <= 999 else { throw .tooLong(field: name.rawValue) }
        }
    }

    /// Message identifiers (RFC 5322 section 3.6.4), without their brackets.
    package init(_ name: Name, identifier: String) throws(LetterProblem) {
        try OneLine.checkAddress(identifier, field: name.rawValue, asciiOnly: true)
        self.init(name, value: "<\(identifier)>")
    }

    /// A moment (RFC 5322 section 3.3), in UTC.
    package init(_ name: Name, date: Timestamp) { self.init(name, value: CivilTime(date).rfc5322) }

    /// One URL in brackets (RFC 2369 section 2).
    package init(_ name: Name, url: String) throws(LetterProblem) {
        try OneLine.checkURL(url, field: name.rawValue)
        guard !url.utf8.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: ">") }) else {
            throw .url(field: name.rawValue)
        }
        self.init(name, value: "<\(url)>")
    }

    /// A value that stands in this source.
    package init(_ name: Name, fixed value: StaticString) { self.init(name, value: value.description) }

    /// Whether ASCII text means itself: printable, nothing that looks like an encoded word, no white space that folding
    /// would lose, no word too long for a line.
    private static func isPlain(_ text: String) -> Bool {
        let utf8 = text.utf8
        let bytes = utf8.span
        var width = 0
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: " "):
                guard width > 0 else { return false }
                width = 0
            case UInt8(ascii: "?") where index > 0 && bytes[index - 1] == UInt8(ascii: "="): return false
            case 0x21...0x7E:
                width += 1
                guard width <= 60 else { return false }
            default: return false
            }
        }
        return width > 0
    }

    /// Breaks at spaces where a line would pass 76 octets.
    private static func fold(_ text: String, column start: Int) -> String {
        guard start + text.utf8.count > 76 else { return text }
        var out = ""
        var column = start
        for (index, word) in text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
            let width = word.utf8.count
            if index > 0 {
                let breaks = column + 1 + width > 76 && width > 0
                out += breaks ? "\r\n " : " "
                column = breaks ? 1 : column + 1
            }
            out += word
            column += width
        }
        return out
    }

    /// A quoted-string (RFC 5322 section 3.2.4).
    private static func quoted(_ text: String) -> String {
        var out: [UInt8] = [UInt8(ascii: "\"")]
        out.reserveCapacity(text.utf8.count + 2)
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { out.append(UInt8(ascii: "\\")) }
            out.append(byte)
        }
        out.append(UInt8(ascii: "\""))
        return String(decoding: out, as: UTF8.self)
    }
}
