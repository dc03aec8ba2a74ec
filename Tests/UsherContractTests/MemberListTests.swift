import Testing
import UsherDomain
import UsherSQL
import UsherTestKit
import UsherUseCases

/// Members as lists, and what is left when an organization is purged.
@Suite(.timeLimit(.minutes(15)))
struct MemberListTests {
    private func list(
        _ house: SampleHouse, at now: Timestamp = Sample.now, _ change: (inout MemberSelection) -> Void = { _ in }
    ) async throws -> [String] {
        var selection = MemberSelection(organization: house.organization.id, limit: 100, now: now)
        change(&selection)
        let asked = selection
        return try await house.store.read { try $0.members(asked).map(\.user.email.typed) }
    }

    private func join(
        _ house: SampleHouse, _ local: String, name: String? = nil, role: Role = .user,
        at moment: Timestamp = Sample.now,
        until end: Timestamp? = nil, of organization: ID<Organization>? = nil
    ) async throws {
        let user = Sample.user(local, name: name)
        let membership = Membership(
            id: Sample.id(), user: user.id, organization: organization ?? house.organization.id, role: role,
            scopes: nil, endsAt: end, createdAt: moment, updatedAt: moment)
        try await house.store.write { tx in
            _ = try tx.add(user, passwordHash: nil)
            _ = try tx.add(membership, from: nil)
        }
    }

    @Test(arguments: Engine.available)
    func `members are found by role, by the beginning of name or address, and by when they joined`(
        _ engine: Engine
    ) async throws {
        let house = try await SampleHouse(engine)
        let other = Sample.organization(name: "Other")
        try await house.store.write { try $0.add(other) }
        let later = Sample.now + .hours(1)
        try await join(house, "ada", name: "Grace", role: .admin, at: later)
        try await join(house, "Adam", name: "zoë", at: later + .hours(1))
        try await join(house, "bob", name: "100%_\\", at: later + .hours(2))
        try await join(house, "adele", name: "Grace", of: other.id)
        #expect(
            try await list(house) == ["bob@example.com", "Adam@example.com", "ada@example.com", "owner@example.com"])
        let found: @Sendable (String) async throws -> [String] = { text in try await list(house) { $0.search = text } }
        #expect(try await found("ad") == ["Adam@example.com", "ada@example.com"])
        #expect(try await found("ADAM@") == ["Adam@example.com"])
        #expect(try await found("grace") == ["ada@example.com"])
        #expect(try await found("ZOë") == ["Adam@example.com"])
        #expect(try await found("100%_\\") == ["bob@example.com"])
        for nothing in ["%", "_", "race", "dam", "adele", "' OR 1=1 --"] { #expect(try await found(nothing).isEmpty) }
        #expect(try await list(house) { $0.role = .admin } == ["ada@example.com"])
        #expect(try await list(house) { $0.joinedAfter = later } == ["bob@example.com", "Adam@example.com"])
        let both = try await list(house) { selection in
            selection.search = "ad"
            selection.role = .user
        }
        #expect(both == ["Adam@example.com"])
    }

    @Test(arguments: Engine.available)
    func `pages go on where the last one ended, also among members of one millisecond`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        for index in 0..<25 { try await join(house, "m\(index)") }
        var seen: [String] = []
        var place: PageCursor<Membership>?
        repeat {
            var selection = MemberSelection(
                organization: house.organization.id, after: place, limit: 10, now: Sample.now)
            selection.after = place
            let asked = selection
            let page = try await house.store.read { try $0.members(asked) }
            seen += page.map(\.user.email.typed)
            place = page.last.map { PageCursor(createdAt: $0.membership.createdAt, id: $0.membership.id) }
        } while place != nil
        #expect(seen.count == 26)
        #expect(Set(seen).count == 26)
    }

    @Test(arguments: Engine.available, [-1, 0, 1])
    func `whoever's membership ended is in no list, and joins anew`(_ engine: Engine, _ offset: Int64) async throws {
        let house = try await SampleHouse(engine)
        let end = Sample.now + .days(1)
        let moment = end + .milliseconds(offset)
        try await join(house, "ada", role: .admin, until: end)
        #expect(try await list(house, at: moment).contains("ada@example.com") == (offset < 0))
        let email = Sample.email("ada")
        let user = try #require(try await house.store.read { try $0.account(of: email)?.user.id })
        let (id, organization) = (Sample.id(Membership.self), house.organization.id)
        let again = Membership(
            id: id, user: user, organization: organization, role: .user, scopes: nil, createdAt: moment,
            updatedAt: moment)
        #expect(try await house.store.write { try $0.add(again, from: nil) } == (offset >= 0))
        let found = try await house.store.read { try $0.membership(of: user, in: organization) }
        #expect((found?.id == id) == (offset >= 0))
        #expect(found?.role == (offset < 0 ? .admin : .user))
    }

    @Test(arguments: Engine.available)
    func `every table with rows of organizations is purged, but the audit`(_ engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        let query: SQLQuery =
            switch database.dialect {
            case .sqlite:
                """
                SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
                WHERE m.type = 'table' AND c.name = 'organization_id'
                """
            case .postgres:
                """
                SELECT table_name FROM information_schema.columns
                WHERE table_schema = current_schema() AND column_name = 'organization_id'
                """
            }
        let tables = try await database.transaction(writing: false) { session in
            try session.rows(query).map { row in
                var columns = row.columns
                return try columns.next(String.self)
            }
        }
        #expect(tables.filter { $0 != "audit" }.sorted() == PurgedTable.all.map(\.name.text).sorted())
    }

    @Test(arguments: Engine.available)
    func `AZ-17 a purge takes all of one organization and nothing of another`(_ engine: Engine) async throws {
        let (house, other) = (try await SampleHouse(engine), Sample.organization(name: "Other"))
        for index in 0..<12 { _ = try await house.inviteByLetter("guest\(index)") }
        try await house.store.write { try $0.add(other) }
        try await join(house, "ada", of: other.id)
        let key = APIKey(
            id: Sample.id(), holder: .organization(house.organization.id), name: DisplayName(stored: "ci"),
            role: .admin, scopes: nil, createdAt: Sample.now, updatedAt: Sample.now, expiresAt: nil)
        let byKey = Sample.invitation(to: Sample.email("by.key"), in: house.organization.id, by: .key(key.id))
        try await house.store.write { tx in
            try tx.add(key, hash: "k", createdBy: house.owner.id)
            _ = try tx.add(byKey, codeHash: "by key", emailHash: "h")
            try tx.suppress("h", in: house.organization.id, at: Sample.now)
        }
        let id = house.organization.id
        #expect(try await house.store.write { try $0.purge(id, limit: 5) }, "nothing of what is not deleted")
        #expect(try await house.store.read { try $0.organization(id) } != nil)
        #expect(try await house.store.write { try $0.delete(id, at: Sample.now) })
        #expect(try await house.store.write { try $0.delete(id, at: Sample.now) } == false)
        #expect(try await house.store.write { try $0.beginPurge(deletedBefore: Sample.now - .milliseconds(1)) } == nil)
        #expect(try await house.store.write { try $0.beginPurge(deletedBefore: Sample.now) } == id)
        var batches = 1
        while try await house.store.write({ try $0.purge(id, limit: 5) }) == false { batches += 1 }
        #expect(batches > 4)
        #expect(try await house.store.read { try $0.knownOrganization(id) } == nil)
        #expect(try await house.store.read { try $0.organization(other.id) } != nil)
        #expect(try await house.store.read { try $0.apiKey(hash: "k", at: Sample.now) } == nil)
        let owner = house.owner.id
        #expect(try await house.store.read { try $0.user(owner) } != nil)
    }
}
