/// Which domains of addresses a list means. An entry is a domain as A-labels in lower case and means exactly that domain;
/// `*.` before it means every domain below it, and not itself.
package enum DomainRule {
    package static func matches(_ entry: String, _ domain: String) -> Bool {
        guard entry.hasPrefix("*.") else { return entry == domain }
        let suffix = entry.dropFirst()
        return domain.utf8.count > suffix.utf8.count && domain.hasSuffix(suffix)
    }

    package static func contains(_ entries: [String], _ domain: String) -> Bool {
        entries.contains { matches($0, domain) }
    }
}

extension OrganizationSettings {
    /// Whether people with an address of this domain may be invited, and may join. What is blocked is blocked, allowed or
    /// not.
    package func admits(_ email: EmailAddress) -> Bool {
        let domain = email.domain
        return (allowedDomains.isEmpty || DomainRule.contains(allowedDomains, domain))
            && !DomainRule.contains(blockedDomains, domain)
    }
}
