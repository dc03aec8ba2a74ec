import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

extension World {
    fileprivate static let old = "Q7rT2mXbN4vK9sLpW3dZ8cYhJ"

    fileprivate func imported(
        _ number: Int, _ address: String, code: String? = nil, role: Role = .user, mailing: PlanRow.Mailing? = nil,
        expiresAt: Timestamp? = nil
    ) throws -> PlanRow {
        var row = PlanRow(
            number: number, input: PlanRow.Input(email: address), email: try EmailAddress(parsing: address), role: role,
            expiresAt: expiresAt)
        row.formerCodeHash = code.map(effects.hash)
        row.mailing = mailing ?? (code == nil ? .send : .hold)
        return row
    }

    /// By the operator, in the name of a member, to the end.
    fileprivate func takeIn(_ rows: [PlanRow], as user: User? = nil) async throws -> [PlanRow] {
        let target = try WebURL(parsing: "https://app.example.com", field: "app_url")
        var request = PlanInvitations.Request(
            organization: organization.id, caller: .session(user: (user ?? owner).id, hash: ""),
            draft: .success(PlanDraft(appURL: target, redirectURI: target, rows: rows)),
            facts: RequestFacts(id: "", peer: ""))
        request.isByOperator = true
        let plan = try await useCases.planInvitations(request).plan.id
        _ = try await useCases.applyPlan.byOperator(plan, in: organization.id, inTheNameOf: (user ?? owner).id)
        while case .worked = try await useCases.advancePlans(node: "node") {}
        let id = organization.id
        return try await store.read { try $0.planRows(PlanRowSelection(plan: plan, organization: id, limit: 1000)) }
    }

    fileprivate func open(_ code: String) async throws -> InvitationPage {
        try await useCases.openInvitation(code: code, as: nil)
    }

    fileprivate func waiting() async throws -> Int {
        let now = clock.now()
        return try await store.read { try $0.outboxDepth(at: now).waiting }
    }

    fileprivate func invitation(of row: PlanRow) async throws -> Invitation {
        let (id, organization) = (try #require(row.invitation), organization.id)
        return try #require(try await store.read { try $0.invitation(id, in: organization) })
    }

    fileprivate func resend(_ id: ID<Invitation>) async throws {
        _ = try await useCases.resendInvitation(
            ResendInvitation.Request(
                invitation: id, organization: organization.id, caller: try await caller(owner), idempotency: nil,
                facts: Self.facts, patience: .seconds(1)))
    }
}

extension InvitationPage {
    fileprivate var name: String { String("\(self)".prefix { $0 != "(" }) }
}

/// Invitations of other systems, with the links that people have from there.
@Suite struct ImportTests {
    @Test(arguments: Engine.available)
    func `INV-29 an old link opens the invitation and joins, and no letter goes out`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let rows = try await world.takeIn([
            world.imported(1, "ada@example.org", code: World.old, role: .admin),
            world.imported(2, "grace@example.org"), world.imported(3, "held@example.org", mailing: .hold),
        ])
        #expect(rows.map(\.outcome) == [.imported, .invited, .imported])
        #expect(rows.allSatisfy { $0.state == .done })
        #expect(try await world.waiting() == 1)
        let ada = try await world.invitation(of: rows[0])
        #expect(ada.inviter == .user(world.owner.id) && ada.status == .pending && ada.role == .admin)
        // Looking is looking, however often.
        for _ in 0..<3 { #expect(try await world.open(World.old).name == "newPerson") }
        let joined = try await world.useCases.acceptInvitation.asNewPerson(
            code: World.old, name: nil, password: Password(parsing: "a long enough password"), check: { _, _, _ in },
            facts: World.facts)
        #expect(joined.offer.invitation.id == ada.id)
        let user = try #require(joined.session?.session.user)
        #expect(try await world.role(of: user) == .admin)
        #expect(try await world.open(World.old).name == "used")
        await #expect(throws: Refusal.invitationUsed) {
            _ = try await world.useCases.acceptInvitation.asNewPerson(
                code: World.old, name: nil, password: Password(parsing: "a long enough password"),
                check: { _, _, _ in }, facts: World.facts)
        }
    }

    @Test(arguments: Engine.available)
    func `INV-29 a newer letter ends the old link, and so do revoking and time`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let codes = ["resent", "revoked", "expired", "declined"].map { World.old + $0 }
        let rows = try await world.takeIn(
            zip(["a", "b", "c", "d"], codes).enumerated().map {
                try world.imported($0.offset + 1, "\($0.element.0)@example.org", code: $0.element.1)
            })
        let ids = rows.compactMap(\.invitation)
        world.clock.advance(by: .minutes(2))
        try await world.resend(ids[0])
        #expect(try await world.open(codes[0]).name == "superseded")
        #expect(try await world.open(try world.code(for: "a@example.org")).name == "newPerson")
        await #expect(throws: Refusal.invitationNotFound) {
            _ = try await world.useCases.acceptInvitation.asNewPerson(
                code: codes[0], name: nil, password: Password(parsing: "a long enough password"),
                check: { _, _, _ in }, facts: World.facts)
        }
        _ = try await world.useCases.revokeInvitation(
            ids[1], in: world.organization.id, as: world.caller(world.owner), facts: World.facts)
        #expect(try await world.open(codes[1]).name == "withdrawn")
        try await world.useCases.declineInvitation(code: codes[3], reason: nil, report: false, facts: World.facts)
        #expect(try await world.invitation(of: rows[3]).status == .declined)
        world.clock.advance(by: .days(8))
        #expect(try await world.open(codes[2]).name == "expired")
        #expect(try await world.open("Q7rT2mXbN4vK9sLpW3dZ8cYhJnobody").name == "unknown")
    }

    @Test(arguments: Engine.available, Engine.available)
    func `INV-29 old links that work move with their organization, and others do not`(
        _ from: Engine, _ to: Engine
    ) async throws {
        let source = try await World(from)
        let codes = ["open", "resent", "revoked", "waiting"].map { World.old + $0 }
        let rows = try await source.takeIn(
            zip(["a", "b", "c"], codes).enumerated().map {
                try source.imported($0.offset + 1, "\($0.element.0)@example.org", code: $0.element.1)
            })
        let (id, ids) = (source.organization.id, rows.compactMap(\.invitation))
        source.clock.advance(by: .minutes(2))
        try await source.resend(ids[1])
        _ = try await source.useCases.revokeInvitation(
            ids[2], in: id, as: source.caller(source.owner), facts: World.facts)
        let records = try await source.export(id)
        #expect(records.compactMap { $0.text("former_code_hash") } == [source.effects.hash(codes[0])])

        let target = try await World(to)
        #expect(try await target.take(records).open == 2)
        #expect(try await target.open(codes[0]).name == "newPerson")
        for dead in codes[1...] { #expect(try await target.open(dead).name == "unknown") }
        let joined = try await target.useCases.acceptInvitation.asNewPerson(
            code: codes[0], name: nil, password: Password(parsing: "a long enough password"), check: { _, _, _ in },
            facts: World.facts)
        #expect(joined.offer.invitation.id == ids[0] && joined.offer.organization.id == id)

        // Where the code is another invitation's already, nothing is taken in.
        let other = try await World(to)
        _ = try await other.takeIn([other.imported(1, "eve@example.org", code: codes[0])])
        await #expect(throws: ImportProblem.self) { try await other.take(records) }
        #expect(try await other.store.read { try $0.isKnown(id) } == false)
    }

    @Test(arguments: Engine.available)
    func `INV-29 of twenty who join by one old link at once one does`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let rows = try await world.takeIn([world.imported(1, "ada@example.org", code: World.old)])
        let (hash, email, now) = (
            world.effects.hash(World.old), try EmailAddress(parsing: "ada@example.org"), world.clock.now()
        )
        let owner = world.owner.id
        let wins = try await race(20) { _ in
            try await world.store.write {
                try $0.accept(codeHash: hash, by: email, user: owner, at: now)
            } != nil
        }
        #expect(wins.filter { $0 }.count == 1)
        #expect(try await world.invitation(of: rows[0]).status == .accepted)
    }

    @Test(arguments: Engine.available)
    func `INV-29 a second import leaves alone what is there, and no code leads to two`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let first = try await world.takeIn([world.imported(1, "ada@example.org", code: World.old)])
        let again = try await world.takeIn([
            world.imported(1, "ada@example.org", code: World.old),
            world.imported(2, "grace@example.org", code: World.old),
            world.imported(3, "linus@example.org", code: World.old + "x"),
            world.imported(4, "mary@example.org", code: World.old + "x"),
        ])
        #expect(again.map(\.outcome) == [.pending, .invalid, .imported, .invalid])
        #expect(again.map(\.reason) == [nil, "code_known", nil, "code_known"])
        #expect(try await world.invitation(of: first[0]).status == .pending)
    }

    @Test(arguments: Engine.available)
    func `INV-29 rules hold for who comes from elsewhere`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let now = world.clock.now()
        var gone = try world.imported(5, "gone@example.org").judged(.notPending, reason: "accepted")
        gone.mailing = .send
        let rows = try await world.takeIn(
            [
                world.imported(1, "boss@example.org", code: World.old, role: .owner),
                world.imported(2, "member@example.com"),
                world.imported(3, "soon@example.org", code: World.old + "s", expiresAt: now + .minutes(10)),
                world.imported(4, "late@example.org", code: World.old + "l", expiresAt: now + .days(300)), gone,
            ], as: world.admin)
        #expect(rows.map(\.outcome) == [.aboveCeiling, .alreadyMember, .imported, .imported, .notPending])
        #expect(rows[4].state == .unneeded)
        #expect(try await world.invitation(of: rows[2]).expiresAt == now + .hours(1))
        #expect(try await world.invitation(of: rows[3]).expiresAt == now + .days(90))
        // A member who is no admin vouches for nobody, not even by the operator.
        await #expect(throws: Refusal.roleTooLow(needed: .planCreate)) {
            _ = try await world.takeIn([try world.imported(1, "x@example.org")], as: world.member)
        }
    }
}

extension ImportTests {
    @Test(arguments: Engine.available)
    func `INV-29 with a letter both links open, and whichever is used first is the one`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let rows = try await world.takeIn([
            world.imported(1, "ada@example.org", code: World.old, mailing: .send)
        ])
        #expect(rows.map(\.outcome) == [.invited])
        let id = try #require(rows[0].invitation)
        let new = world.effects.code(of: id, generation: 1)
        #expect(try await world.open(World.old).name == "newPerson")
        #expect(try await world.open(new).name == "newPerson")
        _ = try await world.useCases.acceptInvitation.asNewPerson(
            code: new, name: nil, password: Password(parsing: "a long enough password"), check: { _, _, _ in },
            facts: World.facts)
        #expect(try await world.open(World.old).name == "used")
    }

    /// The ledger of seats and old links cost no statement more: the texts of a send are the same with a limit that was
    /// taken away again as without one.
    @Test(arguments: Engine.available)
    func `CON-07 an ordinary send runs the same statements with a ledger as without`(_ engine: Engine) async throws {
        let (plain, kept) = (try await World(engine), try await World(engine))
        let (id, now) = (kept.organization.id, kept.clock.now())
        try await kept.store.write { try $0.keepSeatLedger(of: id, limit: 100, at: now) }
        var found: [Set<String>] = []
        for world in [plain, kept] {
            try await world.send("first@example.org")
            let before = world.database.statements
            try await world.send("second@example.org")
            #expect(world.database.statements == before, "nothing that the first did not run")
            found.append(before)
        }
        #expect(
            found[1].subtracting(found[0]).allSatisfy { $0.contains("seat_movements") || $0.contains("seats_since") })
    }
}
