import Testing
import UsherDomain
import UsherTestKit
import UsherUseCases

/// Who was let in by links. That no statement reads a whole table is watched by `PlanRule`.
@Suite(.timeLimit(.minutes(15)))
struct JoinLinkUseTests {
    private func link(in house: SampleHouse) async throws -> JoinLink {
        let link = JoinLink(
            id: Sample.id(), organization: house.organization.id, role: .user, inviter: .user(house.owner.id),
            maximumUses: 100, allowedDomains: [],
            redirectURI: Sample.url, expiresAt: Sample.now + .days(30), createdAt: Sample.now, updatedAt: Sample.now)
        try await house.store.write { try $0.add(link, hash: link.id.rawValue) }
        return link
    }

    private func use(_ link: JoinLink, _ house: SampleHouse, by local: String, at now: Timestamp) async throws {
        let offer = try await house.invite(local).invitation
        #expect(try await house.store.write { try $0.use(link.id, in: link.organization, for: offer.id, at: now) })
    }

    @Test(arguments: Engine.available)
    func `INV-28 uses come page by page, newest first, each once, while others come in`(
        _ engine: Engine
    ) async throws {
        let house = try await SampleHouse(engine)
        let (link, other) = (try await link(in: house), try await link(in: house))
        // Three of each moment: the invitation's id decides then.
        for number in 0..<23 {
            try await use(link, house, by: "p\(number)", at: Sample.now + .seconds(Int64(number / 3)))
        }
        try await use(other, house, by: "other", at: Sample.now + .seconds(3))
        let first = try await house.store.read {
            try $0.uses(of: link.id, in: link.organization, after: nil, limit: 1000)
        }
        #expect(first.count == 23)
        let places = first.map { ($0.usedAt.milliseconds, $0.invitation.rawValue) }
        #expect(zip(places, places.dropFirst()).allSatisfy { $0 > $1 })
        for limit in [1, 4, 23, 24] {
            var found: [JoinLinkUse] = []
            var after: PageCursor<Invitation>?
            while found.count < 100 {
                let page = try await house.store.read { [after] tx in
                    try tx.uses(of: link.id, in: link.organization, after: after, limit: limit)
                }
                guard let last = page.last else { break }
                found += page
                after = PageCursor(createdAt: last.usedAt, id: last.invitation)
                if found.count < 8 {
                    try await use(
                        link, house, by: "late\(limit)-\(found.count)", at: Sample.now + .minutes(Int64(limit)))
                }
            }
            // What came in meanwhile is newer than any page that was still to come.
            #expect(found.filter { first.contains($0) } == first)
            #expect(Set(found.map(\.invitation)).count == found.count)
        }
        let foreign = try await house.store.read {
            try $0.uses(of: link.id, in: Sample.id(), after: nil, limit: 10)
        }
        #expect(foreign.isEmpty, "AZ-16")
        let others = try await house.store.read {
            try $0.uses(of: other.id, in: other.organization, after: nil, limit: 9)
        }
        #expect(others.map(\.email.typed) == [Sample.email("other").typed])
    }
}
