import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// Asking for a new link by a dead one, and what an admin makes of it.
@Suite(.timeLimit(.minutes(15)))
struct RequestTests {
    // MARK: Asking

    /// Recovery of dead links: the inviter is told, once a day, and nobody else.
    @Test(arguments: Engine.available)
    func `who holds an expired link asks, and the inviter gets one letter a day`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let code = try await world.expired("late@example.org")
        #expect(try await world.ask(code) == .asked)
        let notice = try #require(world.notices.first)
        #expect(notice.letter.recipient == world.admin.email)
        #expect(notice.notice.kind == .newLinkRequested)
        #expect(notice.notice.person == "late@example.org")
        let request = try #require(try await world.openRequests().first)
        #expect(notice.notice.path == "/request/\(world.organization.id)/\(request.id)")
        #expect(request.otherEmail == nil)

        world.clock.advance(by: InvitationRequest.interval - .milliseconds(1))
        #expect(try await world.ask(code) == .asked, "the same answer")
        #expect(world.notices.count == 1, "and no second letter")
        world.clock.advance(by: .milliseconds(1))
        #expect(try await world.ask(code) == .asked)
        #expect(world.notices.count == 2)
        #expect(try await world.openRequests().map(\.id) == [request.id], "one request for one invitation")
    }

    @Test(arguments: Engine.available)
    func `of twenty who ask at once by one link one makes a request and a letter`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let code = try await world.expired("late@example.org")
        let answers = try await withThrowingTaskGroup(of: AskForInvitation.Answer.self) { group in
            for _ in 0..<20 { group.addTask { try await world.ask(code) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers == Array(repeating: .asked, count: 20))
        #expect(try await world.openRequests().count == 1)
        #expect(world.notices.count == 1)
    }

    @Test(arguments: Engine.available)
    func `what works, or was ended by somebody, is not asked for, and an unknown code is refused`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        try await world.send("open@example.org")
        #expect(try await world.ask(world.code(for: "open@example.org")) == .nothingToAsk)
        try await world.send("withdrawn@example.org")
        let withdrawn = try #require(try await world.invitation("withdrawn@example.org"))
        try await world.useCases.revokeInvitation(
            withdrawn.id, in: world.organization.id, as: world.caller(world.admin), facts: World.facts)
        #expect(try await world.ask(world.code(for: "withdrawn@example.org")) == .nothingToAsk)
        let unknown = world.effects.newSecret()
        await #expect(throws: Refusal.invitationNotFound) { try await world.ask(unknown) }
        await #expect(throws: Refusal.invitationNotFound) { try await world.ask("short") }
        #expect(world.notices.isEmpty)
        #expect(try await world.openRequests().isEmpty)
    }

    /// The answer tells neither that somebody joined nor that they do not want to be invited.
    @Test(arguments: Engine.available)
    func `a member, and who wants no more invitations, cause no letter, and the answer is the same`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        try await world.send("joined@example.org")
        let joined = try world.code(for: "joined@example.org")
        try await world.accept("joined@example.org")
        #expect(try await world.ask(joined) == .asked)

        let code = try await world.expired("quiet@example.org")
        let (hash, id) = (
            world.effects.emailHash(try EmailAddress(parsing: "quiet@example.org")), world.organization.id
        )
        let now = world.clock.now()
        try await world.store.write { try $0.suppress(hash, in: id, at: now) }
        #expect(try await world.ask(code) == .asked)
        #expect(world.notices.isEmpty)
        #expect(try await world.openRequests().isEmpty)
    }

    @Test(arguments: Engine.available)
    func `one caller's address asks so often, whatever it holds`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let code = try await world.expired("late@example.org")
        for _ in 0..<20 { #expect(try await world.ask(code) == .asked) }
        await #expect {
            try await world.ask(code)
        } throws: {
            if case .limited(let quota, _)? = $0 as? Refusal { quota.name == .request } else { false }
        }
        let other = RequestFacts(id: "other", peer: "192.0.2.9")
        #expect(try await world.useCases.askForInvitation(code: code, as: nil, facts: other) == .asked)
    }

    // MARK: Deciding

    /// State H: the letter goes to the invited address only, and its link works.
    @Test(arguments: Engine.available)
    func `an approved request sends a new link to the invited address, and twice sends one`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let request = try await world.requested("late@example.org")
        let owner = try await world.caller(world.owner)
        for _ in 0..<2 {
            let decided = try await world.useCases.approveRequest(
                request, in: world.organization.id, as: owner, facts: World.facts)
            #expect(decided.request.status == .approved)
        }
        let letters = try await world.waitingLetters()
        #expect(letters.map(\.recipient.typed) == ["late@example.org"])
        let code = try #require(letters.first.flatMap { world.code(in: $0) })
        let joined = try await world.useCases.acceptInvitation.asNewPerson(
            code: code, name: nil, password: Password(parsing: "a long enough password"), check: { _, _, _ in },
            facts: World.facts)
        #expect(joined.offer.invitation.inviter == .user(world.owner.id), "who approves answers for it")
        #expect(try await world.openRequests().isEmpty)
    }

    @Test(arguments: Engine.available)
    func `of twenty who approve at once one sends the letter`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let request = try await world.requested("late@example.org")
        let caller = try await world.caller(world.admin)
        let approved = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    (try? await world.useCases.approveRequest(
                        request, in: world.organization.id, as: caller, facts: World.facts)) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(approved == 20)
        #expect(try await world.waitingLetters().count == 1)
    }

    /// Of approve and refuse at once one holds.
    @Test(arguments: Engine.available)
    func `of approving and refusing at once exactly one holds, and a letter goes out only if it was approved`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        for round in 0..<5 {
            let request = try await world.requested("late\(round)@example.org")
            let (first, second) = (try await world.caller(world.admin), try await world.caller(world.owner))
            let id = world.organization.id
            async let approved = try? world.useCases.approveRequest(request, in: id, as: first, facts: World.facts)
            async let refused = try? world.useCases.refuseRequest(request, in: id, as: second, facts: World.facts)
            let (isApproved, isRefused) = await (approved != nil, refused != nil)
            #expect(isApproved != isRefused)
            #expect(try await world.waitingLetters().count == (isApproved ? 1 : 0))
        }
    }

    // AZ-06: the ceiling; AZ-03, AZ-09: who may.
    @Test(arguments: Engine.available)
    func `AZ-06 nobody approves a role above their own, no member approves, and no outsider learns of it`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let code = try await world.expired("boss@example.org", role: .owner, as: world.owner)
        _ = try await world.ask(code)
        let request = try #require(try await world.openRequests().first).id
        let id = world.organization.id
        let (admin, member) = (try await world.caller(world.admin), try await world.caller(world.member))
        await #expect(throws: Refusal.roleAboveOwn(own: .admin)) {
            try await world.useCases.approveRequest(request, in: id, as: admin, facts: World.facts)
        }
        await #expect(throws: Refusal.roleTooLow(needed: .requestApprove)) {
            try await world.useCases.approveRequest(request, in: id, as: member, facts: World.facts)
        }
        await #expect(throws: Refusal.roleTooLow(needed: .requestRefuse)) {
            try await world.useCases.refuseRequest(request, in: id, as: member, facts: World.facts)
        }
        let outsider = try await world.caller(try await world.account("outsider@example.org"))
        await #expect(throws: Refusal.notAMember) {
            try await world.useCases.approveRequest(request, in: id, as: outsider, facts: World.facts)
        }
        await #expect(throws: Refusal.requestNotFound) {
            try await world.useCases.findRequest(request, in: id, as: outsider)
        }
        await #expect(throws: Refusal.requestNotFound) {
            try await world.useCases.approveRequest(
                ID(rawValue: world.effects.newID()), in: id, as: admin, facts: World.facts)
        }
        #expect(try await world.openRequests().count == 1, "nothing was decided")
        #expect(try await world.waitingLetters().isEmpty)
    }

    @Test(arguments: Engine.available)
    func `a refused request sends nothing, stays refused, and may be asked anew the next day`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let code = try await world.expired("late@example.org")
        _ = try await world.ask(code)
        let request = try #require(try await world.openRequests().first).id
        let (id, admin) = (world.organization.id, try await world.caller(world.admin))
        for _ in 0..<2 {
            let decided = try await world.useCases.refuseRequest(request, in: id, as: admin, facts: World.facts)
            #expect(decided.request.status == .refused)
        }
        await #expect(throws: Refusal.requestNotOpen) {
            try await world.useCases.approveRequest(request, in: id, as: admin, facts: World.facts)
        }
        #expect(try await world.ask(code) == .asked)
        #expect(try await world.openRequests().isEmpty)
        #expect(try await world.waitingLetters().isEmpty)
        world.clock.advance(by: InvitationRequest.interval)
        #expect(try await world.ask(code) == .asked)
        #expect(try await world.openRequests().count == 1)
    }

    /// State D, wrong-account resolver: the other address is invited after approval only, and the first stays as it is.
    @Test(arguments: Engine.available)
    func `INV-04 who is signed in with another address asks to be invited there`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send("work@example.org")
        let code = try world.code(for: "work@example.org")
        let person = try await world.account("home@example.net")
        #expect(try await world.useCases.askForInvitation(code: code, as: person.id, facts: World.facts) == .asked)
        let request = try #require(try await world.openRequests().first)
        #expect(request.otherEmail?.typed == "home@example.net")
        #expect(world.notices.first?.notice.kind == .otherAddressRequested)
        #expect(try await world.waitingLetters().isEmpty, "nothing is sent before somebody approves")
        _ = try await world.useCases.approveRequest(
            request.id, in: world.organization.id, as: world.caller(world.admin), facts: World.facts)
        let letters = try await world.waitingLetters()
        #expect(letters.map(\.recipient.typed) == ["home@example.net"])
        #expect(try await world.invitation("work@example.org")?.status == .pending)
        let session = try await world.session(of: person)
        let theirs = try #require(letters.first.flatMap { world.code(in: $0) })
        _ = try await world.useCases.acceptInvitation.asSignedIn(code: theirs, session: session, facts: World.facts)
        #expect(try await world.role(of: person.id) == .user)
    }

    @Test(arguments: Engine.available)
    func `INV-05 an account that nobody proved cannot ask to be invited at its address`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send("work@example.org")
        let code = try world.code(for: "work@example.org")
        let person = try await world.account("home@example.net", verified: false)
        #expect(
            try await world.useCases.askForInvitation(code: code, as: person.id, facts: World.facts) == .nothingToAsk)
        #expect(try await world.openRequests().isEmpty)
    }

    /// State G: somebody used it and left; the invited address may be invited anew.
    @Test(arguments: Engine.available)
    func `a request for an address that was invited meanwhile is told so, and stays open`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let request = try await world.requested("late@example.org")
        try await world.send("late@example.org")
        let admin = try await world.caller(world.admin)
        await #expect(throws: Refusal.alreadyInvited) {
            try await world.useCases.approveRequest(
                request, in: world.organization.id, as: admin, facts: World.facts)
        }
        #expect(try await world.openRequests().map(\.id) == [request])
    }
}

extension World {
    /// The code of an invitation whose time ran out.
    func expired(_ address: String, role: Role = .user, as user: User? = nil) async throws -> String {
        try await send(address, role: role, as: user)
        let code = try code(for: address)
        clock.advance(by: InvitationLife.usual)
        return code
    }

    func ask(_ code: String, peer: String = "192.0.2.1") async throws -> AskForInvitation.Answer {
        try await useCases.askForInvitation(code: code, as: nil, facts: RequestFacts(id: "request", peer: peer))
    }

    /// An open request of somebody whose invitation expired.
    func requested(_ address: String) async throws -> ID<InvitationRequest> {
        _ = try await ask(try await expired(address))
        guard let request = try await openRequests().first else { throw Refusal.requestNotFound }
        return request.id
    }

    func openRequests() async throws -> [InvitationRequest] {
        let page = try await useCases.listRequests(
            of: organization.id, after: nil, limit: 100, as: try await caller(admin))
        return page.requests.map(\.request)
    }

    /// The notices that were left to be sent.
    var notices: [(letter: Letter, notice: Notice)] {
        dispatch.letters.compactMap { letter in
            if case .notice(let notice) = letter.content { (letter, notice) } else { nil }
        }
    }

    /// Takes the letters of invitations that were not handed over yet, whichever node they were left to.
    func waitingLetters() async throws -> [Letter] {
        let now = clock.now() + .seconds(31)
        let claimed = try await store.write {
            try $0.claimLetters(1000, lease: Lease(node: "claimer", until: now + .minutes(1)), at: now)
        }
        return claimed.filter { if case .invitation = $0.content { true } else { false } }
    }

    func code(in letter: Letter) -> String? {
        guard case .invitation(let about) = letter.content else { return nil }
        return effects.code(of: about.invitation, generation: about.generation)
    }
}
