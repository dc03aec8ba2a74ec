public import UsherAPI

extension UsherClient {
    /// Plans many invitations (`POST /api/invitation/plan`): each row is judged, nobody is invited yet.
    ///
    /// - Parameters:
    ///   - plan: at most 10,000 rows.
    ///   - organization: UUID of the organization.
    ///   - idempotencyKey: the same request with the same key makes one plan within 24 hours.
    /// - Returns: the plan with all its rows, in order.
    /// - Throws: `UsherError`.
    public func plan(
        _ plan: CreatePlan, in organization: String, idempotencyKey: String? = nil
    ) async throws -> PlanBody {
        try decode(
            from: try await call(
                "POST", "/api/invitation/plan", organization: organization, body: plan,
                idempotencyKey: idempotencyKey))
    }

    /// Plans the rows of a CSV file: UTF-8, a header row, cells parted by comma, semicolon or tab; columns `email`,
    /// `role`, `name`, `message`, `locale`, `expires_at` and `metadata.NAME` in any order.
    ///
    /// - Parameters:
    ///   - csv: the file's bytes, at most 8 MiB and 10,000 rows.
    ///   - appURL: base of the links in the letters; nil: the server's own pages.
    ///   - redirectURI: where the new members land; nil: `appURL`.
    ///   - resendPending: whether an invitation that is open already gets a new letter, with a new code.
    ///   - source: the system whose column names the file has; nil: this server's.
    ///   - organization: UUID of the organization.
    ///   - idempotencyKey: the same request with the same key makes one plan within 24 hours.
    /// - Throws: `UsherError`, for one with `invalid_csv` when the file can't be read.
    public func plan(
        csv: [UInt8], appURL: String? = nil, redirectURI: String? = nil, resendPending: Bool = false,
        from source: ImportSource? = nil, in organization: String, idempotencyKey: String? = nil
    ) async throws -> PlanBody {
        let query = [
            ("app_url", appURL), ("redirect_uri", redirectURI), ("resend_pending", resendPending ? "true" : nil),
            ("format", source?.format), ("role_map", source?.roleMap),
            ("letters", source?.isHeld == true ? "hold" : nil),
        ]
        .compactMap { name, value in value.map { "\(name)=\(Self.percentEncoded($0))" } }
        .joined(separator: "&")
        return try decode(
            from: try await call(
                "POST", "/api/invitation/plan" + (query.isEmpty ? "" : "?\(query)"), organization: organization,
                csv: csv, idempotencyKey: idempotencyKey))
    }

    /// A plan and how far it is (`GET /api/invitation/plan/{plan_id}`).
    public func plan(_ id: String, of organization: String) async throws -> PlanBody {
        try decode(from: try await call("GET", "/api/invitation/plan/\(id)", organization: organization))
    }

    /// Has a plan applied in the background (`POST /api/invitation/plan/{plan_id}/apply`). Doing it twice is doing it
    /// once; `waitForPlan` tells when it is through.
    public func applyPlan(
        _ id: String, of organization: String, options: ApplyPlanBody = ApplyPlanBody(),
        idempotencyKey: String? = nil
    ) async throws -> PlanBody {
        try decode(
            from: try await call(
                "POST", "/api/invitation/plan/\(id)/apply", organization: organization, body: options,
                idempotencyKey: idempotencyKey))
    }

    /// Cancels what was not applied yet (`DELETE /api/invitation/plan/{plan_id}`). Doing it twice is no error.
    public func cancelPlan(_ id: String, of organization: String) async throws {
        _ = try await call("DELETE", "/api/invitation/plan/\(id)", organization: organization)
    }

    /// A page of a plan's rows, in order (`GET /api/invitation/plan/{plan_id}/row`).
    ///
    /// - Parameters:
    ///   - id: UUID.
    ///   - organization: UUID of the organization.
    ///   - outcomes: only rows with these; nil: all.
    ///   - limit: 1 to 1000.
    ///   - cursor: `next` of the page before.
    public func planRowPage(
        _ id: String, of organization: String, outcomes: [String]? = nil, limit: Int = 1000,
        after cursor: String? = nil
    ) async throws -> Page<PlanRowBody> {
        var query = "?limit=\(limit)"
        if let outcomes { query += "&outcome=\(outcomes.joined(separator: ","))" }
        if let cursor { query += "&cursor=\(cursor)" }
        let response = try await call("GET", "/api/invitation/plan/\(id)/row\(query)", organization: organization)
        return Page(elements: try decode(from: response), next: Self.cursor(in: response.header("Link")))
    }

    /// All rows of a plan, in order, fetched a page at a time as they are asked for.
    public func planRows(_ id: String, of organization: String, outcomes: [String]? = nil) -> PagedSequence<PlanRowBody>
    {
        PagedSequence { cursor in
            try await planRowPage(id, of: organization, outcomes: outcomes, after: cursor)
        }
    }

    /// The rows that made no invitation, as a CSV file that can be mended and sent again
    /// (`GET /api/invitation/plan/{plan_id}/failed`).
    public func failedPlanRows(_ id: String, of organization: String) async throws -> [UInt8] {
        try await call("GET", "/api/invitation/plan/\(id)/failed", organization: organization).body
    }

    /// Waits until a plan was applied or cancelled: by `planProgress`, or by asking again and again where that is not to
    /// be had or breaks for good.
    ///
    /// - Parameters:
    ///   - id: UUID.
    ///   - organization: UUID of the organization.
    ///   - interval: between two looks, where it asks.
    ///   - progress: told how far it is, at once and whenever it changed; after each look, where it asks.
    /// - Throws: `UsherError`, or `CancellationError`.
    public func waitForPlan(
        _ id: String, of organization: String, every interval: Duration = .milliseconds(500),
        progress: (PlanBody) -> Void = { _ in }
    ) async throws -> PlanBody {
        if let ended = try await followPlan(id, of: organization, progress: progress) { return ended }
        while true {
            let plan = try await plan(id, of: organization)
            progress(plan)
            if plan.hasEnded { return plan }
            try await Task.sleep(for: interval)
        }
    }

    /// Nil: that way it cannot be followed. If it cannot be followed at all, asking tells why.
    private func followPlan(
        _ id: String, of organization: String, progress: (PlanBody) -> Void
    ) async throws -> PlanBody? {
        guard streaming != nil else { return nil }
        do {
            for try await plan in planProgress(id, of: organization) {
                progress(plan)
                if plan.hasEnded { return plan }
            }
            return nil
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return nil
        }
    }
}

/// In whose words a file of invitations is written.
public struct ImportSource: Equatable, Sendable {
    /// `clerk`, `workos`, `auth0` or `usher`.
    public var format: String
    /// What the other system's roles are here; `org:admin`, `admin`, `org:member` and `member` are known.
    public var roles: [String: Int]
    /// What the other system's roles are here, by the names of roles that the organization made; a name holds no comma.
    public var customRoles: [String: String]
    /// Whether the invitations are made without a letter, which a resend sends then.
    public var isHeld: Bool

    /// Describes a source; nothing is checked here.
    public init(
        format: String, roles: [String: Int] = [:], isHeld: Bool = false, customRoles: [String: String] = [:]
    ) {
        self.format = format
        self.roles = roles
        self.customRoles = customRoles
        self.isHeld = isHeld
    }

    fileprivate var roleMap: String? {
        let all = roles.mapValues { "\($0)" }.merging(customRoles) { _, own in own }
        return all.isEmpty ? nil : all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }
}
