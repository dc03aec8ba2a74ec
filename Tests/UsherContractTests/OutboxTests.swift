import Testing
import UsherDomain
import UsherSQL
import UsherTestKit
import UsherUseCases

/// When the leases of the samples are over.
private let later = Sample.now + .minutes(2)

/// Letters: each goes to one node at a time, and only while it may be sent.
@Suite(.timeLimit(.minutes(15)))
struct OutboxTests {
    @Test(arguments: Engine.available)
    func `CON-13 four workers take each letter once`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        for index in 0..<60 { _ = try await house.inviteByLetter("guest\(index)") }
        let claims = try await race(4) { worker in
            var ids: [ID<Letter>] = []
            for _ in 0..<20 {
                let lease = Sample.lease("worker\(worker)", at: later)
                ids += try await house.store.write { try $0.claimLetters(5, lease: lease, at: later) }.map(\.id)
            }
            return ids
        }
        let taken = claims.flatMap(\.self)
        #expect(Set(taken).count == taken.count)
        let rest = try await house.store.write {
            try $0.claimLetters(100, lease: Sample.lease("last", at: later), at: later).map(\.id)
        }
        #expect(Set(taken + rest).count == 60)
        #expect(taken.count + rest.count == 60)
    }

    @Test(arguments: Engine.available)
    func `a notice comes out as it was put in`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let notice = Notice(
            .newLinkRequested, organization: house.organization.id, organizationName: house.organization.name,
            person: "guest@example.org", role: .admin, until: later, path: "/invitation/request?i=1&x=\u{201C}")
        let letter = Letter(
            id: Sample.id(), recipient: Sample.email("owner"), locale: "de", notAfter: nil, createdAt: Sample.now,
            content: .notice(notice))
        let claimed = try await house.store.write { tx in
            try tx.enqueue(letter, lease: Sample.lease(), at: Sample.now)
            return try tx.claimLetters(5, lease: Sample.lease("other", at: later), at: later)
        }
        guard case .notice(let found) = try #require(claimed.first).content else {
            Issue.record("no notice")
            return
        }
        #expect(claimed.count == 1 && found == notice)
    }

    @Test(arguments: Engine.available)
    func `CRS-14 a clock that was set back keeps no letter asleep`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let (_, delayed) = try await house.inviteByLetter("delayed")
        let (_, leased) = try await house.inviteByLetter("leased")
        _ = try await house.store.write {
            try $0.settle(
                delayed, lease: Sample.lease(), as: .delayed(until: later, code: 451, reason: "later"), at: Sample.now)
        }
        let claim: @Sendable (Timestamp) async throws -> Set<ID<Letter>> = { now in
            try await house.store.write { tx in
                Set(try tx.claimLetters(10, lease: Lease(node: "other", until: now + .seconds(90)), at: now).map(\.id))
            }
        }
        // Minutes are what a pause and a lease may take.
        #expect(try await house.store.write { try $0.shortenWaits(at: Sample.now - .minutes(1)) } == 0)
        let dayBefore = Sample.now - .days(1)
        #expect(try await claim(dayBefore).isEmpty)
        #expect(try await house.store.write { try $0.shortenWaits(at: dayBefore) } == 2)
        #expect(try await claim(dayBefore) == [delayed.id, leased.id])
        #expect(try await house.store.write { try $0.shortenWaits(at: dayBefore) } == 0)
    }

    @Test(arguments: Engine.available)
    func `CON-13 who lost the lease cannot settle, and does not overwrite`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let (invitation, slow) = try await house.inviteByLetter(leasedTo: Sample.lease("slow"))
        let fast = try await house.store.write {
            try $0.claimLetters(1, lease: Sample.lease("fast", at: later), at: later).first
        }
        let taken = try #require(fast)
        #expect(taken.id == slow.id)
        #expect(taken.attempt == 2)
        let isLate = try await house.store.write {
            try $0.renew(slow, lease: Sample.lease("slow", at: later), at: later)
        }
        #expect(isLate == false)
        let refused = LetterOutcome.refused(code: 550, reason: "no such user")
        #expect(
            try await house.store.write {
                try $0.settle(slow, lease: Sample.lease("slow"), as: refused, at: later)
            } == false)
        #expect(try await house.reload(invitation)?.delivery == .queued)
        let settle: @Sendable (LetterOutcome) async throws -> Bool = { outcome in
            try await house.store.write { try $0.settle(taken, lease: Sample.lease("fast"), as: outcome, at: later) }
        }
        #expect(try await settle(.handedOver(code: 250)))
        #expect(try await settle(refused) == false)
        let told = try await house.reload(invitation)
        #expect(told?.status == .pending)
        #expect(told?.delivery == .handedOver)
        #expect(told?.deliveryCode == 250)
    }

    @Test func `RES-12 verdicts are written down by the ids of invitations, however small most organizations are`()
        async throws
    {
        let house = try await SampleHouse(.sqlite)
        let (_, letter) = try await house.inviteByLetter()
        #expect(try await house.settle(letter, as: .handedOver(code: 250)))
        let isOurs = { (text: String) in text.contains("UPDATE invitations SET delivery") }
        let text = try #require(house.database.statements.first(where: isOurs))
        // What ANALYZE finds in a database of a million invitations and a hundred thousand organizations.
        let average: SQLQuery =
            "INSERT INTO sqlite_stat1 VALUES ('invitations', 'invitations_by_age', '1000000 10 1 1')"
        let plan = try await house.database.base.transaction(writing: true) { session in
            for statement in ["ANALYZE", average, "ANALYZE sqlite_schema"] { try session.run(statement) }
            let bare = text.split(separator: "$").enumerated().map {
                $0.offset == 0 ? $0.element : $0.element.drop(while: \.isNumber)
            }
            return try session.rows(SQLQuery(stringLiteral: "EXPLAIN QUERY PLAN " + bare.joined(separator: "NULL")))
        }
        #expect(plan.count == 1)
        #expect(
            plan.first?.values.last == .text("SEARCH invitations USING INDEX sqlite_autoindex_invitations_1 (id=?)"))
    }

    @Test(arguments: Engine.available)
    func `a letter that is given back is taken at once, by whoever asks, as not tried`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let (_, letter) = try await house.inviteByLetter(leasedTo: Sample.lease("full"))
        let claim: @Sendable () async throws -> Letter? = {
            try await house.store.write {
                try $0.claimLetters(1, lease: Sample.lease("free"), at: Sample.now + .seconds(1)).first
            }
        }
        #expect(try await claim() == nil)
        try await house.store.write { try $0.release(letter, lease: Sample.lease("other")) }
        #expect(try await claim() == nil, "only who holds it can give it back")
        try await house.store.write { try $0.release(letter, lease: Sample.lease("full")) }
        let taken = try #require(try await claim())
        #expect(taken.id == letter.id)
        #expect(taken.attempt == letter.attempt)
    }

    @Test(arguments: Engine.available)
    func `CRS-07 a letter whose node died is taken over when its lease ends, and not before`(
        _ engine: Engine
    ) async throws {
        let house = try await SampleHouse(engine)
        let (invitation, letter) = try await house.inviteByLetter()
        let claim: @Sendable (Timestamp) async throws -> [Letter] = { now in
            try await house.store.write { try $0.claimLetters(10, lease: Sample.lease("new", at: now), at: now) }
        }
        #expect(try await claim(Sample.now + .minutes(1) - .milliseconds(1)).isEmpty)
        let found = try #require(try await claim(Sample.now + .minutes(1)).first)
        #expect(found.id == letter.id)
        #expect(found.recipient.wire == letter.recipient.wire)
        #expect(found.notAfter == letter.notAfter)
        guard case .invitation(let content) = found.content else {
            Issue.record("not an invitation's letter")
            return
        }
        #expect(content.invitation == invitation.id)
        #expect(content.generation == 1)
        #expect(content.organizationName == house.organization.name)
        #expect(content.inviterName == "Olga")
        #expect(content.inviterEmail == house.owner.email)
        #expect(content.appURL == invitation.appURL)
        #expect(content.expiresAt == invitation.expiresAt)
    }

    @Test(arguments: Engine.available)
    func `a letter about nothing any more is cancelled and not handed out`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let (revoked, _) = try await house.inviteByLetter("revoked")
        let (accepted, _) = try await house.inviteByLetter("accepted")
        let (_, good) = try await house.inviteByLetter("good")
        let code = FixedEffects.hash(accepted.id.rawValue)
        let person = try await house.person("accepted")
        _ = try await house.store.write { tx in
            _ = try tx.accept(codeHash: code, by: accepted.email, user: person.id, at: Sample.now)
            return try tx.revoke(revoked.id, in: revoked.organization, at: Sample.now)
        }
        // One place only: what may not go makes room.
        let claimed = try await house.store.write {
            try $0.claimLetters(1, lease: Sample.lease(at: later), at: later)
        }
        #expect(claimed.map(\.id) == [good.id])
        #expect(try await house.store.read { try $0.outboxDepth(at: later).waiting } == 1)
    }

    @Test(arguments: Engine.available, [-1, 0])
    func `INV-10 nothing is sent after its time`(_ engine: Engine, _ offset: Int64) async throws {
        let house = try await SampleHouse(engine)
        let (invitation, letter) = try await house.inviteByLetter()
        let moment = invitation.expiresAt + .milliseconds(offset)
        let isRenewed = try await house.store.write {
            try $0.renew(letter, lease: Sample.lease(at: moment), at: moment)
        }
        #expect(isRenewed == (offset < 0))
        let after = moment + .minutes(2)
        let claimed = try await house.store.write {
            try $0.claimLetters(5, lease: Sample.lease(at: after), at: after)
        }
        #expect(claimed.isEmpty)
        #expect(try await house.store.read { try $0.outboxDepth(at: after).waiting } == 0)
    }

    @Test(arguments: Engine.available)
    func `EML-24 who lost a password goes before who is invited`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        for index in 0..<3 { _ = try await house.inviteByLetter("guest\(index)") }
        let link = OneTimeLink(
            id: Sample.id(), purpose: .passwordReset, hash: "l", user: house.owner.id, createdAt: Sample.now,
            expiresAt: Sample.now + .minutes(30))
        let letter = Letter(
            id: Sample.id(), recipient: house.owner.email, locale: nil, notAfter: link.expiresAt,
            createdAt: Sample.now, content: .passwordReset(LinkLetter(link: link.id, expiresAt: link.expiresAt)))
        try await house.store.write { tx in
            try tx.add(link)
            try tx.enqueue(letter, lease: Sample.lease(), at: Sample.now + .seconds(30))
        }
        let first = try await house.store.write {
            try $0.claimLetters(1, lease: Sample.lease(at: later), at: later).first
        }
        #expect(first?.id == letter.id)
        guard case .passwordReset(let content)? = first?.content else {
            Issue.record("not a reset's letter")
            return
        }
        #expect(content.link == link.id)
        #expect(content.expiresAt == link.expiresAt)
    }

    @Test(arguments: Engine.available)
    func `a refusal makes the invitation undeliverable, and frees the address`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let (invitation, letter) = try await house.inviteByLetter()
        let outcome = LetterOutcome.refused(code: 550, reason: "5.1.1 no\u{0}body\r\n here")
        #expect(try await house.settle(letter, as: outcome))
        let told = try await house.reload(invitation)
        #expect(told?.status == .undeliverable)
        #expect(told?.delivery == .failed)
        #expect(told?.deliveryCode == 550)
        #expect(told?.deliveryReason == "5.1.1 nobody here")
        _ = try await house.invite()
    }

    @Test(arguments: Engine.available)
    func `a verdict does not bring back an invitation that ended, but is written down`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let (invitation, letter) = try await house.inviteByLetter()
        _ = try await house.store.write { tx in
            try tx.cancelLetters(of: invitation.id, in: invitation.organization, at: Sample.now)
            return try tx.revoke(invitation.id, in: invitation.organization, at: Sample.now)
        }
        #expect(try await house.store.write { try $0.renew(letter, lease: Sample.lease(), at: Sample.now) } == false)
        #expect(try await house.settle(letter, as: .refused(code: 550, reason: "no")))
        #expect(try await house.reload(invitation)?.status == .revoked)
        #expect(try await house.reload(invitation)?.delivery == .failed)
        #expect(try await house.store.read { try $0.outboxDepth(at: .latest).waiting } == 0)
    }

    @Test(arguments: Engine.available)
    func `a delayed letter comes back when it is due`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let (invitation, letter) = try await house.inviteByLetter()
        let due = Sample.now + .hours(1)
        #expect(try await house.settle(letter, as: .delayed(until: due, code: 451, reason: "later")))
        #expect(try await house.reload(invitation)?.status == .pending)
        #expect(try await house.reload(invitation)?.delivery == .delayed)
        let depth = try await house.store.read { try $0.outboxDepth(at: due - .milliseconds(1)) }
        #expect(depth.waiting == 1)
        #expect(depth.oldestDue == nil)
        #expect(try await house.store.read { try $0.outboxDepth(at: due).oldestDue } == due)
        let claim: @Sendable (Timestamp) async throws -> Letter? = { now in
            try await house.store.write { try $0.claimLetters(9, lease: Sample.lease(at: now), at: now).first }
        }
        #expect(try await claim(due - .milliseconds(1)) == nil)
        #expect(try await claim(due)?.attempt == 2)
    }
}

extension SampleHouse {
    func settle(_ letter: Letter, as outcome: LetterOutcome) async throws -> Bool {
        try await store.write { try $0.settle(letter, lease: Sample.lease(), as: outcome, at: Sample.now) }
    }
}
