public import UsherAPI

extension UsherClient {
    /// Makes an organization; the caller becomes its owner (`POST /api/organization`).
    public func createOrganization(
        named name: String, idempotencyKey: String? = nil
    ) async throws -> OrganizationBody {
        try decode(
            from: try await call(
                "POST", "/api/organization", body: CreateOrganization(name: name), idempotencyKey: idempotencyKey))
    }

    /// Makes a key of an organization (`POST /api/organization/api_key`). Its text is told this once.
    public func createAPIKey(
        _ key: CreateAPIKey, of organization: String, idempotencyKey: String? = nil
    ) async throws -> APIKeyCreated {
        try decode(
            from: try await call(
                "POST", "/api/organization/api_key", organization: organization, body: key,
                idempotencyKey: idempotencyKey))
    }

    /// Who the caller is, and where they belong (`GET /api/auth/me`).
    public func me() async throws -> SlimUser { try decode(from: try await call("GET", "/api/auth/me")) }

    /// Ends the session of the client's credential (`DELETE /api/auth`).
    public func signOut() async throws -> LogoutBody { try decode(from: try await call("DELETE", "/api/auth")) }

    /// Whether the server answers (`GET /api/health`).
    public func health() async throws -> HealthBody { try decode(from: try await call("GET", "/api/health")) }
}
