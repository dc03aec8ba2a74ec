public import UsherAPI

/// What became of a request to invite.
public enum InvitationOutcome: Equatable, Sendable {
    /// The relay took the letter.
    case sent
    /// The invitation is durable and its letter on the way; `invitation(_:of:)` tells what became of it.
    case underWay(id: String)
}

/// A page of a list.
public struct Page<Element: Sendable>: Sendable {
    /// Newest first.
    public let elements: [Element]
    /// Where the next page begins; nil: this is the last.
    public let next: String?
}

extension UsherClient {
    /// Invites an address into an organization (`POST /api/invitation`).
    ///
    /// - Parameters:
    ///   - invitation: whom to invite, as what.
    ///   - organization: UUID of the organization.
    ///   - idempotencyKey: 1 to 255 printable ASCII characters. The same request with the same key has one effect
    ///     within 24 hours: use one whenever you may have to try again.
    ///   - wait: whether to wait for the mail relay's first verdict; without it the answer is `underWay` at once.
    /// - Throws: `UsherError`, for one with `recipient_refused` when the relay refused the address for good.
    public func invite(
        _ invitation: CreateInvitation, to organization: String, idempotencyKey: String? = nil, wait: Bool = true
    ) async throws -> InvitationOutcome {
        let headers = wait ? [] : [("Prefer", "respond-async")]
        let response = try await call(
            "POST", "/api/invitation", organization: organization, body: invitation, idempotencyKey: idempotencyKey,
            headers: headers)
        return Self.outcome(response)
    }

    /// Sends the letter of an invitation again, with a new code (`POST /api/invitation/{invitation_id}/resend`).
    ///
    /// The link of the letter before says from then on that there is a newer one.
    ///
    /// - Parameters:
    ///   - id: UUID.
    ///   - organization: UUID of the organization.
    ///   - idempotencyKey: as for `invite(_:to:idempotencyKey:wait:)`.
    ///   - wait: whether to wait for the mail relay's first verdict; without it the answer is `underWay` at once.
    /// - Throws: `UsherError`, for one with `resend_too_soon` within a minute of the last letter.
    public func resendInvitation(
        _ id: String, of organization: String, idempotencyKey: String? = nil, wait: Bool = true
    ) async throws -> InvitationOutcome {
        let headers = wait ? [] : [("Prefer", "respond-async")]
        return Self.outcome(
            try await call(
                "POST", "/api/invitation/\(id)/resend", organization: organization, idempotencyKey: idempotencyKey,
                headers: headers))
    }

    static func outcome(_ response: UsherResponse) -> InvitationOutcome {
        guard response.status == 202 else { return .sent }
        let id = response.header("Location")?.split(separator: "/").last.map(String.init)
        return .underWay(id: id ?? "")
    }

    /// A page of an organization's invitations (`GET /api/invitations/{organization_id}`).
    ///
    /// - Parameters:
    ///   - organization: UUID of the organization.
    ///   - statuses: only these; nil: all but revoked, declined and superseded ones.
    ///   - limit: 1 to 1000.
    ///   - cursor: `next` of the page before.
    public func invitations(
        of organization: String, statuses: [String]? = nil, limit: Int = 50, after cursor: String? = nil
    ) async throws -> Page<InvitationBody> {
        try await invitations(
            of: organization, matching: InvitationFilter(statuses: statuses), limit: limit, after: cursor)
    }

    /// One invitation, whatever became of it (`GET /api/invitation/{invitation_id}`).
    public func invitation(_ id: String, of organization: String) async throws -> InvitationBody {
        try decode(from: try await call("GET", "/api/invitation/\(id)", organization: organization))
    }

    /// Withdraws an invitation (`DELETE /api/invitation/{invitation_id}`). Doing it twice is no error.
    public func revokeInvitation(_ id: String, of organization: String) async throws {
        _ = try await call("DELETE", "/api/invitation/\(id)", organization: organization)
    }

    /// A string of structured fields (RFC 9651).
    static func quoted(_ key: String) -> String {
        "\"" + key.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] } + "\""
    }

    /// The cursor in the `Link` field's target with `rel="next"`.
    static func cursor(in link: String?) -> String? {
        guard let link, link.hasSuffix("rel=\"next\""), let target = link.split(separator: ">").first else {
            return nil
        }
        return target.split(whereSeparator: { $0 == "?" || $0 == "&" }).last { $0.hasPrefix("cursor=") }
            .map { String($0.dropFirst("cursor=".count)) }
    }
}
