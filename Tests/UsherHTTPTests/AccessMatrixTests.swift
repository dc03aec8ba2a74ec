import HTTPTypes
import HummingbirdTesting
import Testing
import UsherDomain
import UsherSQL
import UsherTestKit
import UsherUseCases

@testable import UsherHTTP

/// Every call of the document, asked by everybody there is: AZ-01.
@Suite(.timeLimit(.minutes(10))) struct AccessMatrixTests {
    /// Somebody who asks, and what they hold.
    enum Asker: String, CaseIterable, Sendable {
        case nobody, outsiderKey, outsiderSession
        case userKey, adminKey, ownerKey, expiredKey, revokedKey, unscopedKey, scopedKey
        case userSession, adminSession, ownerSession, personsUserKey, scopedMember
        /// Members with a custom role: of the one permission that the route takes, and of all others.
        case justIt, allButIt
        /// An owner whose membership ended this moment, and a person who was erased and left a session behind.
        case formerOwner, erased

        var isKnown: Bool { ![.nobody, .expiredKey, .revokedKey, .erased].contains(self) }

        var isPerson: Bool { isSession || self == .personsUserKey }

        /// Who is signed in, which no key is.
        var isSession: Bool {
            switch self {
            case .outsiderSession, .userSession, .adminSession, .ownerSession, .scopedMember, .justIt, .allButIt,
                .formerOwner:
                true
            default: false
            }
        }

        /// The code that a route for members of a role answers; nil: it goes through.
        func refusal(needing role: String, _ permission: Permission) -> String? {
            switch self {
            case .nobody, .expiredKey, .revokedKey, .erased: "not_signed_in"
            case .outsiderKey, .outsiderSession, .formerOwner: "not_a_member"
            case .userKey, .userSession, .personsUserKey: role == "user" ? nil : "role_too_low"
            case .adminKey, .adminSession: role == "owner" ? "role_too_low" : nil
            case .ownerKey, .ownerSession, .scopedKey: nil
            case .unscopedKey, .scopedMember: "out_of_scope"
            case .justIt: PermissionSet.ownersOnly.contains(permission) ? "role_too_low" : nil
            case .allButIt: role == "user" ? nil : "role_too_low"
            }
        }

        /// The code that this call answers, whatever it is about; nil: it goes through.
        func refusal(of operation: OpenAPI.Operation) throws -> String? {
            switch operation.policy {
            case "anyone": return nil
            case "person": return !isKnown ? "not_signed_in" : isPerson ? nil : "person_required"
            case "session": return !isKnown ? "not_signed_in" : isSession ? nil : "session_required"
            case "member":
                let permission = try #require(Permission.ofRoute[operation.route])
                let refusal = refusal(needing: try #require(operation.role), permission)
                // An ownership passes from person to person.
                let needsPerson = operation.method == "POST" && operation.path.contains("/transfer") && !isPerson
                return refusal ?? (needsPerson ? "person_required" : nil)
            default:
                Issue.record("no policy: \(operation.route)")
                return nil
            }
        }
    }

    /// Those who are refused ask first, and what they did is counted: nothing. Then those who are let in, one after the
    /// other, of whom the later find what the first one did.
    @Test(arguments: Engine.available, OpenAPI.current?.operations ?? [])
    func `AZ-01 each call lets in whom its policy names, and nobody else`(
        _ engine: Engine, _ operation: OpenAPI.Operation
    ) async throws {
        let it = try await OnceHouse(engine)
        var askers: [(who: Asker, holds: HTTPFields, refusal: String?)] = []
        for asker in Asker.allCases {
            askers.append((asker, try await it.credential(of: asker, for: operation), try asker.refusal(of: operation)))
        }
        let (refused, others) = (askers.filter { $0.refusal != nil }, askers.filter { $0.refusal == nil })
        let before = try await it.counts()
        try await it.house.serve { client in
            for asker in refused {
                let told = try await operation.ask(client, it.house, asker.holds)
                #expect(told.code == asker.refusal, "\(asker.who)")
                let statuses = ["not_signed_in": 401, "person_required": 400]
                #expect(told.status == statuses[asker.refusal ?? "", default: 403], "\(asker.who)")
                if told.status == 401 { #expect(told.headers[.wwwAuthenticate] != nil) }
            }
            #expect(try await it.counts() == before, "who is refused changes nothing")
            #expect(it.house.desk.letters.isEmpty)
            for asker in others {
                let told = try await operation.ask(client, it.house, asker.holds)
                expectThrough(told, operation, asker.who)
                // What one ended is there again for the next.
                try await it.change("UPDATE organizations SET deleted_at = NULL")
            }
        }
    }

    private func expectThrough(_ told: Told, _ operation: OpenAPI.Operation, _ asker: Asker) {
        if operation.policy == "anyone" {
            #expect(![400, 401, 403].contains(told.status), "\(asker): \(told.body)")
            return
        }
        // Their password was not the right one: that much they were let in for.
        if operation.route == "DELETE /api/user" {
            #expect(told.code == "wrong_password", "\(asker)")
            return
        }
        // Who may make links or claim domains, and not invite, lets nobody in.
        let permission = Permission.ofRoute[operation.route]
        let letsIn = permission == .joinLinkCreate || permission == .domainCreate
        let isAbove = asker == .justIt && letsIn && told.code == "role_above_own"
        #expect(
            isAbove || Self.findsNothing.contains(told.code) || Self.findsItDone[operation.route] == told.code,
            "\(asker): \(told.body)")
    }

    /// Nothing has the ids that are asked for: what is let in finds nothing.
    private static let findsNothing: Set<String?> = [
        nil,
        "invitation_not_found", "member_not_found", "key_not_found", "transfer_not_found", "organization_not_found",
        "plan_not_found", "request_not_found", "join_link_not_found", "suppression_not_found", "role_not_found",
        "domain_not_found",
    ]

    /// What whoever was let in before did already.
    private static let findsItDone = [
        "POST /api/invitation": "already_invited",
        "POST /api/organization/{organization_id}/role": "role_name_taken",
    ]

    /// There is no suspension; this is the nearest to it.
    @Test(arguments: Engine.available)
    func `AZ-01 INV-21 of an organization that was deleted nobody is a member`(_ engine: Engine) async throws {
        let it = try await OnceHouse(engine)
        var askers: [HTTPFields] = []
        for asker in [Asker.ownerKey, .adminKey, .userKey, .ownerSession, .personsUserKey] {
            askers.append(try await it.credential(of: asker, for: nil))
        }
        let (all, id, now) = (askers, it.id, it.house.clock.now)
        #expect(try await it.house.store.write { try $0.delete(id, at: now) })
        let before = try await it.counts()
        let operations = try #require(OpenAPI.current).operations.filter { $0.policy == "member" }
        #expect(operations.count > 50)
        try await it.house.serve { client in
            for operation in operations {
                for fields in all {
                    let told = try await operation.ask(client, it.house, fields)
                    #expect((told.status, told.code) == (403, "not_a_member"), "\(operation.route)")
                }
            }
        }
        #expect(try await it.counts() == before)
    }
}

extension OnceHouse {
    fileprivate func credential(
        of asker: AccessMatrixTests.Asker, for operation: OpenAPI.Operation?
    ) async throws -> HTTPFields {
        switch asker {
        case .nobody: return [:]
        case .outsiderKey:
            return [.authorization: try await house.key(of: house.organization(named: "Other"))]
        case .userKey: return [.authorization: try await house.key(.user)]
        case .adminKey: return [.authorization: try await house.key(.admin)]
        case .ownerKey: return [.authorization: try await house.key(.owner)]
        case .expiredKey: return [.authorization: try await house.key(expiresAt: house.clock.now)]
        case .revokedKey:
            let key = try await house.key(.owner), (hash, now) = (house.effects.hash(key), house.clock.now)
            try await change("UPDATE api_keys SET revoked_at = \(now) WHERE hash = \(hash)")
            return [.authorization: key]
        case .unscopedKey: return [.authorization: try await house.key(scopes: [])]
        case .scopedKey:
            return [.authorization: try await house.key(scopes: [operation.map { $0.scope ?? $0.route } ?? ""])]
        case .personsUserKey:
            let user = try await house.member(asker.rawValue, role: .owner)
            return [.authorization: try await house.key(.user, user: user)]
        default:
            let user = try await person(asker, for: operation)
            return [.cookie: "usher_session=\(try await house.session(of: user))"]
        }
    }

    /// Who is signed in.
    private func person(_ asker: AccessMatrixTests.Asker, for operation: OpenAPI.Operation?) async throws -> User {
        let (name, now) = (asker.rawValue, house.clock.now)
        switch asker {
        case .outsiderSession:
            return try await house.member(name, role: .owner, of: house.organization(named: "Another"))
        case .userSession: return try await house.member(name, role: .user)
        case .adminSession: return try await house.member(name, role: .admin)
        case .scopedMember: return try await house.member(name, role: .owner, scopes: ["GET /api/other"])
        case .justIt, .allButIt:
            let it = PermissionSet(operation.flatMap { Permission.ofRoute[$0.route] }.map { [$0] } ?? [])
            return try await house.member(name, holding: asker == .justIt ? it : PermissionSet.owner.subtracting(it))
        case .formerOwner:
            let user = try await house.member(name, role: .owner)
            try await change("UPDATE memberships SET ends_at = \(now) WHERE user_id = \(user.id)")
            return user
        case .erased:
            let user = try await house.member(name, role: .owner)
            #expect(try await house.store.write { try $0.erase(user.id, at: now) })
            return user
        default: return try await house.member(name, role: .owner)
        }
    }
}
