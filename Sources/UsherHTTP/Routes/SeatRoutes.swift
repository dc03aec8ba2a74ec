import HTTPTypes
import Hummingbird
import UsherAPI
import UsherDomain
import UsherUseCases

/// The seats of an organization.
struct SeatRoutes {
    let useCases: UseCases

    func add(to router: UsherRouter) {
        router.group(context: OrganizationContext.self).get("/api/organization/:organization_id/seat", use: count)
    }

    @Sendable private func count(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requireOwnPath()
        return Reply.json(SeatBody(try await useCases.countSeats(of: context.organization, as: context.caller)))
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
