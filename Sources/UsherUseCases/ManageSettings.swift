package import UsherDomain

/// What an organization decided for itself.
package struct ReadSettings: Sendable {
    package static let route = "GET /api/organization/{organization_id}/settings"

    let store: any Store
    let effects: Effects

    package func callAsFunction(of id: ID<Organization>, as caller: Caller) async throws -> Organization {
        let now = effects.now()
        return try await store.read { tx in
            _ = try tx.access(of: caller, in: id, for: Self.route, at: now)
            guard let found = try tx.organization(id) else { throw Refusal.notAMember }
            return found
        }
    }
}

/// Changes some of an organization's settings and leaves the others as they are at that moment: of two changes at once
/// none is lost.
package struct ChangeSettings: Sendable {
    package static let route = "PATCH /api/organization/{organization_id}/settings"

    let store: any Store
    let effects: Effects

    package func callAsFunction(
        of id: ID<Organization>, _ change: Result<SettingsChange, Refusal>, as caller: Caller, facts: RequestFacts
    ) async throws -> Organization {
        let deed = Deed(effects: effects, actor: caller.actor, facts: facts, now: effects.now())
        return try await store.write { tx in
            let (_, deed) = try tx.lockedAccess(of: caller, in: id, for: Self.route, deed)
            let change = try change.get()
            guard let found = try tx.organization(id) else { throw Refusal.notAMember }
            return try tx.change(found, as: .settingsChanged, deed) { change.apply(to: &$0) }
        }
    }
}
