import Testing
import UsherDomain
import UsherTestKit
import UsherUseCases

@Suite(.timeLimit(.minutes(15)))
struct InvitationListTests {
    @Test(arguments: Engine.available)
    func `pages follow each other, newest first, without a gap or a repetition`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        // Three of each moment, so that a page ends between equals.
        for index in 0..<10 {
            _ = try await house.invite("guest\(index)", at: Sample.now + .seconds(Int64(index / 3)))
        }
        var seen: [Invitation] = []
        var selection = InvitationSelection(organization: house.organization.id, limit: 4, now: Sample.now)
        while true {
            let page = try await house.store.read { [selection] in try $0.invitations(selection) }
            seen += page
            guard let last = page.last, page.count == selection.limit else { break }
            selection.after = .init(createdAt: last.createdAt, id: last.id)
        }
        #expect(seen.count == 10)
        #expect(Set(seen.map(\.id)).count == 10)
        #expect(seen.map(\.createdAt) == seen.map(\.createdAt).sorted(by: >))
    }

    @Test(arguments: Engine.available)
    func `statuses are those of the moment, and ends that nobody asks for stay out`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let open = try await house.invite("open").invitation
        let overdue = try await house.invite("overdue", lasting: .hours(1)).invitation
        let revoked = try await house.invite("revoked").invitation
        let now = Sample.now + .hours(2)
        #expect(try await house.store.write { try $0.revoke(revoked.id, in: house.organization.id, at: now) })
        let list: @Sendable (Set<Invitation.Status>?) async throws -> Set<ID<Invitation>> = { statuses in
            let selection = InvitationSelection(
                organization: house.organization.id, statuses: statuses, limit: 10, now: now)
            return Set(try await house.store.read { try $0.invitations(selection) }.map(\.id))
        }
        #expect(try await list(nil) == [open.id, overdue.id])
        #expect(try await list([.pending]) == [open.id])
        #expect(try await list([.expired]) == [overdue.id])
        #expect(try await list([.revoked, .expired]) == [overdue.id, revoked.id])
        #expect(try await list(Set(Invitation.Status.allCases)) == [open.id, overdue.id, revoked.id])
        #expect(try await list([]) == [])
    }
}
