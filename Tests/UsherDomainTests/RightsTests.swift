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
            #expect(throws: Never.self) { try access.grant(granted) }
        } else {
            #expect(throws: Refusal.roleAboveOwn(own: own)) { try access.grant(granted) }
        }
    }

    @Test(arguments: Role.allCases, Role.allCases)
    func `a route asks for a role at least`(own: Role, needed: Role) {
        let access = Access(role: own)
        if own >= needed {
            #expect(throws: Never.self) { try access.require(needed, for: "GET /api/auth/me") }
        } else {
            #expect(throws: Refusal.roleTooLow(needed: needed)) { try access.require(needed, for: "GET /api/auth/me") }
        }
    }

    @Test func `each list of scopes restricts, and none raises`() throws {
        let send = "POST /api/invitation", list = "GET /api/invitations/{organization_id}"
        let both = try Scopes([send, list]), one = try Scopes([send])
        let access = Access(role: .admin, restrictions: [both, one])
        #expect(throws: Never.self) { try access.require(.admin, for: send) }
        #expect(throws: Refusal.outOfScope(route: list)) { try access.require(.admin, for: list) }
        #expect(throws: Refusal.roleTooLow(needed: .owner)) { try access.require(.owner, for: send) }
        #expect(throws: Refusal.outOfScope(route: send)) {
            try Access(role: .owner, restrictions: [Scopes([])]).require(.user, for: send)
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
