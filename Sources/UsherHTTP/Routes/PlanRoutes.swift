import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import UsherAPI
import UsherDomain
import UsherText
import UsherUseCases

/// Many invitations at once: plan, look, apply, watch, cancel.
struct PlanRoutes {
    let useCases: UseCases
    let settings: HTTPSettings
    /// A plan's rows take memory while they are read.
    private let readers = Places(4, retryAfter: .seconds(2))
    private let streams = Places(100, retryAfter: .seconds(10))

    init(useCases: UseCases, settings: HTTPSettings) {
        self.useCases = useCases
        self.settings = settings
    }

    func add(to router: UsherRouter) {
        let group = router.group(context: OrganizationContext.self)
        group.post("/api/invitation/plan", use: plan)
        group.get("/api/invitation/plan/:plan_id", use: find)
        group.delete("/api/invitation/plan/:plan_id", use: cancel)
        group.post("/api/invitation/plan/:plan_id/apply", use: apply)
        group.get("/api/invitation/plan/:plan_id/row", use: rows)
        group.get("/api/invitation/plan/:plan_id/failed", use: failed)
        group.get("/api/invitation/plan/:plan_id/event", use: events)
    }

    // MARK: Plan

    @Sendable private func plan(_ request: Request, context: OrganizationContext) async throws -> Response {
        try await useCases.planInvitations.admit(context.caller, to: context.organization)
        // Repetitions of one plan shall not take the places of all.
        let turn = try await useCases.turn(of: context.keyHolder)
        let place = try readers.take()
        defer { withExtendedLifetime(place) {} }
        let isTable = request.isEncoded(as: "text/csv")
        let type = isTable ? "text/csv" : "application/json"
        let bytes = try await request.bytes(of: type, settings: settings, limit: settings.planBodyLimit)
        let draft = Result { () throws(Refusal) in
            isTable ? try table(bytes, request.uri) : try object(bytes, request.uri)
        }
        return try await useCases.answer(
            request, of: context.keyHolder, turn: turn, body: bytes,
            as: { .json(PlanBody($0, rows: $0.rows), status: .created, location: Self.path(of: $0.plan)) },
            doing: {
                try await useCases.planInvitations(
                    PlanInvitations.Request(
                        organization: context.organization, caller: context.caller, draft: draft, once: $0,
                        facts: context.facts))
            })
    }

    private func object(_ bytes: [UInt8], _ uri: URI) throws(Refusal) -> PlanDraft {
        _ = try TextQuery(uri, known: [])
        return try draft(try PlanReader.json(bytes))
    }

    private func table(_ bytes: [UInt8], _ uri: URI) throws(Refusal) -> PlanDraft {
        let query = try TextQuery(
            uri, known: ["app_url", "redirect_uri", "resend_pending", "format", "role_map", "letters"])
        let resends = query["resend_pending"]
        guard [nil, "true", "false"].contains(resends) else {
            throw .invalidQuery([FieldProblem("resend_pending", .malformed)])
        }
        let rows: [PlanRow]
        if let importer = try importer(query) {
            rows = try importer.rows(bytes)
        } else {
            rows = try PlanReader.csv(bytes)
        }
        return try draft(
            PlanReader.Sent(
                appURL: query["app_url"], redirectURI: query["redirect_uri"], resendsPending: resends == "true",
                rows: rows))
    }

    /// Nil: the table has the columns of this server.
    private func importer(_ query: TextQuery) throws(Refusal) -> ImportReader? {
        var problems: [FieldProblem] = []
        let format = query["format"].flatMap { ImportFormat(rawValue: $0) }
        if query["format"] != nil, format == nil { problems.append(FieldProblem("format", .malformed)) }
        let roles = query["role_map"].map { RoleMap(text: $0) } ?? RoleMap()
        if roles == nil { problems.append(FieldProblem("role_map", .malformed)) }
        let mailing = query["letters"].flatMap { PlanRow.Mailing(rawValue: $0) }
        if query["letters"] != nil, mailing == nil { problems.append(FieldProblem("letters", .malformed)) }
        if format == nil {
            problems += ["role_map", "letters"].filter { query[$0] != nil }.map { FieldProblem($0, .unknown) }
        }
        guard problems.isEmpty, let roles else { throw .invalidQuery(problems) }
        return format.map {
            ImportReader(format: $0, roles: roles.roles, mailing: mailing, now: useCases.effects.now())
        }
    }

    /// Without a base the links lead to this server's own pages; without a target people land at the base.
    private func draft(_ sent: PlanReader.Sent) throws(Refusal) -> PlanDraft {
        let base = try sent.appURL.map { text throws(Refusal) in try WebURL(parsing: text, field: "app_url") }
        let target = try sent.redirectURI.map { text throws(Refusal) in
            try WebURL(parsing: text, field: "redirect_uri")
        }
        return PlanDraft(
            appURL: base ?? settings.publicURL, redirectURI: target ?? base ?? settings.publicURL,
            rows: sent.rows, resendsPending: sent.resendsPending)
    }

    private static func path(of plan: InvitationPlan) -> String { "/api/invitation/plan/\(plan.id)" }

    private func id(_ context: OrganizationContext) throws(Refusal) -> ID<InvitationPlan> {
        guard let id = ID<InvitationPlan>(parsing: context.parameters.get("plan_id") ?? "") else {
            throw .planNotFound
        }
        return id
    }

    // MARK: Look

    @Sendable private func find(_ request: Request, context: OrganizationContext) async throws -> Response {
        let id = try id(context)
        return Reply.json(
            PlanBody(try await useCases.findPlan(id, in: context.organization, as: context.caller)))
    }

    @Sendable private func rows(_ request: Request, context: OrganizationContext) async throws -> Response {
        let id = try id(context)
        let seal = RowSeal(effects: useCases.effects, plan: id)
        let query = try PlanRowQuery(request.uri, seal: seal)
        let page = try await useCases.listPlanRows(
            PlanRowSelection(
                plan: id, organization: context.organization, outcomes: query.outcomes, states: query.states,
                after: query.after, limit: query.limit),
            as: context.caller)
        var response = Reply.json(page.rows.map(PlanRowBody.init))
        if let next = page.next { response.headers[.link] = query.link(to: next, settings: settings, seal: seal) }
        return response
    }

    @Sendable private func failed(_ request: Request, context: OrganizationContext) async throws -> Response {
        let id = try id(context)
        let rows = try await useCases.listPlanRows.failed(of: id, in: context.organization, as: context.caller)
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8; header=present",
                .contentDisposition: "attachment; filename=\"failed-\(id).csv\"",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: FailedTable(rows: rows).text)))
    }

    // MARK: Apply

    @Sendable private func apply(_ request: Request, context: OrganizationContext) async throws -> Response {
        let id = try id(context)
        let options: Result<ApplyPlan.Options, Refusal>
        var bytes: [UInt8] = []
        if try await request.isWithoutBody() {
            options = .success(ApplyPlan.Options())
        } else {
            bytes = try await request.bytes(of: "application/json", settings: settings)
            options = Result { [bytes] () throws(Refusal) in try ApplyPlan.Options(body: bytes) }
        }
        return try await useCases.answer(
            request, of: context.keyHolder, body: bytes,
            as: { .json(PlanBody($0), status: .accepted, location: Self.path(of: $0.plan)) },
            doing: {
                try await useCases.applyPlan(
                    id, in: context.organization, options, as: context.caller, facts: context.facts, once: $0)
            })
    }

    @Sendable private func cancel(_ request: Request, context: OrganizationContext) async throws -> Response {
        try await useCases.cancelPlan(
            try id(context), in: context.organization, as: context.caller, facts: context.facts)
        return Reply.empty(.noContent)
    }

    @Sendable private func events(_ request: Request, context: OrganizationContext) async throws -> Response {
        let id = try id(context)
        let stream = PlanEvents(
            find: { [useCases] in
                try await useCases.findPlan(
                    id, in: context.organization, as: context.caller, route: FindPlan.eventRoute)
            }, interval: settings.eventInterval)
        // What is to be refused, is refused before the stream begins.
        let first = try await stream.find()
        return try stream.response(first, place: streams.take())
    }
}

extension Request {
    /// Whether nothing comes along, as a client without options sends it: no type, and no byte.
    fileprivate func isWithoutBody() async throws -> Bool {
        guard headers[.contentType] == nil else { return false }
        if headers[.transferEncoding] == nil { return (headers[.contentLength].flatMap { Int($0) } ?? 0) == 0 }
        do { return try await body.collect(upTo: 0).readableBytes == 0 } catch is NIOTooManyBytesError {
            return false
        } catch { throw BrokenBody(cause: error) }
    }
}
