public import UsherAPI

extension UsherClient {
    /// All that a role can allow, and what the three roles do that there always are (`GET /api/permission`).
    public func permissions() async throws -> PermissionCatalogue {
        try decode(from: try await call("GET", "/api/permission"))
    }

    /// Makes a role of the organization's own (`POST /api/organization/{organization_id}/role`).
    ///
    /// ```swift
    /// let role = try await client.createRole(
    ///     CreateCustomRole(name: "Recruiter", permissions: ["invitation": ["create", "read"]]), of: organization)
    /// ```
    /// - Throws: `UsherError`, for one with `role_above_own` when it would allow what the caller may not do.
    public func createRole(
        _ role: CreateCustomRole, of organization: String, idempotencyKey: String? = nil
    ) async throws -> CustomRoleBody {
        try decode(
            from: try await call(
                "POST", "/api/organization/\(organization)/role", organization: organization, body: role,
                idempotencyKey: idempotencyKey))
    }

    /// A page of an organization's own roles, newest first (`GET /api/organization/{organization_id}/role`).
    ///
    /// - Parameters:
    ///   - organization: UUID of the organization.
    ///   - limit: 1 to 1000.
    ///   - cursor: `next` of the page before.
    public func roles(
        of organization: String, limit: Int = 100, after cursor: String? = nil
    ) async throws -> Page<CustomRoleBody> {
        let query = "?limit=\(limit)" + (cursor.map { "&cursor=\($0)" } ?? "")
        let response = try await call(
            "GET", "/api/organization/\(organization)/role\(query)", organization: organization)
        return Page(elements: try decode(from: response), next: Self.cursor(in: response.header("Link")))
    }

    /// All roles of an organization's own, newest first, fetched page by page as they are read.
    public func allRoles(of organization: String) -> PagedSequence<CustomRoleBody> {
        PagedSequence { cursor in try await roles(of: organization, limit: 200, after: cursor) }
    }

    /// One role (`GET /api/organization/{organization_id}/role/{role_id}`).
    public func role(_ id: String, of organization: String) async throws -> CustomRoleBody {
        try decode(
            from: try await call("GET", "/api/organization/\(organization)/role/\(id)", organization: organization))
    }

    /// Changes a role's name or what it allows, at once for all who have it
    /// (`PUT /api/organization/{organization_id}/role/{role_id}`).
    public func updateRole(
        _ id: String, _ change: UpdateCustomRole, of organization: String
    ) async throws -> CustomRoleBody {
        try decode(
            from: try await call(
                "PUT", "/api/organization/\(organization)/role/\(id)", organization: organization, body: change))
    }

    /// Deletes a role that nobody has (`DELETE /api/organization/{organization_id}/role/{role_id}`).
    /// - Throws: `UsherError`, with `role_in_use` when a member, an open invitation, a key or a link has it.
    public func deleteRole(_ id: String, of organization: String) async throws {
        _ = try await call("DELETE", "/api/organization/\(organization)/role/\(id)", organization: organization)
    }
}
