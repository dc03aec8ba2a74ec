public import UsherAPI

extension UsherClient {
    /// Makes a link that many can join by (`POST /api/organization/{organization_id}/link`). Its URL is told this once.
    public func createJoinLink(
        _ link: CreateJoinLink, of organization: String, idempotencyKey: String? = nil
    ) async throws -> JoinLinkCreated {
        try decode(
            from: try await call(
                "POST", "/api/organization/\(organization)/link", organization: organization, body: link,
                idempotencyKey: idempotencyKey))
    }

    /// A page of an organization's links, newest first (`GET /api/organization/{organization_id}/link`).
    ///
    /// - Parameters:
    ///   - organization: UUID of the organization.
    ///   - limit: 1 to 1000.
    ///   - cursor: `next` of the page before.
    public func joinLinks(
        of organization: String, limit: Int = 50, after cursor: String? = nil
    ) async throws -> Page<JoinLinkBody> {
        let query = "?limit=\(limit)" + (cursor.map { "&cursor=\($0)" } ?? "")
        let response = try await call(
            "GET", "/api/organization/\(organization)/link\(query)", organization: organization)
        return Page(elements: try decode(from: response), next: Self.cursor(in: response.header("Link")))
    }

    /// All links of an organization, newest first, fetched page by page as they are read.
    public func allJoinLinks(of organization: String) -> PagedSequence<JoinLinkBody> {
        PagedSequence { cursor in try await joinLinks(of: organization, limit: 200, after: cursor) }
    }

    /// One link, and the newest thousand who were let in by it (`GET /api/organization/{organization_id}/link/{link_id}`).
    public func joinLink(_ id: String, of organization: String) async throws -> JoinLinkDetail {
        try decode(
            from: try await call("GET", "/api/organization/\(organization)/link/\(id)", organization: organization))
    }

    /// A page of who was let in by a link, newest first
    /// (`GET /api/organization/{organization_id}/link/{link_id}/use`).
    ///
    /// - Parameters:
    ///   - id: UUID of the link.
    ///   - organization: UUID of the organization.
    ///   - limit: 1 to 1000.
    ///   - cursor: `next` of the page before.
    public func joinLinkUses(
        _ id: String, of organization: String, limit: Int = 50, after cursor: String? = nil
    ) async throws -> Page<JoinLinkUseBody> {
        let query = "?limit=\(limit)" + (cursor.map { "&cursor=\($0)" } ?? "")
        let response = try await call(
            "GET", "/api/organization/\(organization)/link/\(id)/use\(query)", organization: organization)
        return Page(elements: try decode(from: response), next: Self.cursor(in: response.header("Link")))
    }

    /// All who were let in by a link, newest first, fetched page by page as they are read.
    public func allJoinLinkUses(_ id: String, of organization: String) -> PagedSequence<JoinLinkUseBody> {
        PagedSequence { cursor in try await joinLinkUses(id, of: organization, limit: 200, after: cursor) }
    }

    /// Withdraws a link, and the invitations that it made and nobody accepted yet
    /// (`DELETE /api/organization/{organization_id}/link/{link_id}`). Doing it twice is no error.
    public func revokeJoinLink(_ id: String, of organization: String) async throws {
        _ = try await call("DELETE", "/api/organization/\(organization)/link/\(id)", organization: organization)
    }
}
