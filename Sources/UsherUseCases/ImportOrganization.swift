import Synchronization
package import UsherDomain

/// Why a file cannot be imported.
package enum ImportProblem: Error, Equatable, Sendable {
    /// The line is none of an export, or lacks something.
    case line(Int, String)
    /// The server has the organization already, or had it.
    case organizationKnown(ID<Organization>)
    /// Nobody in it is an owner without restriction and without end.
    case noOwner
}

/// Takes in an organization from another server, all of it or nothing. Ids stay; people are known by their address.
package struct ImportOrganization: Sendable {
    /// Reads addresses and URLs anew: nothing in a file is believed to be well-formed.
    package struct Parsers: Sendable {
        let email: @Sendable (String) -> EmailAddress?
        let url: @Sendable (String) -> WebURL?
        let name: @Sendable (String) -> DisplayName?
        let origin: @Sendable (String) -> Origin?

        package init(
            email: @escaping @Sendable (String) -> EmailAddress?, url: @escaping @Sendable (String) -> WebURL?,
            name: @escaping @Sendable (String) -> DisplayName?, origin: @escaping @Sendable (String) -> Origin?
        ) {
            self.email = email
            self.url = url
            self.name = name
            self.origin = origin
        }
    }

    /// What came in.
    package struct Imported: Equatable, Sendable {
        package var organization: ID<Organization>
        package var members = 0
        /// Accounts that were made, without a password.
        package var accounts = 0
        package var invitations = 0
        /// Invitations that are open, and whose link works.
        package var open = 0
        /// Those that are open and came without the hash of their code.
        package var unlinked = 0
        package var keys = 0
        package var suppressions = 0
        /// Suppressions made under another key, of addresses that nobody can tell from their hash.
        package var lostSuppressions = 0
        package var audit = 0
    }

    let store: any Store
    let effects: Effects
    let parsers: Parsers

    package init(store: any Store, effects: Effects, parsers: Parsers) {
        self.store = store
        self.effects = effects
        self.parsers = parsers
    }

    /// - Parameter records: in the order of the file, which is that of `PortableRecord.Kind`.
    /// - Throws: `ImportProblem`.
    package func callAsFunction(_ records: [PortableRecord]) async throws -> Imported {
        guard let first = records.first, first.kind == .organization,
            let id = first.text("id").flatMap({ ID<Organization>(parsing: $0) })
        else { throw ImportProblem.line(2, "it is no organization") }
        let line = CurrentLine()
        do {
            return try await store.write { try take(records, id, line, $0) }
        } catch let problem as ImportProblem {
            throw problem
        } catch let unavailable as StoreUnavailable {
            throw unavailable
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            // Told only now: the store tries some of what the engine says once more.
            throw ImportProblem.line(
                line.number.load(ordering: .relaxed), "the database does not take it (\(error))")
        }
    }

    private func take(
        _ records: [PortableRecord], _ id: ID<Organization>, _ line: CurrentLine, _ tx: any StoreWriter
    ) throws -> Imported {
        let now = effects.now()
        guard try !tx.isKnown(id) else { throw ImportProblem.organizationKnown(id) }
        var intake = Intake(organization: id, effects: effects, parsers: parsers, now: now)
        for (index, record) in records.enumerated() {
            // The first line is the file's head.
            line.number.store(index + 2, ordering: .relaxed)
            do {
                try intake.take(record, tx)
            } catch let problem as Intake.Unfit {
                throw ImportProblem.line(index + 2, problem.reason)
            }
        }
        guard try tx.hasLastingOwner(besides: ID(rawValue: effects.newID()), in: id) else {
            throw ImportProblem.noOwner
        }
        if let limit = try tx.organization(id)?.settings.seatLimit {
            try tx.keepSeatLedger(of: id, limit: limit, at: now)
        }
        try tx.record(
            effects.audit(
                .organizationImported, in: id, by: "operator", subject: id.rawValue, request: nil, at: now))
        return intake.imported
    }
}

/// The line of the file that is being taken in.
private final class CurrentLine: Sendable {
    let number = Atomic(1)
}

/// Rows on their way in, and whom they are about.
private struct Intake {
    struct Unfit: Error { let reason: String }

    let organization: ID<Organization>
    let effects: Effects
    let parsers: ImportOrganization.Parsers
    let now: Timestamp
    var imported: ImportOrganization.Imported
    /// People of the file, and who they are here.
    private var people: [String: ID<User>] = [:]
    /// Keyed hashes of the file, and what they are under this server's key.
    private var hashes: [String: String] = [:]
    private var isOtherKey = false
    /// Roles of the file.
    private var roles: Set<String> = []
    private var isFounded = false
    private var last = PortableRecord.Kind.organization

    init(organization: ID<Organization>, effects: Effects, parsers: ImportOrganization.Parsers, now: Timestamp) {
        self.organization = organization
        self.effects = effects
        self.parsers = parsers
        self.now = now
        imported = ImportOrganization.Imported(organization: organization)
    }

    mutating func take(_ record: PortableRecord, _ tx: any StoreWriter) throws {
        let order = PortableRecord.Kind.allCases
        guard (order.firstIndex(of: record.kind) ?? 0) >= (order.firstIndex(of: last) ?? 0) else {
            throw Unfit(reason: "it comes too late")
        }
        last = record.kind
        try check(record)
        switch record.kind {
        case .organization: try organization(record, tx)
        case .role: try role(record, tx)
        case .member: try member(record, tx)
        case .apiKey: try key(record, tx)
        case .invitation: try invitation(record, tx)
        case .suppression: try suppression(record, tx)
        case .audit:
            try tx.add(record, to: organization, derived: [:])
            imported.audit += 1
        }
    }

    /// What the engine does not check.
    private func check(_ record: PortableRecord) throws {
        if record.kind != .suppression, record.text("id").flatMap({ ID<PortableRecord>(parsing: $0) }) == nil {
            throw Unfit(reason: "id is no id")
        }
        if let name = record.text("name"), parsers.name(name) == nil { throw Unfit(reason: "name is no name") }
        if let role = record.text("role_id"), !roles.contains(role) || record.number("role") != 0 {
            throw Unfit(reason: "role_id is no role beside 0")
        }
        if case .texts(let routes)? = record.values["scopes"], (try? Scopes(routes)) == nil {
            throw Unfit(reason: "scopes are no routes")
        }
        if case .texts(let origins)? = record.values["allowed_origins"],
            !origins.allSatisfy({ parsers.origin($0)?.text == $0 })
        {
            throw Unfit(reason: "allowed_origins are no origins")
        }
    }

    private mutating func organization(_ record: PortableRecord, _ tx: any StoreWriter) throws {
        guard !isFounded, record.text("id") == organization.rawValue else {
            throw Unfit(reason: "it is another organization")
        }
        isFounded = true
        try tx.add(record, to: organization, derived: [:])
    }

    /// What only an owner may do is in no role, whatever a file says.
    private mutating func role(_ record: PortableRecord, _ tx: any StoreWriter) throws {
        guard let name = record.text("name").map({ DisplayName(stored: $0) }),
            name.text.count <= CustomRole.maximumName,
            let text = record.text("permissions"), let id = record.text("id")
        else { throw Unfit(reason: "it is no role") }
        guard try tx.customRole(named: name, in: organization) == nil else {
            throw Unfit(reason: "name is there twice")
        }
        guard !CustomRole.isReserved(name) else { throw Unfit(reason: "name is that of one of the three roles") }
        let permissions = PermissionSet(stored: text).subtracting(.ownersOnly)
        try tx.add(
            record, to: organization,
            derived: ["name_key": .text(CustomRole.nameKey(name)), "permissions": .text(permissions.text)])
        roles.insert(id)
    }

    private mutating func member(_ record: PortableRecord, _ tx: any StoreWriter) throws {
        let user = try person(record, tx)
        try tx.add(record, to: organization, derived: ["user_id": .text(user.rawValue)])
        imported.members += 1
    }

    /// Who has the address here; a new account without a password otherwise, under the same id where it is free.
    private mutating func person(_ record: PortableRecord, _ tx: any StoreWriter) throws -> ID<User> {
        guard let former = record.text("user_id"), let id = ID<User>(parsing: former) else {
            throw Unfit(reason: "user_id is no id")
        }
        guard let email = record.text("email").flatMap(parsers.email) else {
            throw Unfit(reason: "email is no address")
        }
        if let account = try tx.account(of: email) {
            // Who registered an address without proving it gets nothing by an import.
            guard account.user.verifiedAt != nil || account.passwordHash == nil else {
                throw Unfit(reason: "there is an account with this address here that nobody proved")
            }
            people[former] = account.user.id
            return account.user.id
        }
        let user = User(
            id: try tx.isKnown(id) ? ID(rawValue: effects.newID()) : id, email: email,
            name: record.text("name").map { DisplayName(stored: $0) }, locale: record.text("locale"),
            verifiedAt: record.time("verified_at"), createdAt: now, updatedAt: now)
        guard try tx.add(user, passwordHash: nil) else { throw Unfit(reason: "email is there twice") }
        people[former] = user.id
        imported.accounts += 1
        return user.id
    }

    /// Somebody who is no member (any more) is an id and nothing else.
    private mutating func person(named name: String, of record: PortableRecord, _ tx: any StoreWriter) throws
        -> PortableValue
    {
        guard let former = record.text(name) else { return .null }
        if let known = people[former] { return .text(known.rawValue) }
        guard let id = ID<User>(parsing: former) else { throw Unfit(reason: "\(name) is no id") }
        if try !tx.isKnown(id) { try tx.addErased(id, at: now) }
        people[former] = id
        return .text(id.rawValue)
    }

    /// A key comes over without its secret: its name stands where it stood, and nothing opens with it.
    private mutating func key(_ record: PortableRecord, _ tx: any StoreWriter) throws {
        try tx.add(
            record, to: organization,
            derived: [
                "created_by": try person(named: "created_by", of: record, tx),
                "hash": .text(effects.hash(effects.newSecret())),
            ])
        imported.keys += 1
    }

    private mutating func invitation(_ record: PortableRecord, _ tx: any StoreWriter) throws {
        let email = try address(of: record)
        guard let app = record.text("app_url").flatMap(parsers.url),
            let target = record.text("redirect_uri").flatMap(parsers.url)
        else { throw Unfit(reason: "app_url or redirect_uri is no URL") }
        let hash = hash(of: email, record)
        try tx.add(
            record, to: organization,
            derived: [
                "email_typed": .text(email?.typed ?? ""), "email_canonical": .text(email?.canonical ?? ""),
                "email_wire": .text(email?.wire ?? ""), "email_hash": .text(hash),
                "app_origin": .text(app.origin.text),
                "redirect_origin": .text(target.origin.text),
                "code_hash": .text(record.text("code_hash") ?? effects.hash(effects.newSecret())),
                "inviter_user_id": try person(named: "inviter_user_id", of: record, tx),
                "accepted_by": try person(named: "accepted_by", of: record, tx),
            ])
        try formerCode(of: record, tx)
        imported.invitations += 1
        if record.text("code_hash") != nil {
            imported.open += 1
        } else if ExportOrganization.open.contains(record.text("status") ?? ""),
            record.time("expires_at").map({ $0 > now }) ?? true
        {
            imported.unlinked += 1
        }
    }

    /// Nil: it was purged. What is open is for somebody.
    private func address(of record: PortableRecord) throws -> EmailAddress? {
        guard let text = record.text("email") else { throw Unfit(reason: "email is no address") }
        let isOpen = ExportOrganization.open.contains(record.text("status") ?? "")
        if text.isEmpty, record.time("purged_at") != nil, !isOpen { return nil }
        guard let email = parsers.email(text) else { throw Unfit(reason: "email is no address") }
        return email
    }

    /// The code of a link that came from another system opens the invitation here, too.
    private func formerCode(of record: PortableRecord, _ tx: any StoreWriter) throws {
        guard let hash = record.text("former_code_hash") else { return }
        guard let id = record.text("id").flatMap({ ID<Invitation>(parsing: $0) }),
            let invitation = try tx.invitation(id, in: organization),
            try tx.add(formerCodeHash: hash, of: invitation)
        else { throw Unfit(reason: "former_code_hash is that of another invitation") }
    }

    /// The address's hash under this server's key; what was purged or erased has no address, and keeps the hash that it
    /// had.
    private mutating func hash(of email: EmailAddress?, _ record: PortableRecord) -> String {
        let former = record.text("email_hash") ?? ""
        guard let email, !email.canonical.hasSuffix("@erased.invalid") else { return former }
        let hash = effects.emailHash(email)
        hashes[former] = hash
        if former != hash { isOtherKey = true }
        return hash
    }

    /// Under another key only those are known again whose address was invited.
    private mutating func suppression(_ record: PortableRecord, _ tx: any StoreWriter) throws {
        let former = record.text("hash") ?? ""
        if let known = hashes[former] {
            try tx.add(record, to: organization, derived: ["email_hash": .text(known)])
        } else if isOtherKey {
            imported.lostSuppressions += 1
            return
        } else {
            try tx.add(record, to: organization, derived: [:])
        }
        imported.suppressions += 1
    }
}
