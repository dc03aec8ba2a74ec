import Glibc
import Testing
import UsherDomain
import UsherSQL
import UsherTestKit
import UsherUseCases

/// Domains and requests to join, in the store.
@Suite(.timeLimit(.minutes(15)))
struct DomainTests {
    private func domain(
        _ organization: ID<Organization>, _ owner: User, _ name: String = "example.org", at now: Timestamp = Sample.now
    ) -> OrganizationDomain {
        OrganizationDomain(
            id: Sample.id(), organization: organization, name: name, token: "token", joining: .join, role: .admin,
            inviter: .user(owner.id), createdAt: now, updatedAt: now)
    }

    @Test(arguments: Engine.available)
    func `a domain comes back as it was made, once in each organization, and to nobody else`(
        _ engine: Engine
    ) async throws {
        let house = try await SampleHouse(engine)
        let made = domain(house.organization.id, house.owner)
        #expect(try await house.store.write { try $0.add(made) })
        let twin = domain(house.organization.id, house.owner)
        #expect(try await house.store.write { try $0.add(twin) } == false)
        #expect(try await house.store.read { try $0.domain(made.id, in: made.organization) } == made)
        #expect(try await house.store.read { try $0.domain(named: "example.org", in: made.organization) } == made)
        #expect(try await house.store.read { try $0.domain(made.id, in: Sample.id()) } == nil)
        #expect(try await house.store.read { try $0.verifiedDomain(named: "example.org") } == nil)
        let later = Sample.now + .hours(1)
        let proved = try #require(try await house.store.write { try $0.prove(made, at: later) })
        #expect(proved.verifiedAt == later && proved.checkedAt == later && proved.updatedAt == later)
        #expect(try await house.store.read { try $0.verifiedDomain(named: "example.org") } == proved)
        var changed = proved
        (changed.joining, changed.role, changed.updatedAt) = (.request, .user, later + .hours(1))
        let wanted = changed
        #expect(try await house.store.write { try $0.change(wanted, at: later + .hours(1)) } == wanted)
        #expect(try await house.store.write { try $0.remove(made.id, from: Sample.id()) } == false)
        #expect(try await house.store.write { try $0.remove(made.id, from: made.organization) })
        #expect(try await house.store.write { try $0.prove(made, at: later) } == nil)
    }

    /// AZ-13: one name, one organization.
    @Test(arguments: Engine.available)
    func `AZ-13 of twenty organizations that prove the same domain at once one has it`(
        _ engine: Engine
    ) async throws {
        let house = try await SampleHouse(engine)
        let organizations = (0..<20).map { Sample.organization(name: "Organization \($0)") }
        let claims = organizations.map { domain($0.id, house.owner) }
        try await house.store.write { tx in
            for organization in organizations { try tx.add(organization) }
            for claim in claims { _ = try tx.add(claim) }
        }
        let wins = try await race(20) { index in
            for _ in 0..<20 {
                do {
                    return try await house.store.write { try $0.prove(claims[index], at: Sample.now) } != nil
                } catch is StoreUnavailable { try await Task.sleep(for: .milliseconds(50)) }
            }
            return false
        }
        #expect(wins.wins == 1)
        let holders = try await race(20) { index in
            try await house.store.read { tx in
                try tx.domain(claims[index].id, in: claims[index].organization)?.verifiedAt != nil
            }
        }
        #expect(holders.wins == 1)
    }

    /// The row that all of them lock goes while they wait for it: the index of verified names decides, and whoever meets
    /// it looks again.
    @Test(arguments: Engine.available)
    func `AZ-13 one has a domain whose oldest claim goes while twenty prove it, and the others are told`(
        _ engine: Engine
    ) async throws {
        for _ in 0..<3 {
            let house = try await SampleHouse(engine)
            let organizations = (0..<21).map { Sample.organization(name: "Organization \($0)") }
            let claims = organizations.map { domain($0.id, house.owner) }
            try await house.store.write { tx in
                for organization in organizations { try tx.add(organization) }
                for claim in claims { _ = try tx.add(claim) }
            }
            let isGoing = Gate()
            let wins = try await race(21) { index in
                guard index > 0 else {
                    return try await house.store.write { tx in
                        _ = try tx.remove(claims[0].id, from: claims[0].organization)
                        for _ in 0..<20 { isGoing.open() }
                        usleep(400_000)
                        return false
                    }
                }
                await isGoing.waitAsync()
                for _ in 0..<20 {
                    do {
                        return try await house.store.write { try $0.prove(claims[index], at: Sample.now) } != nil
                    } catch is StoreUnavailable { try await Task.sleep(for: .milliseconds(50)) }
                }
                return false
            }
            #expect(wins.wins == 1)
            let holders = try await race(21) { index in
                try await house.store.read { tx in
                    try tx.domain(claims[index].id, in: claims[index].organization)?.verifiedAt != nil
                }
            }
            #expect(holders.wins == 1)
        }
    }

    @Test(arguments: Engine.available)
    func `a record that is missing long enough ends a proof, and each look is one node's`(
        _ engine: Engine
    ) async throws {
        let house = try await SampleHouse(engine)
        let made = domain(house.organization.id, house.owner)
        try await house.store.write { tx in
            _ = try tx.add(made)
            _ = try tx.prove(made, at: Sample.now)
        }
        let day = Duration.days(1), next = Sample.now + day
        let early = try await house.store.write {
            try $0.takeDomains(checkedBefore: Sample.now - .milliseconds(1), limit: 10, at: next)
        }
        #expect(early.isEmpty)
        let taken = try await race(20) { _ in
            try await house.store.write { try $0.takeDomains(checkedBefore: Sample.now, limit: 10, at: next) }.count
        }
        #expect(taken.reduce(0, +) == 1)
        let missing = try #require(try await house.store.write { try $0.miss(made, since: next - .days(7), at: next) })
        #expect(missing.missingSince == next && missing.verifiedAt == Sample.now && missing.joining == .join)
        let end = next + .days(7)
        let almost = try await house.store.write {
            try $0.miss(made, since: next - .milliseconds(1), at: end - .milliseconds(1))
        }
        #expect(almost?.missingSince == next && almost?.verifiedAt != nil)
        try await house.store.write { try $0.postpone(made, to: Sample.now) }
        #expect(try await house.store.read { try $0.domain(made.id, in: made.organization) }?.checkedAt == Sample.now)
        let lost = try await house.store.write { try $0.miss(made, since: end - .days(7), at: end) }
        #expect(lost?.verifiedAt == nil && lost?.missingSince == nil && lost?.joining == .off)
        #expect(try await house.store.read { try $0.verifiedDomain(named: "example.org") } == nil)
    }

    @Test(arguments: Engine.available)
    func `domains follow each other, newest first`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let all = (0..<7).map { domain(house.organization.id, house.owner, "d\($0).example.org") }
        try await house.store.write { tx in for one in all { _ = try tx.add(one) } }
        let id = house.organization.id
        var found: [OrganizationDomain] = []
        while found.count < 7 {
            let last = found.last.map { PageCursor<OrganizationDomain>(createdAt: $0.createdAt, id: $0.id) }
            found += try await house.store.read { try $0.domains(of: id, after: last, limit: 3) }
        }
        #expect(found == all.reversed())
    }

    // MARK: Requests

    private func request(_ house: SampleHouse, _ user: User, at now: Timestamp = Sample.now) -> JoinRequest {
        JoinRequest(
            id: Sample.id(), organization: house.organization.id, user: user.id, domain: "example.org", role: .user,
            askedAt: now, expiresAt: now + .days(30))
    }

    @Test(arguments: Engine.available)
    func `a person has one open request, decided once, in time and in its organization`(
        _ engine: Engine
    ) async throws {
        let house = try await SampleHouse(engine)
        let ada = try await house.person("ada")
        let requests = (0..<20).map { _ in request(house, ada) }
        let added = try await race(20) { index in try await house.store.write { try $0.add(requests[index]) } }
        #expect(added.wins == 1)
        let id = house.organization.id
        let made = try #require(try await house.store.read { try $0.lastJoinRequest(of: ada.id, in: id) })
        #expect(try await house.store.read { try $0.openJoinRequests(of: ada.id, limit: 9, at: Sample.now) } == [made])
        let late = made.expiresAt
        #expect(
            try await house.store.write { try $0.decide(made.id, in: id, as: .approved, by: "x", at: late) } == nil)
        #expect(
            try await house.store.write {
                try $0.decide(made.id, in: id, as: .expired, by: "x", at: late - .milliseconds(1))
            } == nil)
        #expect(
            try await house.store.write {
                try $0.decide(made.id, in: Sample.id(), as: .approved, by: "x", at: Sample.now)
            } == nil)
        let decided = try await race(20) { index in
            try await house.store.write {
                try $0.decide(
                    made.id, in: id, as: index % 2 == 0 ? .approved : .refused, by: "user:x", at: Sample.now)
            }
        }
        #expect(decided.count { $0 != nil } == 1)
        let again = request(house, ada, at: Sample.now + .hours(1))
        #expect(try await house.store.write { try $0.add(again) })
        #expect(try await house.store.read { try $0.lastJoinRequest(of: ada.id, in: id) } == again)
    }

    @Test(arguments: Engine.available)
    func `requests are listed by status, swept in time, and purged`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let id = house.organization.id
        var all: [JoinRequest] = []
        for number in 0..<6 {
            let made = request(house, try await house.person("p\(number)"), at: Sample.now + .hours(Int64(number)))
            #expect(try await house.store.write { try $0.add(made) })
            all.append(made)
        }
        let first = all[0]
        _ = try await house.store.write { try $0.decide(first.id, in: id, as: .refused, by: "x", at: Sample.now) }
        let late = all[1].expiresAt
        func list(_ status: JoinRequest.Status?, _ after: JoinRequest? = nil) async throws -> [ID<JoinRequest>] {
            try await house.store.read { tx in
                let place = after.map { PageCursor<JoinRequest>(createdAt: $0.askedAt, id: $0.id) }
                return try tx.joinRequests(of: id, status: status, after: place, limit: 3, at: late).map(\.0.id)
            }
        }
        #expect(try await list(nil) == [all[5].id, all[4].id, all[3].id])
        #expect(try await list(nil, all[3]) == [all[2].id, all[1].id, all[0].id])
        #expect(try await list(.open, all[3]) == [all[2].id])
        #expect(try await list(.expired) == [all[1].id])
        #expect(try await list(.refused) == [all[0].id])
        let swept = try await race(20) { _ in
            try await house.store.write { try $0.sweepJoinRequests(limit: 10, at: late) }.map(\.0)
        }
        #expect(swept.flatMap(\.self) == [all[1].id])
        #expect(try await list(.expired) == [all[1].id])
        let purged = try await house.store.write { try $0.purgeJoinRequests(of: id, decidedBy: late, limit: 10) }
        #expect(purged == 2)
        #expect(try await list(nil, all[3]) == [all[2].id])
    }
}
