/// One person's address, in the three forms that Usher needs. The only parser is in `UsherText`.
///
/// - `typed`: as the person wrote it, without white space around it; what people are shown.
/// - `wire`: what SMTP is told: the typed local part (RFC 5321 section 2.4), and the domain as A-labels.
/// - `canonical`: what addresses are compared by: local part in NFC and lower case, domain as A-labels in lower
///   case. Dots and plus tags stay: `a.b@x` and `ab@x` are two people.
package struct EmailAddress: Hashable, Sendable {
    package let typed: String
    package let canonical: String
    package let wire: String

    /// Takes forms that were checked before: for the parser and for the store.
    package init(typed: String, canonical: String, wire: String) {
        self.typed = typed
        self.canonical = canonical
        self.wire = wire
    }

    /// Two addresses are the same person's when their canonical forms are equal.
    package static func == (left: EmailAddress, right: EmailAddress) -> Bool { left.canonical == right.canonical }

    package func hash(into hasher: inout Hasher) { hasher.combine(canonical) }

    /// Whether the relay must offer SMTPUTF8 (RFC 6531) to take this address.
    package var needsSMTPUTF8: Bool { !wire.utf8.allSatisfy { $0 < 0x80 } }

    /// The domain as A-labels in lower case.
    package var domain: String {
        canonical.lastIndex(of: "@").map { String(canonical[canonical.index(after: $0)...]) } ?? ""
    }

    /// Enough for its owner to know it, too little for anybody else: `a•••@example.com`.
    package var masked: String { "\(typed.prefix(1))•••@\(domain)" }
}
