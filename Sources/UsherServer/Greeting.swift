import UsherDomain
import UsherText
import UsherUseCases

/// What a server says when it has started: where it is, how to get in, and what to try first.
struct Greeting: Sendable {
    let settings: Settings
    let useCases: UseCases

    func text() async throws -> String {
        var lines = ["Usher \(Version.current) serves \(settings.publicURL.text)"]
        if settings.relay == nil { lines.append("Mailbox: \(settings.publicURL.text)/mailbox") }
        if let secret = try await useCases.setUp.link() {
            lines += [
                "", "There is no admin yet. This link makes one; it works once, for 30 minutes:",
                "  \(settings.publicURL.text)/setup?token=\(secret.reveal())",
            ]
        }
        if settings.isDevelopment { lines += try await example() }
        return lines.joined(separator: "\n")
    }

    /// An empty database gets something to try with; the key is shown here and never again.
    private func example() async throws -> [String] {
        let present = try await useCases.store.read { try $0.organizations(limit: 1) }
        guard let first = present.first else { return try await makeExample() }
        return [
            "", "API keys are shown once. To make another:",
            "  usher key create --organization \(first.id) --role admin",
        ]
    }

    private func makeExample() async throws -> [String] {
        let name = try DisplayName(parsing: "Example")
        let made = try await useCases.operatorActions.createOrganization(
            named: name, owner: EmailAddress(parsing: "owner@example.com"), allowedOrigins: [])
        let draft = KeyDraft(name: name, role: .owner, scopes: nil, expiresAt: nil)
        let key = try await useCases.operatorActions.createKey(draft, in: made.organization.id, for: nil)
        return [
            "", "The database was empty, so it got an organization to try with: Example (\(made.organization.id)).",
            "Its API key, shown only now: \(key.text.reveal())",
            "", "Send the first invitation:", "", curl(made.organization.id, key.text),
        ]
    }

    private func curl(_ organization: ID<Organization>, _ key: Secret) -> String {
        let url = settings.publicURL.text
        return """
            curl -i \(url)/api/invitation \\
              -H 'TR-Organization: \(organization)' \\
              -H 'Authorization: \(key.reveal())' \\
              -H 'Content-Type: application/json' \\
              -d '{"app_url": "\(url)", "email": "newcomer@example.org", "organization_id": "\(organization)", \
            "redirect_uri": "\(url)/", "user_role": 0}'
            """
    }
}
