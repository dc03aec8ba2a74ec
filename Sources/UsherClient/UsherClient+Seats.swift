public import UsherAPI

extension UsherClient {
    /// How the seats of an organization stand (`GET /api/organization/{organization_id}/seat`).
    public func seats(of organization: String) async throws -> SeatBody {
        try decode(from: try await call("GET", "/api/organization/\(organization)/seat", organization: organization))
    }

    /// A page of what happened to the seats, newest first, with what stood after each
    /// (`GET /api/organization/{organization_id}/seat/movement`).
    ///
    /// - Parameters:
    ///   - organization: UUID.
    ///   - limit: 1 to 1000.
    ///   - cursor: `next` of the page before.
    public func seatMovementPage(
        of organization: String, limit: Int = 1000, after cursor: String? = nil
    ) async throws -> Page<SeatMovementBody> {
        let place = cursor.map { "&cursor=\($0)" } ?? ""
        let response = try await call(
            "GET", "/api/organization/\(organization)/seat/movement?limit=\(limit)\(place)", organization: organization)
        return Page(elements: try decode(from: response), next: Self.cursor(in: response.header("Link")))
    }

    /// All that happened to the seats since a limit was set first, newest first, fetched page by page as it is read.
    public func seatMovements(of organization: String) -> PagedSequence<SeatMovementBody> {
        PagedSequence { cursor in try await seatMovementPage(of: organization, after: cursor) }
    }
}
