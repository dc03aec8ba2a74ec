public import UsherAPI

extension UsherClient {
    /// A page of the addresses that an organization does not invite, by their hashes, newest first
    /// (`GET /api/suppression`).
    ///
    /// - Parameters:
    ///   - organization: UUID of the organization.
    ///   - limit: 1 to 1000.
    ///   - cursor: `next` of the page before.
    public func suppressions(
        of organization: String, limit: Int = 50, after cursor: String? = nil
    ) async throws -> Page<SuppressionBody> {
        let place = cursor.map { "&cursor=\($0)" } ?? ""
        let response = try await call("GET", "/api/suppression?limit=\(limit)\(place)", organization: organization)
        return Page(elements: try decode(from: response), next: Self.cursor(in: response.header("Link")))
    }

    /// All addresses that an organization does not invite, newest first, fetched page by page as they are read.
    public func allSuppressions(of organization: String) -> PagedSequence<SuppressionBody> {
        PagedSequence { cursor in try await suppressions(of: organization, limit: 200, after: cursor) }
    }

    /// Never invites an address again (`POST /api/suppression`). Doing it twice is no error.
    public func suppress(
        _ email: String, in organization: String, idempotencyKey: String? = nil
    ) async throws -> SuppressionBody {
        let body = SuppressedAddress(email: email)
        return try decode(
            from: try await call(
                "POST", "/api/suppression", organization: organization, body: body,
                idempotencyKey: idempotencyKey))
    }

    /// Whether, by whom and since when an address is not invited (`POST /api/suppression/check`).
    /// - Throws: `UsherError` with `suppression_not_found` when it is.
    public func suppression(of email: String, in organization: String) async throws -> SuppressionBody {
        let body = SuppressedAddress(email: email)
        return try decode(
            from: try await call("POST", "/api/suppression/check", organization: organization, body: body))
    }

    /// Lets an address be invited again (`POST /api/suppression/remove`).
    /// - Throws: `UsherError` with `suppression_protected` when it was not an admin who asked for it.
    public func removeSuppression(of email: String, in organization: String) async throws {
        let body = SuppressedAddress(email: email)
        _ = try await call("POST", "/api/suppression/remove", organization: organization, body: body)
    }
}
