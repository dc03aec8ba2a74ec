package import UsherDomain

/// What happened to an organization's seats, newest first, with what stood after each.
package struct ListSeatMovements: Sendable {
    package static let route = "GET /api/organization/{organization_id}/seat/movement"

    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    /// What is asked for.
    package struct Query: Sendable {
        /// The sequence before which the page begins.
        package var after: Int64?
        package var limit = 50

        package init() {}
    }

    package struct Page: Sendable {
        /// Each with the counts after it.
        package let movements: [(movement: SeatMovement, after: SeatMovement.Count)]
        /// Where the next page begins; nil: this is the last.
        package let next: Int64?
    }

    package func callAsFunction(
        of organization: ID<Organization>, _ query: Result<Query, Refusal>, as caller: Caller
    ) async throws -> Page {
        let now = effects.now()
        return try await store.read { tx in
            _ = try tx.access(of: caller, in: organization, for: Self.route, at: now)
            return try tx.page(of: organization, try query.get())
        }
    }

    package func byOperator(of organization: ID<Organization>, _ query: Query) async throws -> Page {
        try await store.read { tx in
            guard try tx.organization(organization) != nil else { throw Refusal.organizationNotFound }
            return try tx.page(of: organization, query)
        }
    }
}

extension StoreReader {
    fileprivate func page(
        of organization: ID<Organization>, _ query: ListSeatMovements.Query
    ) throws -> ListSeatMovements.Page {
        // One more than asked for tells whether there is a next page.
        let found = try seatMovements(of: organization, before: query.after ?? .max, limit: query.limit + 1)
        guard let first = found.first else { return ListSeatMovements.Page(movements: [], next: nil) }
        var after = try seatBalance(of: organization, through: first.sequence)
        let page = found.prefix(query.limit).map { movement in
            defer { after = after - movement.change }
            return (movement: movement, after: after)
        }
        return ListSeatMovements.Page(
            movements: page, next: found.count > query.limit ? page.last?.movement.sequence : nil)
    }
}

/// Where the ledger of seats says something else than the rows that are counted: never, unless somebody wrote to the
/// database behind the server's back.
package struct CheckSeatLedgers: Sendable {
    let store: any Store

    package init(store: any Store) { self.store = store }

    /// - Parameter limit: of organizations that are told.
    package func callAsFunction(limit: Int) async throws -> [ID<Organization>] {
        try await store.read { try $0.seatDrift(in: nil, limit: limit) }
    }
}

extension OperatorActions {
    /// Mends a ledger that differs from what there is.
    package func recountSeats(of organization: ID<Organization>) async throws {
        let now = effects.now()
        let isKnown = try await store.write { [effects] tx in
            guard try tx.organization(organization) != nil else { return false }
            guard try tx.recountSeats(of: organization, at: now) else { return true }
            try tx.record(
                effects.audit(
                    .seatsRecounted, in: organization, by: "operator", subject: organization.rawValue, request: nil,
                    at: now))
            return true
        }
        guard isKnown else { throw Refusal.organizationNotFound }
    }
}
