public import UsherAPI

extension UsherClient {
    /// Changes an open invitation (`PATCH /api/invitation/{invitation_id}`). No letter is sent.
    ///
    /// - Returns: the invitation as it is then.
    public func editInvitation(
        _ id: String, _ edit: EditInvitation, of organization: String
    ) async throws -> InvitationBody {
        try decode(
            from: try await call("PATCH", "/api/invitation/\(id)", organization: organization, body: edit))
    }

    /// Takes over an invitation whose inviter may not grant the role any more
    /// (`POST /api/invitation/{invitation_id}/approve`). Doing it twice is no error.
    ///
    /// - Parameters:
    ///   - id: UUID.
    ///   - organization: UUID of the organization.
    ///   - idempotencyKey: as for `invite(_:to:idempotencyKey:wait:)`.
    ///   - wait: whether to wait for the mail relay's first verdict, should a new letter be needed.
    public func approveInvitation(
        _ id: String, of organization: String, idempotencyKey: String? = nil, wait: Bool = true
    ) async throws -> InvitationOutcome {
        let headers = wait ? [] : [("Prefer", "respond-async")]
        return Self.outcome(
            try await call(
                "POST", "/api/invitation/\(id)/approve", organization: organization, idempotencyKey: idempotencyKey,
                headers: headers))
    }

    /// Withdraws all open invitations that match (`POST /api/invitation/revoke`). An empty filter is refused.
    ///
    /// - Parameters:
    ///   - filter: which ones; all without it.
    ///   - organization: UUID of the organization.
    ///   - ids: UUIDs of invitations, at most 1000; nil: any.
    ///   - idempotencyKey: repeats within 24 hours are the same request, and answered the same.
    public func revokeInvitations(
        of organization: String, matching filter: InvitationFilter, ids: [String]? = nil,
        idempotencyKey: String? = nil
    ) async throws -> RevokedInvitations {
        try await revoke(Revocation(filter, ids: ids, all: nil), of: organization, idempotencyKey)
    }

    /// Withdraws all open invitations of an organization (`POST /api/invitation/revoke`).
    public func revokeAllInvitations(
        of organization: String, idempotencyKey: String? = nil
    ) async throws -> RevokedInvitations {
        try await revoke(Revocation(InvitationFilter(), ids: nil, all: true), of: organization, idempotencyKey)
    }

    /// What the code of an invitation's link offers (`POST /api/invitation/lookup`). It takes no credential.
    public func lookUpInvitation(code: String) async throws -> OfferBody {
        try decode(from: try await call("POST", "/api/invitation/lookup", body: ["code": code]))
    }

    /// Says no to the invitation of a code (`POST /api/invitation/decline`), also to one that waits for an approval or a
    /// seat. It takes no credential. The code of a letter that was replaced declines nothing (`invitation_superseded`).
    ///
    /// - Parameters:
    ///   - code: the secret of the link in the letter.
    ///   - reason: at most 500 characters, for the organization's admins.
    ///   - report: whether this organization shall invite the address no more.
    public func declineInvitation(code: String, reason: String? = nil, report: Bool = false) async throws {
        _ = try await call(
            "POST", "/api/invitation/decline", body: Refusal(code: code, reason: reason, report: report))
    }

    /// The open invitations to the caller's own, proved address (`GET /api/auth/me/invitation`).
    public func ownInvitations() async throws -> [OwnInvitationBody] {
        try decode(from: try await call("GET", "/api/auth/me/invitation"))
    }

    /// Accepts one of the caller's own invitations (`POST /api/auth/me/invitation/{invitation_id}/accept`). It takes a
    /// session. Doing it twice is a success.
    public func acceptOwnInvitation(_ id: String) async throws -> JoinedBody {
        try decode(from: try await call("POST", "/api/auth/me/invitation/\(id)/accept"))
    }

    /// Says no to one of the caller's own invitations (`POST /api/auth/me/invitation/{invitation_id}/decline`), also
    /// to one that waits for an approval or a seat. It takes a session.
    ///
    /// - Parameters:
    ///   - id: UUID.
    ///   - reason: at most 500 characters, for the organization's admins.
    ///   - report: whether this organization shall invite the address no more.
    public func declineOwnInvitation(_ id: String, reason: String? = nil, report: Bool = false) async throws {
        _ = try await call(
            "POST", "/api/auth/me/invitation/\(id)/decline", body: Refusal(code: nil, reason: reason, report: report))
    }

    private func revoke(
        _ revocation: Revocation, of organization: String, _ idempotencyKey: String?
    ) async throws -> RevokedInvitations {
        try decode(
            from: try await call(
                "POST", "/api/invitation/revoke", organization: organization, body: revocation,
                idempotencyKey: idempotencyKey))
    }

    private struct Refusal: Encodable {
        let code: String?
        let reason: String?
        let report: Bool
    }

    private struct Revocation: Encodable {
        let status: [String]?
        let email: String?
        let role: Int?
        let roleID: String?
        let delivery: [String]?
        let inviter: String?
        let ids: [String]?
        let all: Bool?

        init(_ filter: InvitationFilter, ids: [String]?, all: Bool?) {
            status = filter.statuses
            email = filter.email
            role = filter.role
            roleID = filter.roleID
            delivery = filter.deliveries
            inviter = filter.inviter
            self.ids = ids
            self.all = all
        }

        private enum CodingKeys: String, CodingKey {
            case status, email, role, delivery, inviter, ids, all
            case roleID = "role_id"
        }
    }
}
