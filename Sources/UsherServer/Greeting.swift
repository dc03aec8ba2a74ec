import UsherDomain
import UsherText
import UsherUseCases

/// What `usher serve` tells at its start: where it is, the one-time setup link while there is no admin, and, in an
/// empty development database, an example organization with a `curl` that sends the first invitation.
struct Greeting: Sendable {
    private let lines: [String]

    init(_ useCases: UseCases, settings: Settings, hasMailbox: Bool) async throws {
        let url = settings.publicURL.text
        var lines = ["", "Usher is at     \(url)"]
        if hasMailbox { lines.append("Its mailbox is  \(url)/mailbox  (no relay: every letter lands there)") }
        let isEmpty = try await useCases.store.read { try $0.organizations(limit: 1) }.isEmpty
        let example = isEmpty && settings.environment == .development ? try await Self.example(useCases) : nil
        if let link = try await useCases.setUp.link() {
            lines.append("First admin     \(url)/setup?token=\(link.reveal())  (once, within 30 minutes)")
        }
        if let example {
            lines += ["", "Send the first invitation:", "", Self.curl(url, example.organization, example.key)]
        } else if settings.environment == .development {
            lines.append("API keys        usher key create --organization ID --role owner")
        }
        self.lines = lines + [""]
    }

    func say() { for line in lines { Terminal.talk(line) } }

    private static func example(_ useCases: UseCases) async throws -> (organization: ID<Organization>, key: String) {
        let made = try await useCases.operatorActions.createOrganization(
            named: DisplayName(stored: "Example"), owner: EmailAddress(parsing: "owner@example.com"),
            allowedOrigins: [])
        let draft = KeyDraft(name: DisplayName(stored: "First key"), role: .owner, scopes: nil, expiresAt: nil)
        let key = try await useCases.operatorActions.createKey(draft, in: made.organization.id, for: nil)
        return (made.organization.id, key.text.reveal())
    }

    private static func curl(_ url: String, _ organization: ID<Organization>, _ key: String) -> String {
        """
        curl -i \(url)/api/invitation \\
          -H 'Authorization: \(key)' \\
          -H 'TR-Organization: \(organization)' \\
          -H 'Content-Type: application/json' \\
          -d '{"email": "newcomer@example.org", "user_role": 1, "organization_id": "\(organization)",
               "app_url": "\(url)", "redirect_uri": "\(url)/account"}'
        """
    }
}
