public import UsherAPI

/// Which members of an organization.
public struct MemberFilter: Sendable {
    /// 0 user, 1 admin, 2 owner; nil: any.
    public var role: Int?
    /// UUID of a custom role; nil: any.
    public var roleID: String?
    /// Beginning of the name or the address; nil: any.
    public var search: String?
    /// Only those who joined after this.
    public var joinedAfter: APITime?

    /// Everybody, unless something is given.
    public init(
        role: Int? = nil, search: String? = nil, joinedAfter: APITime? = nil, roleID: String? = nil
    ) {
        self.role = role
        self.roleID = roleID
        self.search = search
        self.joinedAfter = joinedAfter
    }

    fileprivate var query: String {
        var query = ""
        if let role { query += "&role=\(role)" }
        if let roleID { query += "&role_id=\(UsherClient.percentEncoded(roleID))" }
        if let search { query += "&search=\(UsherClient.percentEncoded(search))" }
        if let joinedAfter { query += "&joined_after=\(UsherClient.percentEncoded(joinedAfter.text))" }
        return query
    }
}

extension UsherClient {
    /// An organization's members, newest first, page by page (`GET /api/organization/users/{organization_id}`).
    ///
    /// ```swift
    /// for try await member in client.members(of: organization) { print(member.email) }
    /// ```
    public func members(
        of organization: String, filter: MemberFilter = MemberFilter(), pageSize: Int = 200
    ) -> PagedSequence<SlimUser> {
        PagedSequence { cursor in
            try await memberPage(of: organization, filter: filter, limit: pageSize, after: cursor)
        }
    }

    /// A page of an organization's members (`GET /api/organization/users/{organization_id}`).
    ///
    /// - Parameters:
    ///   - filter: which ones; all without it.
    ///   - organization: UUID of the organization.
    ///   - limit: 1 to 1000.
    ///   - cursor: `next` of the page before.
    public func memberPage(
        of organization: String, filter: MemberFilter = MemberFilter(), limit: Int = 50, after cursor: String? = nil
    ) async throws -> Page<SlimUser> {
        try await page(
            "/api/organization/users/\(organization)", "?limit=\(limit)\(filter.query)", organization, after: cursor)
    }

    /// Changes a member's role, scopes or end (`PUT /api/user`).
    /// - Throws: `UsherError`, for one with `last_owner` when the organization would be left without an owner.
    public func updateMember(_ change: UpdateMember, of organization: String) async throws {
        _ = try await call("PUT", "/api/user", organization: organization, body: change)
    }

    /// Ends a membership; one's own is everybody's to end (`DELETE /api/organization/{organization_id}/user/{user_id}`).
    public func removeMember(_ user: String, of organization: String) async throws {
        _ = try await call("DELETE", "/api/organization/\(organization)/user/\(user)", organization: organization)
    }

    /// Offers a member the ownership (`POST /api/organization/{organization_id}/transfer`).
    public func offerOwnership(
        of organization: String, to user: String, idempotencyKey: String? = nil
    ) async throws -> OwnershipTransferBody {
        try decode(
            from: try await call(
                "POST", "/api/organization/\(organization)/transfer", organization: organization,
                body: OfferOwnership(userID: user), idempotencyKey: idempotencyKey))
    }

    /// The offer of ownership that stands (`GET /api/organization/{organization_id}/transfer`).
    /// - Throws: `UsherError`, with `transfer_not_found` when there is none.
    public func ownershipOffer(of organization: String) async throws -> OwnershipTransferBody {
        try decode(
            from: try await call("GET", "/api/organization/\(organization)/transfer", organization: organization))
    }

    /// Takes an offer of ownership back (`DELETE /api/organization/{organization_id}/transfer`).
    public func cancelOwnershipOffer(of organization: String) async throws {
        _ = try await call("DELETE", "/api/organization/\(organization)/transfer", organization: organization)
    }

    /// Becomes the owner, as was offered (`POST /api/organization/{organization_id}/transfer/accept`).
    public func acceptOwnership(of organization: String) async throws {
        _ = try await call("POST", "/api/organization/\(organization)/transfer/accept", organization: organization)
    }

    /// Says no to the ownership (`POST /api/organization/{organization_id}/transfer/decline`).
    public func declineOwnership(of organization: String) async throws {
        _ = try await call("POST", "/api/organization/\(organization)/transfer/decline", organization: organization)
    }
}

// MARK: - Organizations and keys

extension UsherClient {
    /// The organization (`GET /api/organization/{organization_id}`).
    public func organization(_ id: String) async throws -> OrganizationBody {
        try decode(from: try await call("GET", "/api/organization/\(id)", organization: id))
    }

    /// Gives the organization another name or partner configuration (`PUT /api/organization`).
    public func updateOrganization(_ change: UpdateOrganization, _ id: String) async throws -> OrganizationBody {
        try decode(from: try await call("PUT", "/api/organization", organization: id, body: change))
    }

    /// Gives the organization up (`DELETE /api/organization/{organization_id}`); for a while it can be restored.
    public func deleteOrganization(_ id: String) async throws {
        _ = try await call("DELETE", "/api/organization/\(id)", organization: id)
    }

    /// Brings back an organization that one owned (`POST /api/organization/{organization_id}/restore`).
    public func restoreOrganization(_ id: String) async throws -> OrganizationBody {
        try decode(from: try await call("POST", "/api/organization/\(id)/restore"))
    }

    /// What the organization decided for itself (`GET /api/organization/{organization_id}/settings`).
    public func settings(of organization: String) async throws -> OrganizationSettingsBody {
        try decode(
            from: try await call("GET", "/api/organization/\(organization)/settings", organization: organization))
    }

    /// Changes some settings (`PATCH /api/organization/{organization_id}/settings`); returns all of them.
    public func updateSettings(
        _ change: UpdateSettings, of organization: String
    ) async throws -> OrganizationSettingsBody {
        try decode(
            from: try await call(
                "PATCH", "/api/organization/\(organization)/settings", organization: organization, body: change))
    }

    /// The organization's keys, newest first, page by page (`GET /api/organization/api_key`).
    public func apiKeys(of organization: String) -> PagedSequence<APIKeyBody> {
        PagedSequence { cursor in
            try await page("/api/organization/api_key", "?limit=200", organization, after: cursor)
        }
    }

    /// Ends a key of the organization (`DELETE /api/organization/api_key/{api_key_id}`).
    public func revokeAPIKey(_ id: String, of organization: String) async throws {
        _ = try await call("DELETE", "/api/organization/api_key/\(id)", organization: organization)
    }

    /// Makes a key of the caller's own (`POST /api/user/api_key`). Its text is told this once.
    public func createOwnAPIKey(_ key: CreateAPIKey, idempotencyKey: String? = nil) async throws -> APIKeyCreated {
        try decode(
            from: try await call("POST", "/api/user/api_key", body: key, idempotencyKey: idempotencyKey))
    }

    /// The caller's own keys, newest first, page by page (`GET /api/user/api_key`).
    public func ownAPIKeys() -> PagedSequence<APIKeyBody> {
        PagedSequence { cursor in try await page("/api/user/api_key", "?limit=200", nil, after: cursor) }
    }

    /// Ends one of the caller's own keys (`DELETE /api/user/api_key/{api_key_id}`).
    public func revokeOwnAPIKey(_ id: String) async throws {
        _ = try await call("DELETE", "/api/user/api_key/\(id)")
    }

    private func page<Element: Decodable & Sendable>(
        _ path: String, _ query: String, _ organization: String?, after cursor: String?
    ) async throws -> Page<Element> {
        let place = cursor.map { "&cursor=\($0)" } ?? ""
        let response = try await call("GET", path + query + place, organization: organization)
        return Page(elements: try decode(from: response), next: Self.cursor(in: response.header("Link")))
    }
}
