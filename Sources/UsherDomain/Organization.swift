/// A tenant: what people are invited into.
package struct Organization: Equatable, Sendable {
    package let id: ID<Organization>
    package var name: DisplayName
    /// Origins that links and redirects of this organization may point to, beside the server's own list.
    package var allowedOrigins: [Origin]
    package var settings: OrganizationSettings
    /// A JSON object (RFC 8259) that the organization's own programs keep here; Usher does not look into it.
    package var partnerConfiguration: String
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: ID<Organization>, name: DisplayName, allowedOrigins: [Origin] = [],
        settings: OrganizationSettings = OrganizationSettings(), partnerConfiguration: String = "{}",
        createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.allowedOrigins = allowedOrigins
        self.settings = settings
        self.partnerConfiguration = partnerConfiguration
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// A name that people see: of an organization, a person or a key. Hostile by assumption: the parser in `UsherText`
/// refuses controls, line breaks and bidirectional overrides, and caps it at 100 characters and 400 bytes.
package struct DisplayName: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package static let maximumCharacters = 100
    package static let maximumBytes = 400

    /// Takes a name that was checked before: for the parser and for the store.
    package init(stored text: String) { self.text = text }

    package var description: String { text }
}
