import HTTPTypes
import HummingbirdTesting
import Testing
import UsherAPI
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

@testable import UsherHTTP

/// Another organization on the same server, with a row of every kind that says so: AZ-02, AZ-03, AZ-20.
@Suite(.timeLimit(.minutes(5))) struct CanaryTests {
    @Test(arguments: Engine.available)
    func `AZ-02 AZ-03 each id of another organization is as unknown as one that nothing has`(
        _ engine: Engine
    ) async throws {
        let it = try await OnceHouse(engine)
        let canary = try await it.canary()
        let fields = try await it.owner()
        let operations = try #require(OpenAPI.current).operations.filter { $0.path.contains("{") }
        #expect(operations.count > 40)
        let before = try await it.counts()
        try await it.house.serve { client in
            for operation in operations {
                let method = try #require(HTTPRequest.Method(operation.method))
                let isJoinRequest = operation.path.contains("/join_request/")
                let theirs = isJoinRequest ? canary.ids.merging(canary.joinRequest) { $1 } : canary.ids
                let nowhere = Dictionary(
                    uniqueKeysWithValues: theirs.keys.map { ($0, Sample.id(Organization.self).rawValue) })
                let places = [
                    (operation.path(in: it.id, ids: theirs), operation.path(in: it.id, ids: nowhere)),
                    (operation.path(in: canary.organization), operation.path(in: Sample.id())),
                ]
                for (foreign, random) in places {
                    // What is only about one's own organization is no one else's.
                    if operation.path(in: it.id) == foreign { continue }
                    let body = operation.body(it.house)
                    let told = try await client.ask(method, foreign, fields, body: body)
                    let control = try await client.ask(method, random, fields, body: body)
                    #expect((told.status, told.code) == (control.status, control.code), "\(operation.route)")
                    #expect(told.problem?.detail == control.problem?.detail, "\(operation.route)")
                    #expect(told.status >= 300, "\(operation.route) \(told.status)")
                    #expect(!told.body.lowercased().contains("canary"), "\(operation.route)")
                }
            }
        }
        #expect(try await it.counts() == before)
    }

    @Test(arguments: Engine.available)
    func `AZ-20 a canary's rows are in no list, in no count, and changed by nothing`(_ engine: Engine) async throws {
        let it = try await OnceHouse(engine)
        let canary = try await it.canary()
        let (session, key) = (try await it.owner(), try await it.admin())
        try await it.invitation(to: "mine")
        let operations = try #require(OpenAPI.current).operations.filter { $0.path.hasPrefix("/api") }
        try await it.house.serve { client in
            // The end of one's own organization, and of one's own session, last.
            let ends = ["DELETE /api/organization/{organization_id}", "DELETE /api/auth"]
            let ordered =
                operations.filter { !ends.contains($0.route) } + operations.filter { ends.contains($0.route) }
            var looked = 0
            for operation in ordered {
                for fields in [session, key] {
                    let told = try await operation.ask(client, it.house, fields)
                    looked += told.status == 200 ? 1 : 0
                    #expect(!told.body.lowercased().contains("canary"), "\(operation.route)")
                    for id in canary.ids.values { #expect(!told.body.contains(id), "\(operation.route)") }
                }
            }
            #expect(looked > 20)
        }
        let organization = canary.organization
        let (offer, boss) = (try #require(canary.ids["invitation_id"]), try #require(canary.ids["user_id"]))
        let kept = try await it.house.store.read { tx in
            (
                try tx.organization(organization)?.name.text,
                try tx.invitation(ID(rawValue: offer), in: organization)?.status,
                try tx.membership(of: ID(rawValue: boss), in: organization)?.role
            )
        }
        #expect(kept == ("Canary", .pending, .owner))
    }

    /// What is there is asked for by its id, by every role.
    @Test(arguments: Engine.available)
    func `AZ-11 no answer to whatever role tells a code, a secret, or the hash of one`(_ engine: Engine) async throws {
        let it = try await OnceHouse(engine)
        let (house, effects, now) = (it.house, it.house.effects, it.house.clock.now)
        let offer = try await it.invitation()
        let person = Sample.user("hidden")
        try await house.store.write { tx in
            _ = try tx.add(person, passwordHash: "$argon2id$of.nobody")
            _ = try tx.add(Sample.membership(person.id, it.id, role: .admin), from: nil)
        }
        let link = try await house.useCases.operatorActions.createJoinLink(
            JoinLinkDraft(
                role: .user, maximumUses: 3, expiresAt: now + .days(3), allowedDomains: [], redirectURI: Sample.url),
            in: it.id, for: house.owner.email, rules: house.useCases.rules)
        let keys = [try await house.key(.user), try await house.key(.admin), try await house.key(.owner)]
        let session = try await house.session(of: house.owner)
        let secrets = [it.code(of: offer), link.secret.reveal(), session] + keys
        let hidden = secrets + secrets.map(effects.hash) + ["argon2id"]
        let ids = [
            "invitation_id": offer.id.rawValue, "link_id": link.link.id.rawValue, "user_id": person.id.rawValue,
        ]
        let operations = try #require(OpenAPI.current).operations.filter { $0.method == "GET" }
        try await house.serve { client in
            var told = 0
            for operation in operations {
                for fields in keys.map({ HTTPFields.asking(it.id, key: $0) }) + [.asking(it.id, session: session)] {
                    let answer = try await client.ask(.get, operation.path(in: it.id, ids: ids), fields)
                    told += answer.status == 200 ? 1 : 0
                    for secret in hidden {
                        #expect(!answer.body.contains(secret), "\(operation.route)")
                        #expect(!answer.headers.contains { $0.value.contains(secret) }, "\(operation.route)")
                    }
                }
            }
            #expect(told > 50)
        }
    }
}

extension OnceHouse {
    fileprivate struct Canary: Sendable {
        let organization: ID<Organization>
        /// By the names of parameters.
        let ids: [String: String]
        /// The same name as that of a request for a new link.
        let joinRequest: [String: String]
    }

    fileprivate func canary() async throws -> Canary {
        let (now, effects) = (house.clock.now, house.effects)
        let home = try await house.organization(named: "Canary")
        let boss = try await house.member("canary.boss", role: .owner, of: home)
        let asker = try await person("canary.asker").user
        let offer = Sample.invitation(
            to: Sample.email("canary.guest"), in: home.id, by: .user(boss.id), createdAt: now)
        let role = Sample.role("Canary", of: home.id, at: now)
        let key = APIKey(
            id: Sample.id(), holder: .organization(home.id), name: DisplayName(stored: "canary"), role: .admin,
            scopes: nil, createdAt: now, updatedAt: now, expiresAt: nil)
        let plan = InvitationPlan(
            id: Sample.id(), organization: home.id, actor: "user:\(boss.id)", appURL: Sample.url,
            redirectURI: Sample.url, total: 1, createdAt: now, updatedAt: now, expiresAt: now + .days(7))
        let row = PlanRow(
            number: 1, input: PlanRow.Input(email: "canary.row@example.com"), email: Sample.email("canary.row"),
            role: .user)
        let asked = InvitationRequest(
            id: Sample.id(), organization: home.id, invitation: offer.id, otherEmail: Sample.email("canary.other"),
            askedAt: now)
        let joining = JoinRequest(
            id: Sample.id(), organization: home.id, user: asker.id, domain: "canary.example", role: .user,
            askedAt: now, expiresAt: now + .days(7))
        try await house.store.write { tx in
            _ = try tx.add(
                offer, codeHash: effects.hash(offer.id.rawValue), emailHash: effects.emailHash(offer.email))
            try tx.add(role)
            try tx.add(key, hash: "canary", createdBy: boss.id)
            try tx.add(plan, rows: [row])
            _ = try tx.ask(asked)
            _ = try tx.add(joining)
            try tx.suppress("canary", in: home.id, at: now)
        }
        let operators = house.useCases.operatorActions
        let domain = try await operators.addDomain(
            DomainDraft(name: "canary.example", joining: .off, role: .user), to: home.id, for: boss.email)
        let link = try await operators.createJoinLink(
            JoinLinkDraft(
                role: .user, maximumUses: 3, expiresAt: now + .days(3), allowedDomains: ["canary.example"],
                redirectURI: Sample.url), in: home.id, for: boss.email, rules: house.useCases.rules)
        return Canary(
            organization: home.id,
            ids: [
                "invitation_id": offer.id.rawValue, "role_id": role.id.rawValue, "api_key_id": key.id.rawValue,
                "plan_id": plan.id.rawValue, "request_id": asked.id.rawValue, "user_id": boss.id.rawValue,
                "domain_id": domain.id.rawValue, "link_id": link.link.id.rawValue,
            ], joinRequest: ["request_id": joining.id.rawValue])
    }
}
