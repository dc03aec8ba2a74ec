extension UsherClient {
    /// All that an organization is, as JSON lines (`GET /api/organization/{organization_id}/export`): members,
    /// invitations of every status, suppressions, audit log; for its owners. In memory: as large as the transport
    /// allows.
    public func exportOrganization(_ organization: String) async throws -> [UInt8] {
        try await call("GET", "/api/organization/\(organization)/export", organization: organization).body
    }
}
