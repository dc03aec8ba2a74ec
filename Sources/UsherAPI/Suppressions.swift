/// Body of the calls that name an address of the suppression list.
public struct SuppressedAddress: Codable, Equatable, Sendable {
    /// The address.
    public var email: String

    /// Names an address; nothing is checked here.
    public init(email: String) { self.email = email }
}

/// An address that the organization does not invite, without the address.
public struct SuppressionBody: Codable, Equatable, Sendable {
    /// The address's keyed hash: the same for the same address of this server, and nothing that leads back to it.
    public var hash: String
    /// Who asked for it: `invitee`, `admin`, `operator` or `bounce`.
    public var source: String
    /// Since when.
    public var createdAt: APITime

    package init(hash: String, source: String, createdAt: APITime) {
        self.hash = hash
        self.source = source
        self.createdAt = createdAt
    }

    private enum CodingKeys: String, CodingKey {
        case hash, source
        case createdAt = "created_at"
    }
}
