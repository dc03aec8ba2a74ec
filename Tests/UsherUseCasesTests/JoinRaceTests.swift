import Testing
import UsherDomain
import UsherSQL
import UsherTestKit
import UsherText
import UsherUseCases

/// What many do at once to the ways in: links, domains, requests, seats.
@Suite(.timeLimit(.minutes(15)))
struct JoinRaceTests {
    // MARK: Links

    enum End: CaseIterable, Sendable { case withdrawn, expired }

    @Test(arguments: Engine.available, End.allCases)
    func `CON-14 INV-28 of joining by a link and its end each use is an offer, and none comes after the end`(
        _ engine: Engine, _ end: End
    ) async throws {
        let world = try await World(engine, quotas: .off)
        for round in 0..<4 {
            let made = try await world.link(life: .hours(1))
            // A proof lives shorter than the shortest link.
            world.clock.advance(by: .minutes(55))
            var proofs: [Secret] = []
            for number in 0..<20 {
                proofs.append(try await world.proof(made.secret, "p\(number).\(round)@example.org"))
            }
            let (secrets, before) = (proofs, try await world.all().count)
            if end == .expired {
                world.clock.advance(by: made.link.expiresAt - world.clock.now() - .milliseconds(12))
            }
            world.clock.tick()
            let outcomes = try await verdicts(of: 24) { index in
                if index < 20 {
                    _ = try await world.prove(secrets[index])
                } else if end == .withdrawn {
                    try await world.revokeLink(made)
                }
            }
            #expect(outcomes.allSatisfy { $0 == nil || $0 == .joinLinkEnded }, "\(outcomes)")
            let joined = outcomes[..<20].count { $0 == nil }
            #expect(try await world.uses(of: made) == joined)
            #expect(try await world.all().count - before == joined, "nothing is left of who came too late")
            let found = try await world.useCases.findJoinLink(
                made.link.id, in: world.organization.id, as: world.caller(world.admin))
            #expect(found.uses.count == joined)
            if end == .withdrawn {
                #expect(found.uses.allSatisfy { $0.status == .revoked }, "\(found.uses.map(\.status))")
            } else {
                #expect(found.uses.allSatisfy { $0.usedAt < made.link.expiresAt })
            }
        }
    }

    // MARK: Domains

    @Test(arguments: Engine.available)
    func `AZ-13 of joining by a domain and its removal nobody comes in after it`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        for round in 0..<4 {
            let domain = try await world.prove("d\(round).example.org", joining: .join)
            var people: [User] = []
            for number in 0..<20 { people.append(try await world.account("p\(number)@d\(round).example.org")) }
            let (all, admin) = (people, try await world.caller(world.admin))
            let outcomes = try await verdicts(of: 24) { index in
                // Those before have read that there is the domain, and wait for the lock.
                if !(6..<10).contains(index) {
                    let user = all[index < 6 ? index : index - 4]
                    guard case .joined = try await world.enter(user) else { throw Refusal.requestNotOpen }
                } else {
                    try await world.useCases.domains.remove(
                        domain.id, from: world.organization.id, as: admin, facts: World.facts)
                }
            }
            #expect(
                (outcomes[..<6] + outcomes[10...]).allSatisfy { $0 == nil || $0 == .organizationNotFound },
                "\(outcomes)")
            #expect(outcomes[6..<10].count { $0 == nil } == 1, "\(outcomes)")
            for (index, user) in people.enumerated() {
                #expect((try await world.role(of: user.id) != nil) == (outcomes[index < 6 ? index : index + 4] == nil))
            }
            // Both are done under the organization's lock, so the log is in their order.
            let late = try await world.database.base.snapshot { session in
                try session.rows(
                    """
                    SELECT id FROM audit WHERE actor = \("domain:\(domain.id)") AND sequence > (
                        SELECT sequence FROM audit WHERE action = 'domain.removed' AND subject = \(domain.id))
                    """
                ).count
            }
            #expect(late == 0)
        }
    }

    // MARK: Requests

    @Test(arguments: Engine.available)
    func `of approving, refusing and taking back a request to join one counts`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        _ = try await world.prove("example.org", joining: .request)
        for round in 0..<6 {
            let ada = try await world.account("ada\(round)@example.org")
            let request = try await world.request(ada)
            _ = try await world.takeNotices()
            let (admin, person) = (try await world.caller(world.admin), try await world.caller(ada))
            let (requests, id) = (world.useCases.joinRequests, world.organization.id)
            let outcomes = try await verdicts(of: 21) { index in
                switch index % 3 {
                case 0:
                    _ = try await requests.approve(
                        request.id, in: id, role: .success(nil), as: admin, facts: World.facts)
                case 1: _ = try await requests.refuse(request.id, in: id, as: admin, facts: World.facts)
                default: try await world.useCases.joinByDomain.withdraw(from: id, as: person, facts: World.facts)
                }
            }
            let counts = (0..<3).map { kind in stride(from: kind, to: 21, by: 3).count { outcomes[$0] == nil } }
            // Deciding twice alike is no error; taking back is done once.
            #expect([[7, 0, 0], [0, 7, 0], [0, 0, 1]].contains(counts), "\(counts)")
            let status: JoinRequest.Status = counts[0] > 0 ? .approved : counts[1] > 0 ? .refused : .withdrawn
            #expect(try await world.requests(status: status).contains { $0.request.id == request.id })
            #expect(
                try await world.audited(request: request) == [
                    "join_request.created", "join_request.\(status.rawValue)",
                ])
            #expect((try await world.role(of: ada.id) != nil) == (status == .approved))
            #expect(try await world.takeNotices().count == (status == .withdrawn ? 0 : 1))
        }
    }

    @Test(arguments: Engine.available)
    func `of ten who approve a new link and ten who refuse it one kind counts`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        for round in 0..<5 {
            let request = try await world.requested("late\(round)@example.org")
            let (caller, id) = (try await world.caller(world.admin), world.organization.id)
            let outcomes = try await verdicts(of: 20) { index in
                if index.isMultiple(of: 2) {
                    _ = try await world.useCases.approveRequest(request, in: id, as: caller, facts: World.facts)
                } else {
                    _ = try await world.useCases.refuseRequest(request, in: id, as: caller, facts: World.facts)
                }
            }
            let approved = stride(from: 0, to: 20, by: 2).count { outcomes[$0] == nil }
            let refused = stride(from: 1, to: 20, by: 2).count { outcomes[$0] == nil }
            #expect((approved == 10 && refused == 0) || (approved == 0 && refused == 10), "\(approved) \(refused)")
            #expect(try await world.waitingLetters().count == (approved > 0 ? 1 : 0))
            #expect(try await world.openRequests().isEmpty)
        }
    }

    // MARK: Seats

    @Test(arguments: Engine.available, [nil, 20] as [Int?])
    func `CON-07 of acceptances and a limit that is set or lowered the members are counted, and the ledger is true`(
        _ engine: Engine, _ limit: Int?
    ) async throws {
        for _ in 0..<3 {
            let world = try await World(engine, quotas: .off)
            let (id, owner) = (world.organization.id, try await world.caller(world.owner))
            try await world.setLimit(limit, as: owner)
            for number in 0..<10 { try await world.send("new\(number)@example.org") }
            try await world.send("last@example.org")
            let outcomes = try await verdicts(of: 20) { index in
                if index < 10 {
                    try await world.accept("new\(index)@example.org")
                } else {
                    try await world.setLimit(8, as: owner)
                }
            }
            let joined = outcomes[..<10].count { $0 == nil }
            #expect(joined >= 5 && outcomes[10...].allSatisfy { $0 == nil }, "\(outcomes)")
            #expect(outcomes[..<10].allSatisfy { $0 == nil || $0 == .seatLimitReached }, "\(outcomes)")
            let seats = try await world.seats()
            #expect(seats.limit == 8 && seats.used == 3 + joined && seats.held == 11 - joined)
            #expect(try await world.store.read { try $0.seatDrift(in: nil, limit: 10) }.isEmpty)
            let last = try await refusal { try await world.accept("last@example.org") }
            #expect(last == .seatLimitReached)
            let after = try await refusal { try await world.send("more@example.org") }
            #expect(after == .seatLimitReached)
            #expect(try await world.store.read { try $0.seats(of: id, at: world.clock.now()) }?.waiting == 0)
        }
    }

    @Test(arguments: Engine.available)
    func `CON-07 two seats freed at once go to the two who wait longest, and to none twice`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine, quotas: .off)
        try await world.limit(to: 5, waitlist: true)
        for number in 0..<10 {
            try await world.send("new\(number)@example.org")
            world.clock.advance(by: .milliseconds(1))
        }
        let owner = try await world.caller(world.owner)
        let first = try await world.find("new0@example.org").id
        let code = try world.code(for: "new1@example.org")
        let outcomes = try await verdicts(of: 20) { index in
            switch index {
            case 0:
                try await world.useCases.revokeInvitation(
                    first, in: world.organization.id, as: owner, facts: World.facts)
            case 1:
                try await world.useCases.declineInvitation(code: code, reason: nil, report: false, facts: World.facts)
            default: _ = try await world.useCases.fillSeats()
            }
        }
        #expect(outcomes.allSatisfy { $0 == nil }, "\(outcomes)")
        let ends: [Invitation.Status] = [.revoked, .declined, .pending, .pending]
        #expect(try await world.statuses(10) == ends + Array(repeating: .waitlisted, count: 6))
        #expect(try await world.due().map(\.recipient.wire).sorted() == ["new2@example.org", "new3@example.org"])
        #expect(try await world.seats() == SeatCount(limit: 5, used: 3, held: 2, waiting: 6, keepsWaitlist: true))
        for number in 2..<4 {
            let told = try await world.audited(world.find("new\(number)@example.org").id)
            #expect(told == ["invitation.created", "invitation.seated"])
        }
    }
}

extension World {
    fileprivate func setLimit(_ limit: Int?, as caller: Caller) async throws {
        var change = SettingsChange()
        change.seatLimit = .set(limit)
        _ = try await useCases.members.changeSettings(
            of: organization.id, .success(change), as: caller, facts: Self.facts)
    }
}
