package import UsherDomain

extension DomainRule {
    /// An entry as it is compared: A-labels in lower case, `*.` kept. Nil when it is no domain of at least two labels that
    /// an address could have.
    package static func normalized(_ text: String) -> String? {
        let hasWildcard = text.hasPrefix("*.")
        let name = hasWildcard ? String(text.dropFirst(2)) : text
        // The domain is read as an address's is, so that the two can be compared.
        guard let email = try? EmailAddress(parsing: "a@" + name), email.typed == "a@" + name else { return nil }
        return (hasWildcard ? "*." : "") + email.domain
    }
}
