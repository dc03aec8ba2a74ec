import HTTPTypes
import Hummingbird
import NIOCore
import UsherDomain
import UsherUseCases

/// An organization as a file.
struct ExportRoutes {
    let useCases: UseCases
    let settings: HTTPSettings

    func add(to router: UsherRouter) {
        router.group(context: OrganizationContext.self)
            .get("/api/organization/:organization_id/export", use: export)
    }

    /// A page at a time, each with a look at the caller's rights: whoever loses them gets no more of it.
    @Sendable private func export(_ request: Request, context: OrganizationContext) async throws -> Response {
        let (organization, caller) = (context.organization, context.caller)
        let path = context.parameters.get("organization_id") ?? ""
        guard ID<Organization>(parsing: path) == organization else { throw Refusal.organizationMismatch }
        let (export, head) = (
            useCases.exportOrganization,
            PortableLine.head(of: organization, by: "owner", at: useCases.effects.now())
        )
        let first = try await export(of: organization, at: .beginning, as: caller)
        let fields: HTTPFields = [
            .contentType: "application/jsonl; charset=utf-8",
            .contentDisposition: "attachment; filename=\"organization-\(organization).jsonl\"",
        ]
        let body = ResponseBody { writer in
            try await writer.write(ByteBuffer(string: head))
            var (page, rows) = (first, 0)
            while true {
                rows += page.records.count
                try await writer.write(ByteBuffer(string: page.records.map(PortableLine.line).joined()))
                guard let next = page.next else { break }
                page = try await export(of: organization, at: next, as: caller)
            }
            try await writer.write(ByteBuffer(string: PortableLine.end(rows: rows)))
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: fields, body: body)
    }
}
