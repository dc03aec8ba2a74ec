import Testing
import UsherDomain
import UsherSecrets
import UsherTestKit
import UsherText
import UsherUseCases

/// Moving an organization to another server, of either engine.
@Suite struct MoveOrganizationTests {
    private func export(_ world: World) async throws -> [PortableRecord] {
        try await world.export(world.organization.id)
    }

    private func take(_ records: [PortableRecord], into world: World) async throws -> ImportOrganization.Imported {
        try await world.take(records)
    }

    @Test(arguments: Engine.available, Engine.available)
    func `what is imported is what was exported, with the same ids, and links of open invitations work`(
        _ from: Engine, _ to: Engine
    ) async throws {
        let source = try await World(from)
        try await source.send("open@example.org")
        try await source.send("withdrawn@example.org")
        let withdrawn = try #require(try await source.invitation("withdrawn@example.org"))
        try await source.useCases.revokeInvitation(
            withdrawn.id, in: source.organization.id, as: try await source.caller(source.admin), facts: World.facts)
        try await source.send("joined@example.org")
        try await source.accept("joined@example.org")
        let code = try source.code(for: "open@example.org")
        let records = try await export(source)

        // Somebody is there already, under another id: the owner of the target has the address of the source's.
        let target = try await World(to)
        let imported = try await take(records, into: target)
        #expect((imported.members, imported.accounts) == (4, 1), "owner, admin and member have accounts there")
        #expect((imported.invitations, imported.open) == (3, 1))
        let id = source.organization.id
        let (organization, membership, list) = try await target.store.read { tx in
            (
                try tx.organization(id), try tx.membership(of: target.owner.id, in: id),
                try tx.invitations(
                    InvitationSelection(
                        organization: id, statuses: Set(Invitation.Status.allCases), limit: 10,
                        now: target.clock.now()))
            )
        }
        #expect(organization == source.organization)
        #expect(membership?.role == .owner)
        #expect(Set(list.map(\.status)) == [.pending, .revoked, .accepted])
        let joined = try await target.useCases.acceptInvitation.asNewPerson(
            code: code, name: nil, password: Password(parsing: "a long enough password"), check: { _, _, _ in },
            facts: World.facts)
        #expect(joined.offer.organization.id == id)
        let log = try await target.useCases.listAudit.byOperator(of: id, ListAudit.Query())
        #expect(log.entries.contains { $0.action == "organization.imported" && $0.actor == "operator" })
        #expect(log.entries.count { $0.action == "invitation.created" } == 3)

        await #expect(throws: ImportProblem.organizationKnown(id)) { try await take(records, into: target) }
        await #expect(throws: ImportProblem.organizationKnown(id)) { try await take(records, into: source) }
    }

    @Test(arguments: Engine.available)
    func `a file that does not fit changes nothing, and its line is named`(_ engine: Engine) async throws {
        let source = try await World(engine), target = try await World(engine)
        try await source.send("open@example.org")
        let records = try await export(source)
        let index = try #require(records.firstIndex { $0.kind == .invitation })
        for (name, value) in [
            ("email", PortableValue.text("no address")), ("app_url", .text("javascript:x")), ("id", .text("x")),
            ("scopes", .texts(["x"])),
        ] {
            var broken = records
            broken[index].values[name] = value
            let changed = broken
            await #expect(throws: ImportProblem.self) { try await take(changed, into: target) }
        }
        var swapped = records
        swapped.swapAt(1, index)
        let late = swapped
        await #expect(throws: ImportProblem.self) { try await take(late, into: target) }
        let id = source.organization.id
        #expect(try await target.store.read { try $0.isKnown(id) } == false)
    }

    /// EML-20: under another key hashes are others, and who did not want to be invited is not invited still.
    @Test(arguments: Engine.available)
    func `EML-20 suppressions come along to a server with another key, where the address was invited`(
        _ engine: Engine
    ) async throws {
        let source = try await World(engine), target = try await World(engine)
        try await source.send("ada@example.org")
        let invitation = try #require(try await source.invitation("ada@example.org"))
        let token = source.effects.unsubscribeToken(invitation.id, of: invitation.organization)
        #expect(
            try await source.useCases.declineInvitation.unsubscribe(
                invitation.id, of: invitation.organization, token: token, facts: World.facts))
        _ = try await source.useCases.suppressions.addByOperator(
            EmailAddress(parsing: "never@example.org"), in: source.organization.id)
        let imported = try await take(try await export(source), into: target)
        #expect((imported.suppressions, imported.lostSuppressions) == (1, 1))
        let hash = target.effects.emailHash(try EmailAddress(parsing: "ada@example.org"))
        #expect(hash != source.effects.emailHash(try EmailAddress(parsing: "ada@example.org")))
        let id = source.organization.id
        #expect(try await target.store.read { try $0.suppression(of: hash, in: id)?.source } == .invitee)
    }

    @Test(arguments: Engine.available)
    func `who was erased comes over as an id, and an owner's own export opens nothing`(_ engine: Engine) async throws {
        let source = try await World(engine), target = try await World(engine)
        try await source.send("guest@example.org", as: source.admin)
        _ = try await source.useCases.operatorActions.erase(source.admin.email)
        let records = try await export(source)
        #expect(!records.contains { $0.values.values.contains(.text("admin@example.com")) })
        _ = try await take(records, into: target)
        let (id, admin) = (source.organization.id, source.admin.id)
        #expect(try await target.store.read { try $0.isKnown(admin) })
        #expect(try await target.store.read { try $0.user(admin) } == nil)

        let owner = try await source.caller(source.owner)
        let member = try await source.caller(source.member)
        let exporting = source.useCases.exportOrganization
        let place = ExportOrganization.Place.beginning
        await #expect(throws: Refusal.roleTooLow(needed: .organizationExport)) {
            try await exporting(of: id, at: place, as: member)
        }
        var (rows, next): ([PortableRecord], ExportOrganization.Place?) = ([], place)
        while let at = next {
            let page = try await exporting(of: id, at: at, as: owner)
            (rows, next) = (rows + page.records, page.next)
        }
        #expect(rows.count == records.count)
        #expect(rows.allSatisfy { $0.values["code_hash"] == nil && $0.values["former_code_hash"] == nil })
    }

    @Test(arguments: Engine.available, Engine.available)
    func `what was purged or erased comes over as it is, without an address`(_ from: Engine, _ to: Engine) async throws
    {
        let source = try await World(from)
        try await source.send("unwilling@example.org")
        try await source.useCases.declineInvitation(
            code: source.code(for: "unwilling@example.org"), reason: "no", report: true, facts: World.facts)
        try await source.send("gone@example.org")
        try await source.accept("gone@example.org")
        _ = try await source.useCases.operatorActions.erase(EmailAddress(parsing: "gone@example.org"))
        source.clock.advance(by: .days(90))
        #expect(try await source.useCases.sweepInvitations.purge(after: nil, limit: 10).count == 2)
        try await source.send("late@example.org")
        try await source.accept("late@example.org")
        _ = try await source.useCases.operatorActions.erase(EmailAddress(parsing: "late@example.org"))
        try await source.send("open@example.org")

        let records = try await export(source)
        let ended = Self.ended(records)
        #expect(ended.count == 3)
        #expect(ended.count { $0.text("email") == "" && $0.time("purged_at") != nil } == 2)
        let target = try await World(to)
        let imported = try await take(records, into: target)
        #expect((imported.invitations, imported.open) == (4, 1))
        #expect((imported.suppressions, imported.lostSuppressions) == (0, 1), "the key is another one")
        #expect(Self.ended(try await target.export(source.organization.id)) == ended)

        // What is open is for somebody, and what has no address was purged.
        let index = try #require(records.firstIndex { $0.text("email") == "" })
        for (name, value) in [("status", PortableValue.text("pending")), ("purged_at", .null), ("email", .null)] {
            var broken = records
            broken[index].values[name] = value
            let (changed, other) = (broken, try await World(to))
            await #expect(throws: ImportProblem.line(index + 2, "email is no address")) {
                _ = try await take(changed, into: other)
            }
        }
    }

    /// Invitations that are over. Their inviter has another id there, as an account with the same address.
    private static func ended(_ records: [PortableRecord]) -> [PortableRecord] {
        records.filter { $0.kind == .invitation && $0.text("status") != "pending" }.map { record in
            var record = record
            record.values["inviter_user_id"] = nil
            return record
        }
    }

    @Test(arguments: Engine.available, Engine.available)
    func `roles of its own come along with whoever holds them, and none that only an owner may have`(
        _ from: Engine, _ to: Engine
    ) async throws {
        let source = try await World(from)
        let scout = try await source.define("Scout", PermissionSet([.invitationCreate, .invitationRead]))
        let ada = try await source.join("ada@example.org", as: scout)
        try await source.send("guest@example.org", as: scout, by: try await source.caller(source.owner))
        var records = try await export(source)
        let target = try await World(to)
        _ = try await take(records, into: target)
        let id = source.organization.id
        let email = ada.email
        let (held, offers) = try await target.store.read { tx in
            let user = try tx.account(of: email)?.user.id
            let selection = InvitationSelection(organization: id, limit: 9, now: target.clock.now())
            return (try user.flatMap { try tx.membership(of: $0, in: id)?.held }, try tx.invitations(selection))
        }
        #expect(held == HeldRole(.user, scout.assigned))
        #expect(offers.map(\.customRole) == [scout.assigned])

        // A file that says more than a role may hold, or names a role that it does not have.
        let place = try #require(records.firstIndex { $0.kind == .role })
        records[place].values["permissions"] = .text("organization:delete moon:land invitation:read")
        let other = try await World(to)
        _ = try await take(records, into: other)
        let role = try await other.store.read { try $0.customRole(scout.id, in: id) }
        #expect(role?.permissions == PermissionSet([.invitationRead]))
        // A name that stands for one of the three would mean that one wherever roles are named.
        records[place].values["name"] = .text("Admin")
        let (named, strict) = (records, try await World(to))
        await #expect(throws: ImportProblem.self) { _ = try await take(named, into: strict) }
        records.remove(at: place)
        let last = try await World(to)
        await #expect(throws: ImportProblem.self) { _ = try await take(records, into: last) }
    }
}

extension World {
    /// As the operator writes it.
    func export(_ organization: ID<Organization>) async throws -> [PortableRecord] {
        var (records, place): ([PortableRecord], ExportOrganization.Place?) = ([], .beginning)
        while let next = place {
            let page = try await useCases.exportOrganization.byOperator(of: organization, at: next)
            (records, place) = (records + page.records, page.next)
        }
        return records
    }

    @discardableResult
    func take(_ records: [PortableRecord]) async throws -> ImportOrganization.Imported {
        let parsers = ImportOrganization.Parsers(
            email: { try? EmailAddress(parsing: $0) }, url: { try? WebURL(parsing: $0, field: "url") },
            name: { try? DisplayName(parsing: $0) }, origin: { Origin(parsing: $0) })
        return try await ImportOrganization(store: store, effects: effects, parsers: parsers)(records)
    }
}
