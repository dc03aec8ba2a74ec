package import UsherDomain

/// What a use case may ask of the world besides the store; one function each, so closures suffice.
package struct Effects: Sendable {
    package var now: @Sendable () -> Timestamp
    /// A new UUIDv7 (RFC 9562), lower case.
    package var newID: @Sendable () -> String
    /// 256 bits from the system's generator, base64url: 43 characters.
    package var newSecret: @Sendable () -> String
    /// SHA-256 of a secret, lower-case hexadecimal: the only form in which secrets are stored.
    package var hash: @Sendable (_ secret: String) -> String
    /// HMAC-SHA-256 of a text under the server's key and a purpose, base64url: 43 characters.
    package var derive: @Sendable (_ purpose: DerivedSecret, _ text: String) -> String
    /// Encrypts and authenticates (AES-256-GCM) under a key of the server's and a secret that is kept nowhere: base64url.
    package var seal: @Sendable (_ bytes: [UInt8], _ secret: String) throws -> String
    /// What was sealed with the same secret; nil when it was not.
    package var unseal: @Sendable (_ text: String, _ secret: String) -> [UInt8]?

    package init(
        now: @escaping @Sendable () -> Timestamp, newID: @escaping @Sendable () -> String,
        newSecret: @escaping @Sendable () -> String, hash: @escaping @Sendable (String) -> String,
        derive: @escaping @Sendable (DerivedSecret, String) -> String,
        seal: @escaping @Sendable ([UInt8], String) throws -> String = { bytes, _ in
            String(decoding: bytes, as: UTF8.self)
        },
        unseal: @escaping @Sendable (String, String) -> [UInt8]? = { text, _ in Array(text.utf8) }
    ) {
        self.now = now
        self.newID = newID
        self.newSecret = newSecret
        self.hash = hash
        self.derive = derive
        self.seal = seal
        self.unseal = unseal
    }

    /// The code in an invitation's link: derived, so that no letter in the outbox carries it.
    package func code(of invitation: ID<Invitation>, generation: Int) -> String {
        derive(.invitationCode, "\(invitation).\(generation)")
    }

    /// The short code in the same letter.
    package func shortCode(of invitation: ID<Invitation>, generation: Int) -> ShortCode {
        ShortCode(of: derive(.shortCode, "\(invitation).\(generation)"))
    }

    /// The secret of a one-time link.
    package func secret(of link: ID<OneTimeLink>) -> String { derive(.oneTimeLink, link.rawValue) }

    /// What the one-click link of an invitation's letter carries, to stop further ones (RFC 8058).
    package func unsubscribeToken(_ invitation: ID<Invitation>, of organization: ID<Organization>) -> String {
        derive(.unsubscribe, "\(organization).\(invitation)")
    }

    /// The form of an address in which it is kept when the address itself is gone.
    package func emailHash(_ email: EmailAddress) -> String { derive(.emailHash, email.canonical) }
}

/// What a derived secret is for: the same text gives another secret for another purpose.
package enum DerivedSecret: String, Sendable, CaseIterable {
    case invitationCode = "invitation-code"
    case shortCode = "short-code"
    case oneTimeLink = "one-time-link"
    case emailHash = "email-hash"
    case formToken = "form-token"
    case cursor
    case unsubscribe
    /// An `Idempotency-Key` and the request that it came with.
    case idempotency
    /// The key under which an answer is kept for whoever has the `Idempotency-Key`.
    case keptAnswer = "kept-answer"
    /// Which letter a report on delivery is about.
    case returnPath = "return-path"
}

/// Hashing of passwords: slow on purpose, so bounded, and never on a thread that serves requests.
package protocol PasswordHasher: Sendable {
    /// A PHC string with a salt of its own. Throws `Refusal.busy` when too many wait.
    func hash(_ password: Password) async throws -> String
    /// Compares; with no hash it takes the same time and says `wrong`, so that nobody learns which accounts exist.
    func verify(_ password: Password, against hash: String?) async throws -> PasswordVerdict
}

package enum PasswordVerdict: Equatable, Sendable {
    case wrong
    /// `outdated`: the hash was made with weaker parameters than today's and should be made anew.
    case right(outdated: Bool)
}

/// Whether a new password may be used, beside its length: not a common one, not made of what is known about you.
package struct PasswordPolicy: Sendable {
    package var rules: PasswordRules
    package var isCommon: @Sendable (_ password: String) -> Bool

    package init(rules: PasswordRules, isCommon: @escaping @Sendable (String) -> Bool) {
        self.rules = rules
        self.isCommon = isCommon
    }
}
