import Testing
import UsherDomain
import UsherSQL
import UsherTestKit
import UsherUseCases

/// Roles of an organization's own, and who holds them.
@Suite(.timeLimit(.minutes(15)))
struct RoleTests {
    private func add(_ role: CustomRole, to house: SampleHouse) async throws {
        try await house.store.write { try $0.add(role) }
    }

    private func member(_ local: String, of house: SampleHouse, as role: CustomRole) async throws -> User {
        let user = try await house.person(local)
        let made = Sample.membership(user.id, house.organization.id, as: role)
        #expect(try await house.store.write { try $0.add(made, from: nil) })
        return user
    }

    @Test(arguments: Engine.available)
    func `a role is read as it was written, by its id, its name and in lists`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let id = house.organization.id
        var role = Sample.role("Pipe | Dream", of: id, [.invitationCreate, .memberRead])
        try await add(role, to: house)
        let other = Sample.organization(name: "Other")
        try await house.store.write { try $0.add(other) }
        let read: @Sendable (ID<Organization>) async throws -> [CustomRole?] = { [role] organization in
            try await house.store.read { tx in
                [
                    try tx.customRole(role.id, in: organization),
                    try tx.customRole(named: DisplayName(stored: "PIPE | dream"), in: organization),
                    try tx.customRoles(of: organization, after: nil, limit: 9).first,
                ]
            }
        }
        #expect(try await read(id) == [role, role, role])
        #expect(try await read(other.id) == [nil, nil, nil], "AZ-03 it is of one organization")
        let ada = try await member("ada", of: house, as: role)
        role.name = DisplayName(stored: "Dream")
        role.permissions = PermissionSet([.auditRead])
        role.updatedAt = Sample.now + .seconds(1)
        let changed = role
        #expect(try await house.store.write { try $0.change(changed) })
        #expect(try await read(id) == [changed, nil, changed])
        let held = try await house.store.read { try $0.membership(of: ada.id, in: id) }
        #expect(held?.role == .user)
        #expect(held?.customRole == changed.assigned, "as it is now")
        #expect(held?.permissions == PermissionSet.user.with(.auditRead))
    }

    @Test(arguments: Engine.available)
    func `the list is newest first, without a gap or a repetition`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let id = house.organization.id
        for index in 0..<10 {
            try await add(Sample.role("r\(index)", of: id, at: Sample.now + .seconds(Int64(index / 3))), to: house)
        }
        var seen: [CustomRole] = []
        var place: PageCursor<CustomRole>?
        repeat {
            let page = try await house.store.read { [place] in try $0.customRoles(of: id, after: place, limit: 3) }
            seen += page
            place = page.last.map { PageCursor(createdAt: $0.createdAt, id: $0.id) }
        } while place != nil
        #expect(Set(seen.map(\.id)).count == 10 && seen.count == 10)
        #expect(seen.map(\.createdAt) == seen.map(\.createdAt).sorted(by: >))
    }

    @Test(arguments: Engine.available)
    func `the engine keeps one name, and no holder without a role or beside another number`(
        _ engine: Engine
    ) async throws {
        let house = try await SampleHouse(engine)
        let (role, same) = (
            Sample.role("Scout", of: house.organization.id), Sample.role("sCOUT", of: house.organization.id)
        )
        try await add(role, to: house)
        await #expect(throws: (any Error).self) { try await add(same, to: house) }
        let lost = Sample.role("Lost", of: house.organization.id)
        await #expect(throws: (any Error).self) { _ = try await member("ada", of: house, as: lost) }
        let bob = try await member("bob", of: house, as: role)
        await #expect(throws: (any Error).self) {
            _ = try await house.database.transaction(writing: true) {
                try $0.rows(
                    """
                    UPDATE memberships SET role = 1
                    WHERE organization_id = \(house.organization.id) AND user_id = \(bob.id)
                    """)
            }
        }
        await #expect(throws: (any Error).self) {
            _ = try await house.database.transaction(writing: true) {
                try $0.rows("DELETE FROM roles WHERE organization_id = \(house.organization.id)")
            }
        }
    }

    @Test(arguments: Engine.available)
    func `AZ-07 AZ-08 a session and a key may do what the role allows at the moment of asking`(
        _ engine: Engine
    ) async throws {
        let house = try await SampleHouse(engine)
        let id = house.organization.id
        let role = Sample.role(of: id, [.invitationCreate, .settingsUpdate])
        try await add(role, to: house)
        let ada = try await member("ada", of: house, as: role)
        let session = Session(
            hash: "a", user: ada.id, createdAt: Sample.now, lastSeenAt: Sample.now, expiresAt: Sample.now + .days(1))
        func key(_ holder: APIKey.Holder, _ number: Role, _ custom: AssignedRole? = nil) -> APIKey {
            APIKey(
                id: Sample.id(), holder: holder, name: DisplayName(stored: "ci"), role: number, customRole: custom,
                scopes: nil, createdAt: Sample.now, updatedAt: Sample.now, expiresAt: nil)
        }
        let own = [key(.user(ada.id), .owner), key(.user(ada.id), .admin), key(.user(ada.id), .user)]
        let theirs = key(.organization(id), .user, role.assigned)
        try await house.store.write { tx in
            try tx.add(session)
            for key in own + [theirs] { try tx.add(key, hash: key.id.rawValue, createdBy: ada.id) }
        }
        let callers: [Caller] =
            [.session(user: ada.id, hash: "a")] + own.map { .userKey(user: ada.id, key: $0.id) }
            + [.organizationKey(organization: id, key: theirs.id)]
        let allowed: @Sendable () async throws -> [PermissionSet?] = {
            try await house.store.read { tx in
                try callers.map { try tx.access(of: $0, in: id, at: Sample.now)?.permissions }
            }
        }
        let effective = role.assigned.effective
        // A person's own key allows no more than its number does.
        let within = PermissionSet.user.with(.invitationCreate)
        #expect(try await allowed() == [effective, effective, within, .user, effective])
        #expect(try await house.store.read { try $0.key(theirs.id, in: id) } == theirs)
        var less = role
        less.permissions = PermissionSet([.memberRead])
        let changed = less
        #expect(try await house.store.write { try $0.change(changed) })
        let left = PermissionSet.user.with(.memberRead)
        #expect(try await allowed() == [left, left, left, .user, left])
    }

    @Test(arguments: Engine.available)
    func `what holds a role keeps it, and what ended forgets it`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let id = house.organization.id
        let role = Sample.role(of: id)
        try await add(role, to: house)
        let ada = try await member("ada", of: house, as: role)
        var offer = Sample.invitation(to: Sample.email("guest"), in: id, by: .user(house.owner.id))
        offer.customRole = role.assigned
        let made = offer
        _ = try await house.store.write { try $0.add(made, codeHash: "c", emailHash: "h") }
        let delete: @Sendable (Timestamp) async throws -> Bool = { now in
            try await house.store.write { tx in
                guard try tx.lock(id, at: now) else { return false }
                return try tx.delete(role.id, of: id, at: now)
            }
        }
        #expect(try await delete(Sample.now) == false)
        let use = try await house.store.read { try $0.use(of: role.id, in: id, at: Sample.now) }
        #expect(use == RoleUse(members: 1, invitations: 1, keys: 0, links: 0))
        #expect(try await house.reload(made)?.customRole == role.assigned)
        _ = try await house.store.write { try $0.removeMember(ada.id, of: id, endingBy: nil) }
        #expect(try await delete(Sample.now) == false, "an open offer is a use")
        #expect(try await house.reload(made)?.customRole == role.assigned)
        #expect(try await delete(made.expiresAt))
        #expect(try await delete(made.expiresAt) == false)
        #expect(try await house.reload(made)?.customRole == nil)
        #expect(try await house.store.read { try $0.customRoles(of: id, after: nil, limit: 9) }.isEmpty)
    }

    /// Twenty who accept, while the role is deleted again and again: no member ever holds a role that is not there.
    @Test(arguments: Engine.available)
    func `CON-17 of deleting a role and accepting it one comes first`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let id = house.organization.id
        for round in 0..<6 {
            let role = Sample.role("r\(round)", of: id)
            try await add(role, to: house)
            var offers: [(User, String)] = []
            for index in 0..<10 {
                let guest = try await house.person("guest\(index).\(round)")
                var offer = Sample.invitation(to: guest.email, in: id, by: .user(house.owner.id))
                offer.customRole = role.assigned
                let (made, hash) = (offer, "c\(round).\(index)")
                _ = try await house.store.write { try $0.add(made, codeHash: hash, emailHash: hash) }
                offers.append((guest, hash))
            }
            let all = offers
            let joined = try await race(20) { index -> Bool in
                guard index.isMultiple(of: 2) else {
                    return try await house.store.write { tx in
                        guard try tx.lock(id, at: Sample.now) else { return false }
                        return try tx.delete(role.id, of: id, at: Sample.now)
                    }
                }
                let (guest, hash) = all[index / 2]
                return try await house.store.write { tx in
                    guard let taken = try tx.accept(codeHash: hash, by: guest.email, user: guest.id, at: Sample.now)
                    else { return false }
                    var made = Sample.membership(guest.id, id)
                    made.customRole = taken.customRole
                    return try tx.add(made, from: taken.id)
                }
            }
            #expect(joined.wins == 10, "all of them joined, and nobody deleted")
            let members = try await house.store.read { tx in
                try tx.members(MemberSelection(organization: id, customRole: role.id, limit: 100, now: Sample.now))
            }
            #expect(members.count == 10)
            #expect(members.allSatisfy { $0.membership.customRole == role.assigned })
        }
    }

    /// Twenty who offer a role or delete it: every offer that was made holds the role, or there is none.
    @Test(arguments: Engine.available)
    func `CON-17 of deleting a role and offering it one comes first`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let id = house.organization.id
        for round in 0..<6 {
            let role = Sample.role("r\(round)", of: id)
            try await add(role, to: house)
            let done = try await race(20) { index -> (made: Bool, deleted: Bool) in
                try await house.store.write { tx in
                    if index % 5 == 2 {
                        guard try tx.lock(id, at: Sample.now) else { return (false, false) }
                        return (false, try tx.delete(role.id, of: id, at: Sample.now))
                    }
                    guard let held = try tx.hold(role.id, in: id) else { return (false, false) }
                    let local = "guest\(index).\(round)"
                    var offer = Sample.invitation(to: Sample.email(local), in: id, by: .user(house.owner.id))
                    offer.customRole = held.assigned
                    return (try tx.add(offer, codeHash: local, emailHash: local), false)
                }
            }
            let (made, deleted) = (done.count { $0.made }, done.count { $0.deleted })
            #expect(deleted <= 1)
            #expect(deleted == 0 ? made == 16 : made == 0)
            let open = try await house.store.read { try $0.use(of: role.id, in: id, at: Sample.now) }
            #expect(open.invitations == made)
            #expect(try await house.store.read { try $0.customRole(role.id, in: id) } == (deleted == 1 ? nil : role))
        }
    }
}
