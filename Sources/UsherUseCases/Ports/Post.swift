package import UsherDomain

/// A finished message for one recipient, as a relay takes it.
package struct Parcel: Sendable {
    /// Envelope sender (MAIL FROM); an ASCII address.
    package let sender: String
    package let recipient: EmailAddress
    /// RFC 5322 bytes, lines ending in CRLF, not dot-stuffed.
    package let bytes: [UInt8]

    package init(sender: String, recipient: EmailAddress, bytes: [UInt8]) {
        self.sender = sender
        self.recipient = recipient
        self.bytes = bytes
    }
}

/// What a relay said to a parcel.
package enum RelayVerdict: Equatable, Sendable {
    /// It took responsibility: 250 after the final dot, whatever came after that.
    case accepted(code: Int)
    /// It refused this recipient or this message for good: 5xx to RCPT, DATA or the final dot.
    case refused(code: Int?, reason: String)
    /// It did not take it now: 4xx, no connection, no TLS, no sign-in, a time-out, a reply that makes no sense.
    case deferred(code: Int?, reason: String)
}

/// The way out: an SMTP relay, or the development mailbox.
package protocol Post: Sendable {
    func hand(_ parcel: Parcel) async -> RelayVerdict
}

/// The desk where a use case leaves a letter that it has committed, so that the first attempt starts at once.
package protocol Dispatch: Sendable {
    /// What letters enqueued now are leased with: this node's name, and long enough for the first attempt.
    func lease(at now: Timestamp) -> Lease
    /// Starts sending, and waits for the first verdict that was written down, at most so long. Nil: no verdict yet;
    /// the letter stays on its way. Without patience it returns at once. The letter may be left to the next claim
    /// when too many wait here.
    func dispatch(_ letter: Letter, patience: Duration?) async -> LetterOutcome?
}
