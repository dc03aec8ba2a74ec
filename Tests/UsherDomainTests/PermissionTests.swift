import Testing
import UsherDomain

/// Roles as sets of permissions.
@Suite struct PermissionTests {
    @Test func `each permission has a text, a bit and a place of its own`() {
        let all = Permission.allCases
        #expect(Set(all.map(\.rawValue)).count == all.count)
        #expect(all.count <= PermissionSet.RawValue.bitWidth)
        for permission in all {
            #expect(PermissionSet([permission]).permissions == [permission])
            #expect("\(permission.resource):\(permission.action)" == permission.rawValue)
            #expect(!permission.resource.isEmpty && !permission.action.isEmpty)
        }
        #expect(Set(all.map { PermissionSet([$0]) }).count == all.count)
        #expect(PermissionSet(all) == .owner)
    }

    @Test func `each role allows what those below it do, and more`() {
        #expect(PermissionSet.user.isStrictSubset(of: .admin) && PermissionSet.admin.isStrictSubset(of: .owner))
        #expect(PermissionSet.ownersOnly.isDisjoint(with: .admin))
        let added = PermissionSet.owner.subtracting(.admin).permissions
        #expect(
            added == [
                .organizationUpdate, .organizationExport, .organizationDelete, .settingsUpdate, .ownershipTransfer,
            ])
        #expect(PermissionSet.user.permissions == [.ownershipRead, .ownershipAnswer])
    }

    @Test func `each call takes one permission, and each permission is for a call`() {
        #expect(Set(Permission.ofRoute.values) == Set(Permission.allCases))
    }

    @Test func `what is stored is read, and what a newer program wrote allows nothing`() {
        #expect(PermissionSet(stored: "") == PermissionSet())
        #expect(PermissionSet(stored: PermissionSet.owner.text) == .owner)
        #expect(PermissionSet(stored: "moon:land invitation:read :: invitation") == PermissionSet([.invitationRead]))
        #expect(PermissionSet([.memberRead, .invitationCreate]).text == "invitation:create member:read")
    }

    /// AZ-04: of any two sets, whatever they are made of.
    @Test func `AZ-04 of any two sets what is not within the one is not the other's to give or to change`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let (own, other) = (PermissionSet.any(&random), PermissionSet.any(&random))
            let access = Access(own)
            let missing = Permission.allCases.filter { other.contains($0) && !own.contains($0) }
            if missing.isEmpty {
                #expect(throws: Never.self) { try access.grant(other) }
                #expect(throws: Never.self) { try access.mayChange(other) }
            } else {
                #expect(throws: Refusal.roleAboveOwn(missing: PermissionSet(missing))) { try access.grant(other) }
                #expect(throws: Refusal.targetAboveOwn(missing: PermissionSet(missing))) {
                    try access.mayChange(other)
                }
            }
            let both = own.intersection(other)
            #expect(both.isSubset(of: own) && both.isSubset(of: other))
            for permission in Permission.allCases {
                #expect(both.contains(permission) == (own.contains(permission) && other.contains(permission)))
            }
        }
    }

    @Test func `who offers must be allowed to invite, whatever else they may do`() {
        let all = PermissionSet.owner.subtracting(PermissionSet([.invitationCreate]))
        #expect(throws: Refusal.roleAboveOwn(missing: PermissionSet([.invitationCreate]))) {
            try Access(all).offer(.user)
        }
        #expect(throws: Never.self) { try Access(PermissionSet.user.with(.invitationCreate)).offer(.user) }
    }

    @Test func `a custom role is never less than a member, and its number is 0`() {
        let role = AssignedRole(
            id: ID(rawValue: "r"), name: DisplayName(stored: "Scout"), permissions: PermissionSet([.memberRead]))
        #expect(role.effective == PermissionSet.user.with(.memberRead))
        #expect(HeldRole(.user, role).permissions == role.effective)
        #expect(HeldRole.admin.permissions == .admin)
    }

    @Test func `names that differ in case alone are the same name`() {
        for (one, other) in [("Scout", "sCOUT"), ("Übersetzer", "ÜBERSETZER"), ("ΣΊΣΥΦΟΣ", "ΣίΣΥΦΟΣ")] {
            #expect(
                CustomRole.nameKey(DisplayName(stored: one)) == CustomRole.nameKey(DisplayName(stored: other)))
        }
        #expect(CustomRole.nameKey(DisplayName(stored: "a")) != CustomRole.nameKey(DisplayName(stored: "b")))
    }
}

extension PermissionSet {
    fileprivate static func any(_ random: inout some RandomNumberGenerator) -> PermissionSet {
        let density = Int.random(in: 1...4, using: &random)
        return PermissionSet(Permission.allCases.filter { _ in Int.random(in: 0...4, using: &random) >= density })
    }
}
