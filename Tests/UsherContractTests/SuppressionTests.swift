import Testing
import UsherDomain
import UsherTestKit
import UsherUseCases

/// The suppression list (EML-20, EML-21).
@Suite(.timeLimit(.minutes(15)))
struct SuppressionTests {
    private func suppression(
        _ house: SampleHouse, _ hash: String, _ source: Suppression.Source, at now: Timestamp = Sample.now
    ) -> Suppression {
        Suppression(organization: house.organization.id, emailHash: hash, source: source, createdAt: now)
    }

    @Test(arguments: Engine.available)
    func `EML-20 what the owner of an address asked for is lifted by no other, whoever was first`(
        _ engine: Engine
    ) async throws {
        let house = try await SampleHouse(engine)
        let id = house.organization.id
        let (admin, invitee) = (suppression(house, "h", .admin), suppression(house, "h", .invitee))
        #expect(try await house.store.write { try $0.add(admin) })
        #expect(try await house.store.write { try $0.add(admin) } == false)
        #expect(try await house.store.write { try $0.add(invitee) }, "the owner takes it over")
        #expect(try await house.store.write { try $0.add(admin) } == false)
        #expect(try await house.store.read { try $0.suppression(of: "h", in: id)?.source } == .invitee)
        let remove: @Sendable (Set<Suppression.Source>) async throws -> Bool = { sources in
            try await house.store.write { try $0.removeSuppression(of: "h", in: id, from: sources) }
        }
        #expect(try await remove([.admin]) == false)
        #expect(try await remove([]) == false)
        #expect(try await race(20) { _ in try await remove([.admin, .invitee]) }.wins == 1)
        #expect(try await house.store.read { try $0.suppression(of: "h", in: id) } == nil)
    }

    @Test(arguments: Engine.available)
    func `EML-20 of twenty who ask at once one is new, and an owner among them wins`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let new = try await race(20) { index in
            let one = suppression(house, "h", index == 7 ? .invitee : .admin)
            return try await house.store.write { try $0.add(one) }
        }
        #expect((1...2).contains(new.wins))
        let found = try await house.store.read { try $0.suppressions(in: house.organization.id, after: nil, limit: 9) }
        #expect(found.map(\.source) == [.invitee])
    }

    @Test(arguments: Engine.available)
    func `the list is of one organization, newest first, without a gap or a repetition`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let other = Sample.organization(name: "Other")
        try await house.store.write { tx in
            try tx.add(other)
            for index in 0..<10 {
                let now = Sample.now + .seconds(Int64(index / 3))
                _ = try tx.add(suppression(house, "h\(index)", .admin, at: now))
            }
            _ = try tx.add(
                Suppression(organization: other.id, emailHash: "x", source: .admin, createdAt: Sample.now))
        }
        var (seen, after): ([Suppression], SuppressionCursor?) = ([], nil)
        repeat {
            let place = after
            let page = try await house.store.read {
                try $0.suppressions(in: house.organization.id, after: place, limit: 4)
            }
            seen += page
            after =
                page.count == 4
                ? page.last.map { SuppressionCursor(createdAt: $0.createdAt, emailHash: $0.emailHash) } : nil
        } while after != nil
        #expect(seen.map(\.emailHash) == ["h9", "h8", "h7", "h6", "h5", "h4", "h3", "h2", "h1", "h0"])
    }
}
