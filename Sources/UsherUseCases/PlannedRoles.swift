import UsherDomain

/// The roles of an organization's own that rows of a plan name, by name or by id.
struct OwnRoles: Sendable {
    private var byID: [ID<CustomRole>: CustomRole] = [:]
    private var byName: [String: CustomRole] = [:]

    /// Reads nothing when no row names one.
    init(namedIn rows: [PlanRow], of organization: ID<Organization>, _ tx: any StoreReader) throws {
        guard rows.contains(where: { $0.role == nil && $0.email != nil }) else { return }
        for role in try tx.customRoles(of: organization, after: nil, limit: CustomRole.maximumCount) {
            byID[role.id] = role
            byName[CustomRole.nameKey(role.name)] = role
        }
    }

    /// The row, and what its role allows; nil: there is no such role. A role that was given by its id is called by its
    /// name from here on, unless that would mean another.
    func resolved(_ row: PlanRow) -> (PlanRow, PermissionSet)? {
        if let role = row.role { return (row, role.permissions) }
        guard let found = named(row.input.role) else { return nil }
        var row = row
        row.roleVersion = found.version
        if !CustomRole.isReserved(found.name), named(found.name.text)?.id == found.id {
            row.input.role = found.name.text
        }
        return (row, found.assigned.effective)
    }

    private func named(_ text: String?) -> CustomRole? {
        guard let text else { return nil }
        return ID<CustomRole>(parsing: text).flatMap { byID[$0] }
            ?? byName[CustomRole.nameKey(DisplayName(stored: text))]
    }
}

extension StoreReader {
    /// What a row calls a role of the organization's own: its id, or its name.
    fileprivate func plannedRole(_ text: String, in organization: ID<Organization>) throws -> CustomRole? {
        try ID<CustomRole>(parsing: text).flatMap { try customRole($0, in: organization) }
            ?? customRole(named: DisplayName(stored: text), in: organization)
    }
}

extension StoreWriter {
    /// Holds the roles of an organization's own that rows ask for, in one order and before the limits: in which each
    /// single invitation takes them, too.
    func holdRoles(of rows: [PlanRow], in plan: InvitationPlan) throws {
        let texts = Set(rows.filter { $0.role == nil }.compactMap(\.input.role))
        let roles = try Set(texts.compactMap { try plannedRole($0, in: plan.organization)?.id })
        for role in roles.sorted(by: { $0.rawValue < $1.rawValue }) { _ = try hold(role, in: plan.organization) }
    }

    /// The role of an organization's own that a row asks for, which stays as it is until the transaction ends. What was
    /// judged is what is given: a role that was changed, renamed or deleted since is not found. Rows that a program of
    /// before judged tell no version; of them the times do, and one that lies ahead was written by a clock that went
    /// wrong.
    ///
    /// - Throws: `roleNotFound`.
    func unchangedRole(of row: PlanRow, in plan: InvitationPlan, at now: Timestamp) throws -> CustomRole {
        guard let text = row.input.role, let found = try plannedRole(text, in: plan.organization),
            let held = try hold(found.id, in: plan.organization), held.name == found.name,
            row.roleVersion.map({ $0 == held.version })
                ?? (held.updatedAt <= plan.createdAt || held.updatedAt > now)
        else { throw Refusal.roleNotFound }
        return held
    }
}
