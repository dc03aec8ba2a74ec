import HTTPTypes
import Hummingbird
import HummingbirdCore
package import UsherAPI
package import UsherDomain
import UsherUseCases

/// The seats of an organization.
struct SeatRoutes {
    let useCases: UseCases
    let settings: HTTPSettings

    func add(to router: UsherRouter) {
        let group = router.group(context: OrganizationContext.self)
        group.get("/api/organization/:organization_id/seat", use: count)
        group.get("/api/organization/:organization_id/seat/movement", use: movements)
    }

    @Sendable private func count(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requireOwnPath()
        return Reply.json(SeatBody(try await useCases.countSeats(of: context.organization, as: context.caller)))
    }
}

extension SeatRoutes {
    @Sendable private func movements(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requireOwnPath()
        let organization = context.organization
        let seal = CursorSeal(effects: useCases.effects, organization: organization)
        let query = Result { () throws(Refusal) in try ListSeatMovements.Query(request.uri, seal: seal) }
        let page = try await useCases.listSeatMovements(of: organization, query, as: context.caller)
        var response = Reply.json(page.movements.map { SeatMovementBody($0.movement, after: $0.after) })
        if let next = page.next {
            let (path, limit) = ("/api/organization/\(organization)/seat/movement", try query.get().limit)
            response.headers[.link] =
                "<\(settings.publicURL.origin)\(path)?limit=\(limit)&cursor=\(seal.close(audit: next))>; rel=\"next\""
        }
        return response
    }
}

extension ListSeatMovements.Query {
    fileprivate init(_ uri: URI, seal: CursorSeal) throws(Refusal) {
        var query = ListQuery(uri)
        self.init()
        limit = query.limit
        if let cursor = query.cursor {
            after = seal.open(audit: cursor)
            if after == nil { query.report("cursor", .malformed) }
        }
        try query.finish()
    }
}

extension SeatMovementBody {
    package init(_ movement: SeatMovement, after: SeatMovement.Count) {
        self.init(
            at: APITime(movement.at), kind: movement.kind.rawValue, status: movement.status,
            invitationID: movement.invitation?.rawValue, membershipID: movement.membership?.rawValue,
            actor: movement.actor, limit: movement.limit, change: SeatChange(movement.change), after: SeatChange(after))
    }
}

extension SeatChange {
    fileprivate init(_ count: SeatMovement.Count) {
        self.init(used: count.used, held: count.held, waiting: count.waiting)
    }
}

extension OrganizationContext {
    /// The organization of the path must be the header's.
    func requireOwnPath() throws(Refusal) {
        guard ID<Organization>(parsing: parameters.get("organization_id") ?? "") == organization else {
            throw .organizationMismatch
        }
    }
}

extension SeatBody {
    init(_ seats: SeatCount) {
        self.init(
            limit: seats.limit, used: seats.used, held: seats.held, free: seats.free, waiting: seats.waiting,
            keepsWaitlist: seats.keepsWaitlist)
    }
}
