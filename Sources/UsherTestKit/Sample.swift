import Synchronization
package import UsherDomain
import UsherSQL
package import UsherUseCases

/// Values for tests that do not care which.
package enum Sample {
    package static let now = Timestamp(milliseconds: 1_800_000_000_000)

    private static let count = Mutex(0)

    /// A new id, in order of making.
    package static func id<Kind>(_ kind: Kind.Type = Kind.self) -> ID<Kind> {
        let number = count.withLock { count in
            count += 1
            return count
        }
        let digits = String(number, radix: 16)
        return ID(rawValue: "01900000-0000-7000-9000-" + String(repeating: "0", count: 12 - digits.count) + digits)
    }

    package static func email(_ local: String = "ada") -> EmailAddress {
        EmailAddress(
            typed: "\(local)@example.com", canonical: "\(local.lowercased())@example.com",
            wire: "\(local)@example.com")
    }

    package static let url = WebURL(
        text: "https://app.example.com/welcome", origin: Origin(stored: "https://app.example.com"))

    package static func organization(name: String = "Example") -> Organization {
        Organization(
            id: id(), name: DisplayName(stored: name),
            allowedOrigins: [Origin(stored: "https://app.example.com"), Origin(stored: "https://www.example.com")],
            createdAt: now, updatedAt: now)
    }

    package static func user(_ local: String = "owner", name: String? = "Olga") -> User {
        User(
            id: id(), email: email(local), name: name.map { DisplayName(stored: $0) }, verifiedAt: now,
            createdAt: now, updatedAt: now)
    }

    package static func membership(
        _ user: ID<User>, _ organization: ID<Organization>, role: Role = .user, scopes: Scopes? = nil
    ) -> Membership {
        Membership(
            id: id(), user: user, organization: organization, role: role, scopes: scopes, createdAt: now,
            updatedAt: now)
    }

    package static func invitation(
        to email: EmailAddress = email(), in organization: ID<Organization>, by inviter: Invitation.Inviter,
        role: Role = .user, createdAt: Timestamp = now, lasting life: Duration = InvitationLife.usual
    ) -> Invitation {
        Invitation(
            id: id(), organization: organization, email: email, role: role,
            scopes: Scopes(stored: ["GET /api/auth/me", "POST /api/invitation"]), inviter: inviter, appURL: url,
            redirectURI: url, locale: "en", expiresAt: createdAt + life, createdAt: createdAt, updatedAt: createdAt)
    }

    package static func letter(about invitation: Invitation, in organization: Organization) -> Letter {
        Letter(
            id: id(), recipient: invitation.email, locale: invitation.locale, notAfter: invitation.expiresAt,
            createdAt: invitation.createdAt,
            content: .invitation(
                InvitationLetter(
                    invitation: invitation.id, generation: invitation.generation, organization: organization.id,
                    organizationName: organization.name, inviterName: "Olga", inviterEmail: email("owner"),
                    role: invitation.role, appURL: invitation.appURL, redirectURI: invitation.redirectURI,
                    expiresAt: invitation.expiresAt)))
    }

    package static func lease(_ node: String = "node", at now: Timestamp = now, for time: Duration = .minutes(1))
        -> Lease
    { Lease(node: node, until: now + time) }
}

/// An organization with its owner, in a store of its own.
package struct SampleHouse: Sendable {
    package let store: any Store
    package let database: RecordingDatabase
    package let organization: Organization
    package let owner: User

    package init(_ engine: Engine) async throws { try await self.init(engine.makeDatabase()) }

    package init(_ database: RecordingDatabase) async throws {
        let (store, organization, owner) = (SQLStore(database), Sample.organization(), Sample.user())
        (self.store, self.database, self.organization, self.owner) = (store, database, organization, owner)
        try await store.write { tx in
            try tx.add(organization)
            _ = try tx.add(owner, passwordHash: "$argon2id$sample")
            _ = try tx.add(Sample.membership(owner.id, organization.id, role: .owner), from: nil)
        }
    }

    /// An open invitation, and the hash of its code.
    package func invite(
        _ local: String = "ada", at now: Timestamp = Sample.now, lasting life: Duration = InvitationLife.usual
    ) async throws -> (invitation: Invitation, codeHash: String) {
        let invitation = Sample.invitation(
            to: Sample.email(local), in: organization.id, by: .user(owner.id), createdAt: now, lasting: life)
        let hash = FixedEffects.hash(invitation.id.rawValue)
        let isAdded = try await store.write {
            try $0.add(invitation, codeHash: hash, emailHash: FixedEffects.hash(local))
        }
        guard isAdded else { throw Refusal.alreadyInvited }
        return (invitation, hash)
    }

    /// An invitation whose letter waits, leased to `node`.
    package func inviteByLetter(
        _ local: String = "ada", leasedTo lease: Lease = Sample.lease(), at now: Timestamp = Sample.now
    ) async throws -> (invitation: Invitation, letter: Letter) {
        let invitation = try await invite(local, at: now).invitation
        let letter = Sample.letter(about: invitation, in: organization)
        try await store.write { try $0.enqueue(letter, lease: lease, at: now) }
        return (invitation, letter)
    }

    package func person(_ local: String) async throws -> User {
        let user = Sample.user(local)
        _ = try await store.write { try $0.add(user, passwordHash: nil) }
        return user
    }

    package func reload(_ invitation: Invitation) async throws -> Invitation? {
        try await store.read { try $0.invitation(invitation.id, in: invitation.organization) }
    }
}
