import Testing
import UsherDomain
import UsherSQL
import UsherTestKit
import UsherUseCases

/// Lists by a role of the organization's own. That no statement reads a whole table is watched by `PlanRule`.
@Suite struct RoleListTests {
    @Test(arguments: Engine.available)
    func `members and invitations are found by a custom role, page by page, in its own organization`(
        _ engine: Engine
    ) async throws {
        let house = try await SampleHouse(engine)
        let id = house.organization.id
        let (scout, other) = (Sample.role("Scout", of: id), Sample.role("Other", of: id))
        let held = [HeldRole(.user, scout.assigned), HeldRole(.user, other.assigned), .user]
        let people = (0..<6).map { Sample.user("p\($0)") }
        let offers = (0..<6).map { number -> Invitation in
            var offer = Sample.invitation(to: Sample.email("o\(number)"), in: id, by: .user(house.owner.id))
            offer.customRole = held[number % 3].customRole
            return offer
        }
        try await house.store.write { tx in
            try tx.add(scout)
            try tx.add(other)
            for (number, user) in people.enumerated() {
                _ = try tx.add(user, passwordHash: nil)
                var made = Sample.membership(user.id, id)
                made.customRole = held[number % 3].customRole
                _ = try tx.add(made, from: nil)
                _ = try tx.add(offers[number], codeHash: "c\(number)", emailHash: "e\(number)")
            }
        }
        var wanted = InvitationFilter()
        wanted.customRole = scout.id
        let filter = wanted
        var found: [ID<Invitation>] = []
        var cursor: InvitationSelection.Cursor?
        repeat {
            let page = try await house.store.read { [cursor] tx in
                try tx.invitations(
                    InvitationSelection(
                        organization: id, filter, emailHash: nil, after: cursor, limit: 1, now: Sample.now))
            }
            found += page.map(\.id)
            cursor = page.last.map { InvitationSelection.Cursor(createdAt: $0.createdAt, id: $0.id) }
        } while cursor != nil
        #expect(Set(found) == [offers[0].id, offers[3].id] && found.count == 2)
        let members = try await house.store.read { tx in
            try tx.members(MemberSelection(organization: id, customRole: scout.id, limit: 100, now: Sample.now))
        }
        #expect(Set(members.map(\.user.id)) == [people[0].id, people[3].id])
        let foreign = try await house.store.read { tx in
            try tx.members(
                MemberSelection(organization: Sample.id(), customRole: scout.id, limit: 100, now: Sample.now))
        }
        #expect(foreign.isEmpty)
    }
}
