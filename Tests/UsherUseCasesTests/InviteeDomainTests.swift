import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// AZ-13: which domains people may be invited of.
@Suite struct InviteeDomainTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let address: String
        let allowed: [String]
        var blocked: [String] = []
        let isAdmitted: Bool
        var testDescription: String { "\(address) \(allowed) \(blocked)" }
    }

    static let table: [Case] = [
        Case(address: "u@corp.com", allowed: ["corp.com"], isAdmitted: true),
        Case(address: "U@CORP.COM", allowed: ["corp.com"], isAdmitted: true),
        Case(address: "u@corp.com.evil", allowed: ["corp.com"], isAdmitted: false),
        Case(address: "u@sub.corp.com", allowed: ["corp.com"], isAdmitted: false),
        Case(address: "u@xcorp.com", allowed: ["corp.com"], isAdmitted: false),
        Case(address: "u@corp.co", allowed: ["corp.com"], isAdmitted: false),
        Case(address: "u@com", allowed: ["corp.com"], isAdmitted: false),
        Case(address: "u@\u{441}orp.com", allowed: ["corp.com"], isAdmitted: false),
        Case(address: "u@cοrp.com", allowed: ["corp.com"], isAdmitted: false),
        Case(address: "u@sub.corp.com", allowed: ["*.corp.com"], isAdmitted: true),
        Case(address: "u@a.b.corp.com", allowed: ["*.corp.com"], isAdmitted: true),
        Case(address: "u@corp.com", allowed: ["*.corp.com"], isAdmitted: false),
        Case(address: "u@xcorp.com", allowed: ["*.corp.com"], isAdmitted: false),
        Case(address: "u@corp.com", allowed: ["*.corp.com", "corp.com"], isAdmitted: true),
        Case(address: "u@bücher.example", allowed: ["xn--bcher-kva.example"], isAdmitted: true),
        Case(address: "u@xn--bcher-kva.example", allowed: ["xn--bcher-kva.example"], isAdmitted: true),
        Case(address: "u@corp.com", allowed: [], isAdmitted: true),
        Case(address: "u@corp.com", allowed: [], blocked: ["corp.com"], isAdmitted: false),
        Case(address: "u@sub.corp.com", allowed: [], blocked: ["corp.com"], isAdmitted: true),
        Case(address: "u@sub.corp.com", allowed: [], blocked: ["*.corp.com"], isAdmitted: false),
        Case(address: "u@corp.com", allowed: ["corp.com"], blocked: ["corp.com"], isAdmitted: false),
    ]

    @Test(arguments: table)
    func `AZ-13 a list means exactly the domains it names`(_ row: Case) throws {
        var settings = OrganizationSettings()
        settings.allowedDomains = row.allowed
        settings.blockedDomains = row.blocked
        guard let email = try? EmailAddress(parsing: row.address) else {
            #expect(!row.isAdmitted)
            return
        }
        #expect(settings.admits(email) == row.isAdmitted)
    }

    @Test(arguments: [
        "u@evil@corp.com", "u@corp.com.", "u@.corp.com", "u@corp..com", "\"u@evil\"@corp.com", "u@[127.0.0.1]",
    ])
    func `AZ-13 what only looks like an address of the domain is none`(_ address: String) {
        #expect(throws: Refusal.self) { try EmailAddress(parsing: address) }
    }

    @Test func `an entry is normalized as an address's domain is, or refused`() {
        #expect(DomainRule.normalized("Corp.COM") == "corp.com")
        #expect(DomainRule.normalized("*.Bücher.example") == "*.xn--bcher-kva.example")
        for wrong in [
            "", "com", "*", "*.", "*.*.corp.com", "a@corp.com", "corp.com.", " corp.com", "corp com", "*corp.com",
        ] {
            #expect(DomainRule.normalized(wrong) == nil, "\(wrong)")
        }
    }

    @Test(arguments: Engine.available)
    func `AZ-13 an address of another domain is not invited, and nothing is left of the request`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        try await world.database.set(of: world.organization.id) { $0.allowedDomains = ["corp.com"] }
        for address in ["u@corp.com.evil", "u@sub.corp.com", "u@xcorp.com"] {
            await #expect(throws: Refusal.domainNotAllowed) { try await world.send(address) }
        }
        #expect(world.dispatch.letters.isEmpty)
        #expect(try await world.send("u@corp.com") == .sent)
    }

    @Test(arguments: Engine.available)
    func `INV-31 a domain that was shut meanwhile is shut at acceptance too, for everybody`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        try await world.send("new@corp.com")
        try await world.send("known@corp.com")
        let known = try await world.account("known@corp.com", password: "a long enough password")
        try await world.database.set(of: world.organization.id) { $0.blockedDomains = ["corp.com"] }
        await #expect(throws: Refusal.domainNotAllowed) { try await world.accept("new@corp.com") }
        let code = try world.code(for: "known@corp.com")
        await #expect(throws: Refusal.domainNotAllowed) {
            try await world.useCases.acceptInvitation.asSignedIn(
                code: code, session: world.session(of: known), facts: World.facts)
        }
        #expect(try await world.role(of: known.id) == nil)
        guard case .barred(_, .domain) = try await world.useCases.openInvitation(code: code, as: nil) else {
            Issue.record("the page does not say so")
            return
        }
        try await world.database.set(of: world.organization.id) { _ in }
        try await world.accept("new@corp.com")
    }
}
