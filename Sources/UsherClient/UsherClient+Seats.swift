public import UsherAPI

extension UsherClient {
    /// How the seats of an organization stand (`GET /api/organization/{organization_id}/seat`).
    public func seats(of organization: String) async throws -> SeatBody {
        try decode(from: try await call("GET", "/api/organization/\(organization)/seat", organization: organization))
    }
}
