import Testing
import UsherDomain

@Suite struct RightsTests {
    @Test func `roles are the numbers 0, 1 and 2, in this order`() {
        #expect(Role.allCases.map(\.rawValue) == [0, 1, 2])
        #expect(Role.user < .admin && Role.admin < .owner)
        for role in Role.allCases { #expect(Role(name: role.name) == role) }
        for name in ["", "Owner", "root", "2"] { #expect(Role(name: name) == nil) }
        #expect(Role(rawValue: 3) == nil && Role(rawValue: -1) == nil)
    }

    @Test(arguments: Role.allCases, Role.allCases)
    func `nobody grants a role above their own`(own: Role, granted: Role) {
        let access = Access(role: own)
        if granted <= own {
            #expect(throws: Never.self) { try access.grant(granted.permissions) }
        } else {
            let missing = granted.permissions.subtracting(own.permissions)
            #expect(throws: Refusal.roleAboveOwn(missing: missing)) { try access.grant(granted.permissions) }
        }
    }

    @Test func `a route asks for its permission, and one that nobody knows is nobody's`() {
        for (route, needed) in Permission.ofRoute {
            for role in Role.allCases {
                if role.permissions.contains(needed) {
                    #expect(throws: Never.self) { try Access(role: role).require(route) }
                } else {
                    #expect(throws: Refusal.roleTooLow(needed: needed)) { try Access(role: role).require(route) }
                }
            }
            #expect(throws: Never.self) { try Access(PermissionSet([needed])).require(route) }
            let rest = PermissionSet.owner.subtracting(PermissionSet([needed]))
            #expect(throws: Refusal.roleTooLow(needed: needed)) { try Access(rest).require(route) }
        }
        #expect(throws: Refusal.outOfScope(route: "GET /api/moon")) { try Access(.owner).require("GET /api/moon") }
    }

    @Test func `each list of scopes restricts, and none raises`() throws {
        let send = "POST /api/invitation", list = "GET /api/invitations/{organization_id}"
        let rename = "PUT /api/organization"
        let both = try Scopes([send, list, rename]), one = try Scopes([send, rename])
        let access = Access(role: .admin, restrictions: [both, one])
        #expect(throws: Never.self) { try access.require(send) }
        #expect(throws: Refusal.outOfScope(route: list)) { try access.require(list) }
        #expect(throws: Refusal.roleTooLow(needed: .organizationUpdate)) { try access.require(rename) }
        #expect(throws: Refusal.outOfScope(route: send)) {
            try Access(role: .owner, restrictions: [Scopes([])]).require(send)
        }
        #expect(throws: Refusal.outOfScope(route: send)) {
            try Access(role: .user, restrictions: [Scopes([])]).requireScope(send)
        }
    }

    @Test(arguments: [
        "", "POST", "POST ", "/api", "post /api/invitation", "POST api", "POST  /api", "POST /api x", "BREW /coffee",
        "POST /api/\u{FC}", "POST /api\n", "* *", "GET /" + String(repeating: "a", count: 200),
    ])
    func `a scope is a method and a path`(_ route: String) {
        #expect(throws: Refusal.invalidBody([FieldProblem("/scopes", .malformed)])) { try Scopes([route]) }
    }

    @Test func `there are at most a hundred scopes`() throws {
        let routes = (0..<100).map { "GET /\($0)" }
        #expect(try Scopes(routes).routes == routes)
        #expect(throws: Refusal.invalidBody([FieldProblem("/scopes", .malformed)])) { try Scopes(routes + ["GET /x"]) }
    }

    @Test func `a person is one actor, by cookie and by key; an organization's key is its own`() {
        let user = ID<User>(rawValue: "u"), organization = ID<Organization>(rawValue: "o")
        let key = ID<APIKey>(rawValue: "k")
        #expect(Caller.session(user: user, hash: "h").actor == Caller.userKey(user: user, key: key).actor)
        #expect(Caller.organizationKey(organization: organization, key: key).actor == "key:k")
        #expect(Caller.organizationKey(organization: organization, key: key).user == nil)
        #expect(Caller.userKey(user: user, key: key).inviter == .user(user))
    }
}
