package import UsherDomain

/// The audit log, a page at a time, newest first.
package struct ListAudit: Sendable {
    package static let route = "GET /api/audit"
    package static let exportRoute = "GET /api/audit/export"

    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    /// What is asked for.
    package struct Query: Sendable {
        package var filter = AuditFilter()
        package var after: Int64?
        package var limit = 50

        package init() {}
    }

    package struct Page: Sendable {
        package let entries: [RecordedEntry]
        /// Where the next page begins; nil: this is the last.
        package let next: Int64?
    }

    /// An organization's entries, for its admins.
    ///
    /// - Parameter route: the call that a restricted credential must name.
    package func callAsFunction(
        of organization: ID<Organization>, _ query: Result<Query, Refusal>, route: String = Self.route,
        as caller: Caller
    ) async throws -> Page {
        let now = effects.now()
        return try await store.read { tx in
            guard let access = try tx.access(of: caller, in: organization, at: now) else { throw Refusal.notAMember }
            try access.require(route)
            return try tx.page(of: organization, try query.get())
        }
    }

    /// Every entry, or those of one organization, for the operator.
    package func byOperator(of organization: ID<Organization>?, _ query: Query) async throws -> Page {
        try await store.read { try $0.page(of: organization, query) }
    }
}

extension StoreReader {
    fileprivate func page(of organization: ID<Organization>?, _ query: ListAudit.Query) throws -> ListAudit.Page {
        // One more than asked for tells whether there is a next page.
        let found = try audit(
            AuditSelection(
                organization: organization, filter: query.filter, after: query.after, limit: query.limit + 1))
        let page = Array(found.prefix(query.limit))
        return ListAudit.Page(entries: page, next: found.count > query.limit ? page.last?.sequence : nil)
    }
}
