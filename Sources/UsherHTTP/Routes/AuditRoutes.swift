import HTTPTypes
import Hummingbird
import NIOCore
import UsherAPI
import UsherDomain
import UsherUseCases

/// The audit log: a page of it, or all of it as a file.
struct AuditRoutes {
    let useCases: UseCases
    let settings: HTTPSettings
    /// Entries that an export holds in memory at once.
    private static let page = 1000

    func add(to router: UsherRouter) {
        let group = router.group(context: OrganizationContext.self)
        group.get("/api/audit", use: list)
        group.get("/api/audit/export", use: export)
    }

    private func query(
        _ request: Request, _ context: OrganizationContext, isExport: Bool
    ) -> (Result<AuditQuery, Refusal>, CursorSeal) {
        let seal = CursorSeal(effects: useCases.effects, organization: context.organization)
        let query = Result { () throws(Refusal) in try AuditQuery(request.uri, seal: seal, isExport: isExport) }
        return (query, seal)
    }

    @Sendable private func list(_ request: Request, context: OrganizationContext) async throws -> Response {
        let (query, seal) = query(request, context, isExport: false)
        let page = try await useCases.listAudit(
            of: context.organization, query.map(\.wanted), as: context.caller)
        var response = Reply.json(page.entries.map { AuditEntryBody($0) })
        if let next = page.next {
            response.headers[.link] = try query.get().link(to: next, settings: settings, seal: seal)
        }
        return response
    }

    /// A page at a time, each with a look at the caller's rights: whoever loses them gets no more of it.
    @Sendable private func export(_ request: Request, context: OrganizationContext) async throws -> Response {
        let (query, _) = query(request, context, isExport: true)
        let (organization, caller, list) = (context.organization, context.caller, useCases.listAudit)
        let pages: @Sendable (Int64?) async throws -> ListAudit.Page = { place in
            let wanted = query.map { query in
                var wanted = query.wanted
                (wanted.limit, wanted.after) = (Self.page, place)
                return wanted
            }
            return try await list(of: organization, wanted, route: ListAudit.exportRoute, as: caller)
        }
        let first = try await pages(nil)
        let format = try query.get().format
        let fields: HTTPFields = [
            .contentType: format.mediaType,
            .contentDisposition: "attachment; filename=\"audit.\(format.rawValue)\"",
        ]
        let body = ResponseBody { writer in
            try await writer.write(ByteBuffer(string: format.head))
            var page = first
            while true {
                try await writer.write(ByteBuffer(string: page.entries.map(format.line).joined()))
                guard let next = page.next else { break }
                page = try await pages(next)
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: fields, body: body)
    }
}
