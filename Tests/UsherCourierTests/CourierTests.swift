import Testing
import UsherCourier
import UsherDomain
import UsherUseCases

@Suite(.serialized, .timeLimit(.minutes(15))) struct CourierTests {
    @Test func `a letter just committed goes out at once, and its verdict is written down before it is told`()
        async throws
    {
        let office = Office()
        office.outbox.setSettleDelay(.milliseconds(300))
        try await office.run(try office.courier()) { courier in
            let letter = Letter.invitation(1, at: office.clock.now)
            let start = ContinuousClock.now
            let outcome = await office.send(letter, with: courier)
            #expect(outcome.isHandedOver)
            #expect(start.duration(to: .now) >= .milliseconds(300))
            #expect(office.outbox.row(letter)?.state == "sent")
        }
        #expect(office.post.count == 1)
    }

    @Test func `each verdict is told and kept (EML-13)`() async throws {
        let office = Office { parcel in
            switch parcel.recipient.wire {
            case "invitee1@example.org": .accepted(code: 250)
            case "invitee2@example.org": .refused(code: 550, reason: "550 no such user")
            default: .deferred(code: 451, reason: "451 later")
            }
        }
        try await office.run(try office.courier()) { courier in
            let now = office.clock.now
            #expect(await office.send(.invitation(1, at: now), with: courier).isHandedOver)
            #expect(await office.send(.invitation(2, at: now), with: courier).isRefused)
            let outcome = await office.send(.invitation(3, at: now), with: courier)
            guard case .delayed(let until, 451, "451 later") = outcome else {
                Issue.record("\(String(describing: outcome))")
                return
            }
            #expect((Duration.seconds(48)...Duration.seconds(100)).contains(until - now))
            #expect(office.outbox.row(.invitation(3, at: now))?.state == "pending")
        }
        #expect(office.post.count == 3)
    }

    @Test func `a letter is tried on schedule, with the same Message-ID, until it is taken (EML-13)`() async throws {
        let tries = Tries()
        let stubborn = Office { _ in tries.next() < 4 ? .deferred(code: 451, reason: "451 later") : .accepted(code: 250)
        }
        let letter = Letter.invitation(1, at: stubborn.clock.now)
        try await stubborn.run(try stubborn.courier()) { courier in
            #expect(await stubborn.send(letter, with: courier).isDelayed)
            for count in 2...4 {
                // Not before its time.
                try await Task.sleep(for: .milliseconds(150))
                #expect(stubborn.post.count == count - 1)
                stubborn.clock.advance(by: .minutes(7))
                await eventually { stubborn.post.count == count }
                await eventually { stubborn.outbox.row(letter)?.outcomes.count == count }
            }
        }
        #expect(stubborn.outbox.row(letter)?.state == "sent")
        #expect(stubborn.post.messageIDs.count == 4 && Set(stubborn.post.messageIDs).count == 1)
    }

    @Test func `what cannot be sent any more is given up, visibly`() async throws {
        let office = Office { _ in .deferred(code: 451, reason: "451 later") }
        let now = office.clock.now
        let old = Letter.invitation(1, at: now - .days(5))
        let ending = Letter.invitation(2, at: now, notAfter: now + .seconds(20))
        try await office.run(try office.courier()) { courier in
            #expect(await office.send(old, with: courier).isFailed)
            #expect(await office.send(ending, with: courier).isFailed)
        }
        #expect(office.outbox.row(old)?.state == "failed")
        #expect(office.post.count == 2)
    }

    @Test func `patience ends the waiting and not the letter`() async throws {
        let gate = Gate()
        let office = Office { _ in
            await gate.pass()
            return .accepted(code: 250)
        }
        let letter = Letter.invitation(1, at: office.clock.now)
        try await office.run(try office.courier()) { courier in
            let start = ContinuousClock.now
            #expect(await office.send(letter, with: courier, patience: .milliseconds(200)) == nil)
            #expect(start.duration(to: .now) >= .milliseconds(200))
            #expect(office.outbox.row(letter)?.state == "pending")
            gate.open()
            await eventually { office.outbox.row(letter)?.state == "sent" }
        }
        #expect(office.post.count == 1)
    }

    @Test func `without patience nobody waits`() async throws {
        let office = Office()
        let letter = Letter.invitation(1, at: office.clock.now)
        try await office.run(try office.courier()) { courier in
            #expect(await office.send(letter, with: courier, patience: nil) == nil)
            await eventually { office.outbox.row(letter)?.state == "sent" }
        }
    }

    @Test func `nothing is sent after its time, after revocation, or without the lease (EML-24)`() async throws {
        let gate = Gate()
        let office = Office { _ in
            await gate.pass()
            return .accepted(code: 250)
        }
        let now = office.clock.now
        let letters = (1...12).map { Letter.invitation($0, at: now, notAfter: $0 == 12 ? now + .seconds(1) : nil) }
        try await office.run(try office.courier { $0.lanes = 1 }) { courier in
            for letter in letters { _ = await office.send(letter, with: courier, patience: nil) }
            // Lanes are busy with the first ones; meanwhile the rest goes stale.
            await eventually { office.post.count == 3 }
            office.outbox.revoke(letters[10])
            office.clock.advance(by: .seconds(5))
            gate.open()
            await eventually { office.outbox.count { $0.state == "sent" } == 10 }
            try await Task.sleep(for: .milliseconds(200))
        }
        #expect(office.post.count == 10)
        #expect(!office.post.recipients.contains("invitee11@example.org"))
        #expect(!office.post.recipients.contains("invitee12@example.org"))
    }

    @Test func `who is locked out goes before who is invited (EML-24)`() async throws {
        let gate = Gate()
        let office = Office { _ in
            await gate.pass()
            return .accepted(code: 250)
        }
        let now = office.clock.now
        try await office.run(try office.courier { $0.lanes = 1 }) { courier in
            for number in 1...20 { _ = await office.send(.invitation(number, at: now), with: courier, patience: nil) }
            _ = await office.send(.reset(99, at: now), with: courier, patience: nil)
            await eventually { office.post.count == 3 }
            gate.open()
            await eventually { office.post.count == 21 }
        }
        #expect(office.post.recipients.firstIndex(of: "locked-out99@example.org").map { $0 <= 4 } == true)
    }

    @Test func `a letter that cannot be written is set aside, and stops nobody (EML-01)`() async throws {
        let office = Office()
        let now = office.clock.now
        let poisoned = Letter.invitation(1, at: now, inviter: "A\r\nBcc: other@example.com")
        try await office.run(try office.courier()) { courier in
            #expect(await office.send(poisoned, with: courier).isFailed)
            #expect(await office.send(.invitation(2, at: now), with: courier).isHandedOver)
        }
        #expect(office.outbox.row(poisoned)?.state == "failed")
        #expect(office.post.recipients == ["invitee2@example.org"])
    }

    @Test func `when too many wait, the rest is left to the outbox`() async throws {
        let gate = Gate()
        let office = Office { _ in
            await gate.pass()
            return .accepted(code: 250)
        }
        let now = office.clock.now
        let settings: (inout CourierSettings) -> Void = {
            $0.lanes = 1
            $0.capacity = 5
            $0.lease = .seconds(20)
        }
        try await office.run(try office.courier(settings)) { courier in
            for number in 1...30 { _ = await office.send(.invitation(number, at: now), with: courier, patience: nil) }
            let start = ContinuousClock.now
            #expect(await office.send(.invitation(31, at: now), with: courier) == nil)
            #expect(start.duration(to: .now) < .seconds(10))
            gate.open()
            office.clock.advance(by: .seconds(21))
            await eventually { office.outbox.count { $0.state == "sent" } == 31 }
        }
        #expect(office.post.count == 31)
    }

    @Test func `many letters go out once each, and no log line names anybody`() async throws {
        let office = Office()
        let now = office.clock.now
        try await office.run(try office.courier { $0.lanes = 8 }) { courier in
            let outcomes = await withTaskGroup(of: Bool.self) { group in
                for number in 1...500 {
                    group.addTask { await office.send(.invitation(number, at: now), with: courier).isHandedOver }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(outcomes == 500)
        }
        #expect(office.post.count == 500 && Set(office.post.recipients).count == 500)
        #expect(office.log.all.count { $0.contains("letter tried") } == 500)
        #expect(!office.log.all.contains { $0.contains("@") || $0.contains("inv_code") })
    }
}
