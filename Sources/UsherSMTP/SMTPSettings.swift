package import UsherDomain

/// Where the relay is, and how it is spoken to.
package struct SMTPSettings: Sendable {
    package enum TLS: String, Sendable {
        /// STARTTLS with a certificate that proves the host, or no mail.
        case required
        /// STARTTLS when it is offered, with whatever certificate (RFC 7435), clear text when not. With a user and a
        /// password it means `required`: credentials never go in the clear unless TLS is `off` in so many words.
        case opportunistic
        /// Clear text.
        case off
    }

    package enum Mechanism: String, Sendable, CaseIterable {
        case plain, login, xoauth2, oauthbearer
    }

    package var host: String
    package var port: Int
    /// TLS from the first byte (`smtps`, RFC 8314).
    package var isImplicitTLS: Bool
    package var tls: TLS
    package var user: String?
    package var password: Secret?
    /// Nil: the strongest that the relay offers.
    package var mechanism: Mechanism?
    /// PEM file of the authorities to trust instead of the system's.
    package var certificateAuthorities: String?
    /// What Usher calls itself in EHLO; nil: the machine's name.
    package var clientName: String?
    /// How many connections, each with a thread of its own.
    package var lanes = 8
    package var connectTimeout = Duration.seconds(10)
    /// From the first byte of an attempt to its verdict. Shorter than the ten minutes that RFC 5321 section 4.5.3.2.6
    /// gives a relay for the final dot, because somebody waits; a relay that is slower gets the same Message-ID again.
    package var timeout = Duration.seconds(30)
    /// A connection that was idle for longer is not used again.
    package var idleLimit = Duration.seconds(60)

    package init(host: String, port: Int, isImplicitTLS: Bool = false, tls: TLS? = nil) {
        self.host = host
        self.port = port
        self.isImplicitTLS = isImplicitTLS
        self.tls = tls ?? (!isImplicitTLS && Self.isLoopback(host) ? .opportunistic : .required)
    }

    static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host.hasSuffix(".localhost") || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

/// What is wrong with a relay's URL, as one sentence that never repeats a password.
package struct SMTPSettingsProblem: Error, Equatable, Sendable, CustomStringConvertible {
    package let sentence: String

    package init(_ sentence: String) { self.sentence = sentence }

    package var description: String { sentence }
}
