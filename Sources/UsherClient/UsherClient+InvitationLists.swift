public import UsherAPI

/// What invitations of a list must be like; nil means any.
public struct InvitationFilter: Equatable, Sendable {
    /// Only in one of these; nil: all but revoked, declined and superseded ones.
    public var statuses: [String]?
    /// Only to this address, in any spelling of it.
    public var email: String?
    /// 0 user, 1 admin, 2 owner.
    public var role: Int?
    /// UUID of a custom role.
    public var roleID: String?
    /// Only those whose letter is in one of these places.
    public var deliveries: [String]?
    /// UUID of the person, or of the key, who invited.
    public var inviter: String?

    /// Describes a filter; nothing is checked here.
    public init(
        statuses: [String]? = nil, email: String? = nil, role: Int? = nil, deliveries: [String]? = nil,
        inviter: String? = nil, roleID: String? = nil
    ) {
        self.statuses = statuses
        self.email = email
        self.role = role
        self.roleID = roleID
        self.deliveries = deliveries
        self.inviter = inviter
    }

    var query: String {
        let parts: [(String, String?)] = [
            ("status", statuses?.joined(separator: ",")), ("email", email), ("role", role.map(String.init)),
            ("role_id", roleID),
            ("delivery", deliveries?.joined(separator: ",")), ("inviter", inviter),
        ]
        return parts.map { name, value in value.map { "&\(name)=\(UsherClient.percentEncoded($0))" } ?? "" }.joined()
    }
}

extension UsherClient {
    /// A page of an organization's invitations (`GET /api/invitations/{organization_id}`).
    ///
    /// - Parameters:
    ///   - filter: which ones; all without it.
    ///   - organization: UUID of the organization.
    ///   - limit: 1 to 1000.
    ///   - cursor: `next` of the page before, which had the same filter.
    public func invitations(
        of organization: String, matching filter: InvitationFilter, limit: Int = 50, after cursor: String? = nil
    ) async throws -> Page<InvitationBody> {
        var query = "?limit=\(limit)\(filter.query)"
        if let cursor { query += "&cursor=\(cursor)" }
        let response = try await call("GET", "/api/invitations/\(organization)\(query)", organization: organization)
        return Page(elements: try decode(from: response), next: Self.cursor(in: response.header("Link")))
    }

    /// All invitations of an organization, newest first, fetched a page at a time as they are asked for.
    ///
    /// ```swift
    /// for try await invitation in client.allInvitations(of: organization) { … }
    /// ```
    ///
    /// - Parameters:
    ///   - filter: which ones; all without it.
    ///   - organization: UUID of the organization.
    ///   - pageSize: 1 to 1000.
    public func allInvitations(
        of organization: String, matching filter: InvitationFilter = InvitationFilter(), pageSize: Int = 200
    ) -> PagedSequence<InvitationBody> {
        PagedSequence { cursor in
            try await invitations(of: organization, matching: filter, limit: pageSize, after: cursor)
        }
    }

    /// One invitation with what happened to it (`GET /api/invitation/{invitation_id}`).
    public func invitationDetails(_ id: String, of organization: String) async throws -> InvitationDetails {
        try decode(from: try await call("GET", "/api/invitation/\(id)", organization: organization))
    }
}
