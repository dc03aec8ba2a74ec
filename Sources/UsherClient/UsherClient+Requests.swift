public import UsherAPI

extension UsherClient {
    /// A page of the requests for new links that nobody decided yet (`GET /api/invitation/request`).
    ///
    /// - Parameters:
    ///   - organization: UUID of the organization.
    ///   - limit: 1 to 1000.
    ///   - cursor: `next` of the page before.
    public func invitationRequests(
        of organization: String, limit: Int = 50, after cursor: String? = nil
    ) async throws -> Page<InvitationRequestBody> {
        let query = "?limit=\(limit)" + (cursor.map { "&cursor=\($0)" } ?? "")
        let response = try await call("GET", "/api/invitation/request\(query)", organization: organization)
        return Page(elements: try decode(from: response), next: Self.cursor(in: response.header("Link")))
    }

    /// All open requests of an organization, newest first, fetched page by page as they are read.
    public func allInvitationRequests(of organization: String) -> PagedSequence<InvitationRequestBody> {
        PagedSequence { cursor in
            try await invitationRequests(of: organization, limit: 200, after: cursor)
        }
    }

    /// Sends the new link (`POST /api/invitation/request/{request_id}/approve`). Doing it twice sends one letter.
    ///
    /// - Throws: `UsherError`, for one with `already_invited` when an invitation for the address is open.
    public func approveInvitationRequest(_ id: String, of organization: String) async throws -> InvitationRequestBody {
        try decode(
            from: try await call("POST", "/api/invitation/request/\(id)/approve", organization: organization))
    }

    /// Refuses a request (`POST /api/invitation/request/{request_id}/refuse`). Nobody is told.
    public func refuseInvitationRequest(_ id: String, of organization: String) async throws -> InvitationRequestBody {
        try decode(from: try await call("POST", "/api/invitation/request/\(id)/refuse", organization: organization))
    }
}
