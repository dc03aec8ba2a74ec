/// What a mail system says of an invitation's letter after the relay took it: a report on delivery (RFC 3464) or a
/// complaint (RFC 5965).
package struct DeliveryReport: Hashable, Sendable {
    package enum Verdict: String, Sendable, CaseIterable {
        case delivered, delayed, bounced, complained
    }

    package let invitation: ID<Invitation>
    /// Which of its letters.
    package let generation: Int
    package let verdict: Verdict
    /// The mail system's reply code (RFC 5321 section 4.2), where it is told.
    package let code: Int?
    /// Printable ASCII.
    package let reason: String?

    package init(
        invitation: ID<Invitation>, generation: Int, verdict: Verdict, code: Int? = nil, reason: String? = nil
    ) {
        self.invitation = invitation
        self.generation = generation
        self.verdict = verdict
        self.code = code
        self.reason = reason
    }
}
