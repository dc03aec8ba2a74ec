package import UsherDomain

/// All that an organization is, row by row: for its owners, or to move it to another server.
package struct ExportOrganization: Sendable {
    package static let route = "GET /api/organization/{organization_id}/export"
    /// Of the file's form.
    package static let version = 1
    /// Rows that are read at once.
    private static let page = 500

    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    /// Where a page begins.
    package struct Place: Sendable {
        let kind: PortableRecord.Kind
        let after: PortablePlace?

        package static let beginning = Place(kind: .organization, after: nil)
    }

    package struct Page: Sendable {
        package let records: [PortableRecord]
        /// Nil: that was all.
        package let next: Place?
    }

    /// For an owner: without what opens the links of invitations.
    package func callAsFunction(
        of organization: ID<Organization>, at place: Place, as caller: Caller
    ) async throws -> Page {
        let now = effects.now()
        return try await store.read { tx in
            guard let access = try tx.access(of: caller, in: organization, at: now) else { throw Refusal.notAMember }
            try access.require(Self.route)
            return try Self.page(of: organization, at: place, hasSecrets: false, now, tx)
        }
    }

    /// For the operator: with the hashes of the codes of open invitations, so that their links work elsewhere.
    package func byOperator(of organization: ID<Organization>, at place: Place) async throws -> Page {
        let now = effects.now()
        return try await store.read { tx in
            guard try tx.organization(organization) != nil else { throw Refusal.organizationNotFound }
            return try Self.page(of: organization, at: place, hasSecrets: true, now, tx)
        }
    }

    private static func page(
        of organization: ID<Organization>, at place: Place, hasSecrets: Bool, _ now: Timestamp, _ tx: any StoreReader
    ) throws -> Page {
        let found = try tx.portable(place.kind, of: organization, after: place.after, limit: page)
        let records = found.map { row in
            var record = row.record
            let isOpen = Self.open.contains(record.text("status") ?? "") && (record.time("expires_at") ?? now) > now
            for column in place.kind.columns where column.isSecret && !(hasSecrets && isOpen) {
                record.values[column.name] = nil
            }
            return record
        }
        guard found.count < page, let index = PortableRecord.Kind.allCases.firstIndex(of: place.kind) else {
            return Page(records: records, next: Place(kind: place.kind, after: found.last?.place))
        }
        let following = PortableRecord.Kind.allCases[(index + 1)...].first
        return Page(records: records, next: following.map { Place(kind: $0, after: nil) })
    }

    static let open: Set<String> = ["waitlisted", "pending", "needs_approval"]
}
