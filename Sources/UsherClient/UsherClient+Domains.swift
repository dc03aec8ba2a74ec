public import UsherAPI

extension UsherClient {
    /// Claims a domain (`POST /api/organization/{organization_id}/domain`). The answer tells the TXT record that proves
    /// it. Doing it twice is no error, and changes nothing.
    public func createDomain(
        _ domain: CreateDomain, of organization: String, idempotencyKey: String? = nil
    ) async throws -> DomainBody {
        try decode(
            from: try await call(
                "POST", "/api/organization/\(organization)/domain", organization: organization, body: domain,
                idempotencyKey: idempotencyKey))
    }

    /// A page of an organization's domains, newest first (`GET /api/organization/{organization_id}/domain`).
    ///
    /// - Parameters:
    ///   - organization: UUID of the organization.
    ///   - limit: 1 to 1000.
    ///   - cursor: `next` of the page before.
    public func domains(
        of organization: String, limit: Int = 50, after cursor: String? = nil
    ) async throws -> Page<DomainBody> {
        let query = "?limit=\(limit)" + (cursor.map { "&cursor=\($0)" } ?? "")
        let response = try await call(
            "GET", "/api/organization/\(organization)/domain\(query)", organization: organization)
        return Page(elements: try decode(from: response), next: Self.cursor(in: response.header("Link")))
    }

    /// All domains of an organization, newest first, fetched page by page as they are read.
    public func allDomains(of organization: String) -> PagedSequence<DomainBody> {
        PagedSequence { cursor in try await domains(of: organization, limit: 200, after: cursor) }
    }

    /// One domain (`GET /api/organization/{organization_id}/domain/{domain_id}`).
    public func domain(_ id: String, of organization: String) async throws -> DomainBody {
        try decode(
            from: try await call("GET", "/api/organization/\(organization)/domain/\(id)", organization: organization))
    }

    /// Asks the DNS for the record (`POST /api/organization/{organization_id}/domain/{domain_id}/verify`).
    ///
    /// - Throws: `UsherError`, for one with `domain_not_proved` when it is not there, or `domain_lookup_failed` when no
    ///   name server answered.
    public func verifyDomain(_ id: String, of organization: String) async throws -> DomainBody {
        try decode(
            from: try await call(
                "POST", "/api/organization/\(organization)/domain/\(id)/verify", organization: organization))
    }

    /// Says what people of a verified domain may do by themselves
    /// (`PUT /api/organization/{organization_id}/domain/{domain_id}`).
    public func updateDomain(
        _ id: String, _ change: UpdateDomain, of organization: String
    ) async throws -> DomainBody {
        try decode(
            from: try await call(
                "PUT", "/api/organization/\(organization)/domain/\(id)", organization: organization, body: change))
    }

    /// Gives a domain up (`DELETE /api/organization/{organization_id}/domain/{domain_id}`). Members stay.
    public func deleteDomain(_ id: String, of organization: String) async throws {
        _ = try await call("DELETE", "/api/organization/\(organization)/domain/\(id)", organization: organization)
    }

    // MARK: Requests to join

    /// A page of who asked to become a member, newest first
    /// (`GET /api/organization/{organization_id}/join_request`).
    ///
    /// - Parameters:
    ///   - organization: UUID of the organization.
    ///   - status: `open`, `approved`, `refused`, `withdrawn` or `expired`; nil: all.
    ///   - limit: 1 to 1000.
    ///   - cursor: `next` of the page before.
    public func joinRequests(
        of organization: String, status: String? = nil, limit: Int = 50, after cursor: String? = nil
    ) async throws -> Page<JoinRequestBody> {
        let query =
            "?limit=\(limit)" + (status.map { "&status=\($0)" } ?? "") + (cursor.map { "&cursor=\($0)" } ?? "")
        let response = try await call(
            "GET", "/api/organization/\(organization)/join_request\(query)", organization: organization)
        return Page(elements: try decode(from: response), next: Self.cursor(in: response.header("Link")))
    }

    /// All who asked to become a member, newest first, fetched page by page as they are read.
    ///
    /// - Parameters:
    ///   - organization: UUID of the organization.
    ///   - status: as for `joinRequests(of:status:limit:after:)`.
    public func allJoinRequests(of organization: String, status: String? = nil) -> PagedSequence<JoinRequestBody> {
        PagedSequence { cursor in
            try await joinRequests(of: organization, status: status, limit: 200, after: cursor)
        }
    }

    /// Makes the member (`POST /api/organization/{organization_id}/join_request/{request_id}/approve`). Doing it twice is
    /// no error.
    ///
    /// - Parameters:
    ///   - id: UUID of the request.
    ///   - role: 0 user or 1 admin; nil: what the domain says.
    ///   - organization: UUID of the organization.
    public func approveJoinRequest(
        _ id: String, role: Int? = nil, of organization: String
    ) async throws -> JoinRequestBody {
        try decode(
            from: try await call(
                "POST", "/api/organization/\(organization)/join_request/\(id)/approve", organization: organization,
                body: ApproveJoinRequest(role: role)))
    }

    /// Says no (`POST /api/organization/{organization_id}/join_request/{request_id}/refuse`). Doing it twice is no error.
    public func refuseJoinRequest(_ id: String, of organization: String) async throws -> JoinRequestBody {
        try decode(
            from: try await call(
                "POST", "/api/organization/\(organization)/join_request/\(id)/refuse", organization: organization))
    }

    // MARK: One's own

    /// The organizations that the caller's own address lets them join or ask (`GET /api/auth/me/organization`).
    public func openOrganizations() async throws -> [OpenOrganizationBody] {
        try decode(from: try await call("GET", "/api/auth/me/organization"))
    }

    /// Joins an organization, or asks to (`POST /api/auth/me/organization/{organization_id}/join`). It takes a session.
    public func join(organization: String) async throws -> JoiningBody {
        try decode(from: try await call("POST", "/api/auth/me/organization/\(organization)/join"))
    }

    /// Takes the own request back (`DELETE /api/auth/me/organization/{organization_id}/join`). It takes a session.
    public func withdrawJoinRequest(to organization: String) async throws {
        _ = try await call("DELETE", "/api/auth/me/organization/\(organization)/join")
    }
}
