/// A password as a person typed it: NFC, non-ASCII spaces as U+0020 (RFC 8265 section 4.2.2), within the limits.
/// The only parser is in `UsherText`. It cannot be printed.
package struct Password: Sendable {
    package let secret: Secret

    package init(checked text: String) { secret = Secret(text) }
}

/// What a new password must be. Nothing else is asked of it (ASVS 6.2, NIST SP 800-63B 3.1.1.2).
package struct PasswordRules: Sendable {
    /// Code points, at least 8.
    package var minimumLength: Int
    /// Code points.
    package static let maximumLength = 256

    package init(minimumLength: Int = 12) { self.minimumLength = minimumLength }
}
