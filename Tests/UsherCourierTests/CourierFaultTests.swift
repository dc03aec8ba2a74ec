import ServiceLifecycle
import Synchronization
import Testing
import UsherCourier
import UsherDomain
import UsherUseCases

/// Counts up, from 1.
final class Tries: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock {
            $0 += 1
            return $0
        }
    }
}

extension CourierTests {
    /// What becomes of letters when something is down, slow, or gone.
    @Suite struct Faults {
        @Test func `CRS-11 letters of a newer version are told once for each kind, and keep nobody busy`() async throws
        {
            let office = Office()
            office.outbox.setUnknownKinds(["made_up"])
            let words = "does not know wait for a newer one"
            try await office.run(try office.courier()) { courier in
                await eventually { office.outbox.looks == 1 }
                // Other letters go on, and many polls pass.
                let outcome = await office.send(.invitation(1, at: office.clock.now), with: courier)
                #expect(outcome.isHandedOver)
                try await Task.sleep(for: .milliseconds(500))
                #expect(office.outbox.looks == 1)
                office.outbox.setUnknownKinds(["made_up", "newer"])
                for look in 2...4 {
                    office.clock.advance(by: .minutes(1))
                    await eventually { office.outbox.looks == look }
                }
            }
            let told = office.log.all.filter { $0.contains(words) }
            #expect(told.count == 2)
            #expect(told.first?.contains("made_up") == true)
            #expect(told.last?.hasSuffix("newer]") == true || told.last?.hasSuffix("newer\"]") == true)
        }

        @Test func `a relay that is down costs few attempts, and its return is noticed (EML-24)`() async throws {
            let isUp = Mutex(false)
            let office = Office { _ in
                isUp.withLock { $0 } ? .accepted(code: 250) : .deferred(code: nil, reason: "the relay does not answer")
            }
            let now = office.clock.now
            for number in 1...500 { office.outbox.add(.invitation(number, at: now)) }
            office.outbox.add(.reset(5000, at: now + .seconds(1)))
            let ended = Letter.invitation(6000, at: now, notAfter: now + .seconds(30))
            office.outbox.add(ended)
            try await office.run(try office.courier()) { courier in
                try await Task.sleep(for: .seconds(1))
                let burnt = office.post.count
                #expect(burnt < 40)
                // Whoever invites meanwhile is told at once.
                let start = ContinuousClock.now
                let outcomes = await withTaskGroup(of: LetterOutcome?.self) { group in
                    for number in 3000..<3050 {
                        group.addTask { await office.send(.invitation(number, at: now), with: courier) }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(outcomes.count == 50 && outcomes.allSatisfy { $0.isDelayed })
                #expect(start.duration(to: .now) < .seconds(20))
                #expect(office.log.all.count { $0.contains("relay is down") } == 1)
                isUp.withLock { $0 = true }
                let before = office.post.count
                office.clock.advance(by: .minutes(3))
                await eventually(.seconds(60)) { office.outbox.count { $0.state == "sent" } == 551 }
                // The first one after it found out; then who is locked out.
                let after = office.post.recipients.dropFirst(before)
                #expect(after.prefix(2).contains("locked-out5000@example.org"))
                #expect(!after.contains("invitee6000@example.org"))
                #expect(after.count == Set(after).count)
            }
            #expect(office.outbox.row(ended)?.state == "cancelled")
            #expect(office.log.all.count { $0.contains("relay is back") } == 1)
        }

        @Test func `of two nodes with a lease shorter than a send, the late one writes nothing (CON-13)`() async throws
        {
            let tries = Tries()
            let gate = Gate()
            let office = Office { _ in
                if tries.next() == 1 {
                    await gate.pass()
                    return .deferred(code: 451, reason: "451 too late to matter")
                }
                return .accepted(code: 250)
            }
            let letter = Letter.invitation(1, at: office.clock.now)
            let slow = try office.courier(node: "slow") {
                $0.lease = .seconds(10)
                $0.poll = .seconds(600)
            }
            let quick = try office.courier(node: "quick") { $0.lease = .seconds(10) }
            try await office.run(slow) { slow in
                async let outcome = office.send(letter, with: slow, patience: .seconds(30))
                await eventually { office.post.count == 1 }
                try await office.run(quick) { _ in
                    office.clock.advance(by: .seconds(11))
                    await eventually { office.outbox.row(letter)?.state == "sent" }
                }
                gate.open()
                #expect(await outcome == nil)
            }
            #expect(office.outbox.row(letter)?.outcomes.count == 1)
            #expect(office.outbox.row(letter)?.state == "sent")
            #expect(office.post.count == 2 && Set(office.post.messageIDs).count == 1)
        }

        @Test func `a node whose own lease ran out does not send twice (CON-13)`() async throws {
            let gate = Gate()
            let office = Office { _ in
                await gate.pass()
                return .accepted(code: 250)
            }
            let letter = Letter.invitation(1, at: office.clock.now)
            try await office.run(try office.courier { $0.lease = .seconds(10) }) { courier in
                async let outcome = office.send(letter, with: courier, patience: .seconds(30))
                await eventually { office.post.count == 1 }
                office.clock.advance(by: .seconds(11))
                await eventually { office.outbox.row(letter)?.letter.attempt == 2 }
                gate.open()
                #expect(await outcome.isHandedOver)
            }
            #expect(office.post.count == 1)
            #expect(office.outbox.row(letter)?.state == "sent")
        }

        @Test func `what a dead node left behind is sent when its lease has run out (CRS-07)`() async throws {
            let office = Office()
            let letter = Letter.invitation(1, at: office.clock.now)
            office.outbox.add(letter, lease: Lease(node: "dead", until: office.clock.now + .seconds(60)))
            try await office.run(try office.courier()) { _ in
                try await Task.sleep(for: .milliseconds(300))
                #expect(office.post.count == 0)
                office.clock.advance(by: .seconds(61))
                await eventually { office.outbox.row(letter)?.state == "sent" }
            }
            #expect(office.post.count == 1)
        }

        @Test func `the relay's word outlives an outbox that is down, and nothing is sent again`() async throws {
            let office = Office()
            let letter = Letter.invitation(1, at: office.clock.now)
            let courier = try office.courier { $0.lease = .seconds(10) }
            try await office.run(courier) { courier in
                office.outbox.add(letter, lease: courier.lease(at: office.clock.now))
                office.outbox.setDown(true)
                async let outcome = courier.dispatch(letter, patience: .seconds(30))
                await eventually { office.post.count == 1 }
                try await Task.sleep(for: .milliseconds(300))
                // The lease runs out before the outbox is back.
                office.clock.advance(by: .seconds(11))
                office.outbox.setDown(false)
                _ = await outcome
                await eventually { office.outbox.row(letter)?.state == "sent" }
                try await Task.sleep(for: .milliseconds(300))
            }
            #expect(office.post.count == 1)
            #expect(office.log.all.count { $0.contains("outbox unavailable") } <= 1)
        }

        @Test func `a letter that finds no room is sent when there is some, and not when its lease ends`() async throws
        {
            let gate = Gate()
            let office = Office { _ in
                await gate.pass()
                return .accepted(code: 250)
            }
            let letters = (1...40).map { Letter.invitation($0, at: office.clock.now) }
            let courier = try office.courier { settings in
                settings.lanes = 1
                settings.capacity = 5
            }
            try await office.run(courier) { courier in
                for letter in letters { _ = await office.send(letter, with: courier, patience: nil) }
                #expect(office.outbox.count { $0.node == nil } > 20)
                #expect(await office.send(.invitation(41, at: office.clock.now), with: courier) == nil)
                gate.open()
                await eventually { office.outbox.count { $0.state == "sent" } == 41 }
            }
            #expect(office.post.count == 41)
            #expect(office.outbox.count { $0.letter.attempt != 1 } == 0)
        }

        @Test func `what was claimed and finds no room any more is given back`() async throws {
            let gate = Gate()
            let office = Office { _ in
                await gate.pass()
                return .accepted(code: 250)
            }
            let now = office.clock.now
            let claimed = (1...4).map { Letter.invitation($0, at: now) }
            let crowd = (11...20).map { Letter.invitation($0, at: now) }
            for letter in claimed { office.outbox.add(letter) }
            // Between the claim and the desk others take the room.
            let slow = SlowOutbox(base: office.outbox)
            let courier = try office.courier(outbox: slow) { settings in
                settings.lanes = 1
                settings.capacity = 5
            }
            try await office.run(courier) { courier in
                await slow.claimed.pass()
                for letter in crowd { _ = await office.send(letter, with: courier, patience: nil) }
                slow.goOn.open()
                await eventually { claimed.allSatisfy { office.outbox.row($0)?.node == nil } }
                #expect(office.outbox.count { $0.state == "sent" } == 0)
                gate.open()
                await eventually { office.outbox.count { $0.state == "sent" } == 14 }
            }
            #expect(office.post.count == 14)
        }

        @Test func `a verdict that cannot be written down holds no other`() async throws {
            let office = Office()
            let now = office.clock.now
            let stuck = Letter.invitation(1, at: now)
            office.outbox.failSettling(stuck, true)
            try await office.run(try office.courier()) { courier in
                _ = await office.send(stuck, with: courier, patience: nil)
                for number in 2...20 {
                    #expect(await office.send(.invitation(number, at: now), with: courier).isHandedOver)
                }
                office.outbox.failSettling(stuck, false)
                await eventually { office.outbox.row(stuck)?.state == "sent" }
            }
            #expect(office.post.count == 20)
        }

        @Test func `shutdown finishes what is under way and leaves the rest (CRS-17)`() async throws {
            let office = Office { _ in
                // The relay takes them when the shutdown has begun, and all have heard of it.
                try? await gracefulShutdown()
                try? await Task.sleep(for: .milliseconds(200))
                return .accepted(code: 250)
            }
            let now = office.clock.now
            let letters = (1...10).map { Letter.invitation($0, at: now) }
            let courier = try office.courier { $0.lanes = 1 }
            try await office.run(courier) { courier in
                for letter in letters { _ = await office.send(letter, with: courier, patience: nil) }
                await eventually { office.post.count == 3 }
            }
            #expect(office.post.count == 3)
            #expect(office.outbox.count { $0.state == "sent" } == 3)
            #expect(office.outbox.count { $0.state == "pending" && $0.node == "node" } == 7)
            // Whoever comes after is not kept waiting.
            #expect(await courier.dispatch(letters[9], patience: .seconds(10)) == nil)
            #expect(office.post.count == 3)
        }

        @Test func `shutdown does not wait for a relay that hangs (CRS-17)`() async throws {
            let never = Gate()
            let office = Office { _ in
                await never.pass()
                return .deferred(code: nil, reason: "the attempt was broken off")
            }
            let letter = Letter.invitation(1, at: office.clock.now)
            let start = ContinuousClock.now
            try await office.run(try office.courier { $0.drain = .milliseconds(300) }) { courier in
                _ = await office.send(letter, with: courier, patience: nil)
                await eventually { office.post.count == 1 }
            }
            #expect(start.duration(to: .now) < .seconds(15))
            // What was broken off is written down, and tried again by whoever is next.
            #expect(office.outbox.row(letter)?.state == "pending")
            #expect(office.outbox.row(letter)?.outcomes.count == 1)
        }
    }
}
