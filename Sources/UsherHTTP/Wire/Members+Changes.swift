import UsherAPI
package import UsherDomain
import UsherText
import UsherUseCases

extension Members {
    mutating func id<Kind>(_ name: String) -> ID<Kind>? {
        guard let text = optionalString(name) else { return nil }
        guard let id = ID<Kind>(parsing: text) else {
            report(name, .malformed)
            return nil
        }
        return id
    }

    /// A role that may be left out or null.
    mutating func roleChange(_ name: String) -> Result<Change<Role>, Refusal> {
        guard let value = optional(name) else { return .success(.keep) }
        guard case .integer(let number) = value, let role = Role(rawValue: number) else {
            return .failure(.invalidRole)
        }
        return .success(.set(role))
    }

    /// A whole number in a range.
    mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = optional(name) else { return nil }
        guard case .integer(let number) = value else {
            report(name, .wrongType)
            return nil
        }
        guard range.contains(number) else {
            report(name, .outOfRange)
            return nil
        }
        return number
    }

    mutating func bool(_ name: String) -> Bool? {
        guard let value = optional(name) else { return nil }
        guard case .bool(let flag) = value else {
            report(name, .wrongType)
            return nil
        }
        return flag
    }

    /// Each element read by itself; what is wrong is named by its place.
    mutating func list<Element>(
        _ name: String, atMost count: Int, _ read: (JSONValue) -> Result<Element, FieldProblem.Kind>
    ) -> [Element] {
        guard let value = optional(name) else { return [] }
        guard case .array(let elements) = value else {
            report(name, .wrongType)
            return []
        }
        guard elements.count <= count else {
            report(name, .tooLong)
            return []
        }
        return elements.enumerated().compactMap { index, element in
            switch read(element) {
            case .success(let value): return value
            case .failure(let kind):
                if problems.count < 10 { report("\(name)/\(index)", kind) }
                return nil
            }
        }
    }
}

extension ChangeMember.Draft {
    /// Reads the body of `PUT /api/user`.
    init(body: [UInt8]) throws(Refusal) {
        var members = try Members(body, known: ["user_id", "role", "role_id", "scopes", "organization_id", "ends_at"])
        let user: ID<User>? = members.id("user_id")
        let organization: ID<Organization>? = members.id("organization_id")
        let role = members.roleChange("role")
        let customRole = members.customRoleChange(beside: role)
        let scopes: Change<Scopes?> = members.has("scopes") ? .set(members.scopes()) : .keep
        let endsAt: Change<Timestamp?> = members.has("ends_at") ? .set(members.time("ends_at")) : .keep
        try members.finish()
        self.init(
            user: user, bodyOrganization: organization,
            change: MembershipChange(role: try role.get(), scopes: scopes, endsAt: endsAt),
            customRole: try customRole.get())
    }
}

extension ChangeOrganization.Draft {
    /// Reads the body of `PUT /api/organization`.
    init(body: [UInt8]) throws(Refusal) {
        var members = try Members(body, known: ["organization_id", "name", "partner_configuration"])
        let organization: ID<Organization>? = members.id("organization_id")
        let name = members.optional("name") == nil ? nil : members.name("name")
        let configuration = members.configuration("partner_configuration")
        try members.finish()
        self.init(
            bodyOrganization: organization, name: name.map(Change.set) ?? .keep, partnerConfiguration: configuration)
    }
}

extension Members {
    /// Null empties it.
    fileprivate mutating func configuration(_ name: String) -> Change<String> {
        guard has(name) else { return .keep }
        guard let value = optional(name) else { return .set("{}") }
        guard case .object = value else {
            report(name, .wrongType)
            return .keep
        }
        let text = APIValue(value).text
        if text.utf8.count > ChangeOrganization.Draft.maximumConfiguration { report(name, .tooLong) }
        return .set(text)
    }
}

extension ID where Kind == User {
    /// Reads the body of `POST /api/organization/{organization_id}/transfer`.
    init(receiverIn body: [UInt8]) throws(Refusal) {
        var members = try Members(body, known: ["user_id"])
        let text = members.string("user_id")
        let id = text.flatMap { ID<User>(parsing: $0) }
        if text != nil, id == nil { members.report("user_id", .malformed) }
        try members.finish()
        guard let id else { throw .invalidBody([]) }
        self = id
    }
}

// MARK: - Settings

extension SettingsChange {
    /// Reads a merge patch (RFC 7396): what is null goes back to the usual, what is not there stays.
    package init(body: [UInt8]) throws(Refusal) {
        let known: Set = [
            "allowed_origins", "invitation_life", "reminders", "purge_after_days", "allowed_domains",
            "blocked_domains", "seat_limit", "waitlist",
        ]
        var members = try Members(body, known: known)
        self.init()
        if members.has("allowed_origins") {
            allowedOrigins = .set(
                members.list("allowed_origins", atMost: OrganizationSettings.maximumOrigins, Self.origin).unique)
        }
        if members.has("invitation_life") {
            let range = InvitationLife.shortest.wholeSeconds...InvitationLife.longest.wholeSeconds
            invitationLife = .set(members.integer("invitation_life", in: range).map { .seconds($0) })
        }
        if members.has("reminders") {
            reminders = .set(
                members.list("reminders", atMost: OrganizationSettings.maximumReminders, Self.reminder).unique)
        }
        if members.has("purge_after_days") {
            let usual = OrganizationSettings().purgeAfterDays
            purgeAfterDays = .set(members.integer("purge_after_days", in: OrganizationSettings.purgeDays) ?? usual)
        }
        for (name, path) in [
            ("allowed_domains", \SettingsChange.allowedDomains), ("blocked_domains", \.blockedDomains),
        ] where members.has(name) {
            self[keyPath: path] = .set(
                members.list(name, atMost: OrganizationSettings.maximumDomains, Self.domain).unique)
        }
        if members.has("seat_limit") {
            seatLimit = .set(members.integer("seat_limit", in: OrganizationSettings.seats))
        }
        if members.has("waitlist") { keepsWaitlist = .set(members.bool("waitlist") ?? false) }
        try members.finish()
    }

    private static func origin(_ value: JSONValue) -> Result<Origin, FieldProblem.Kind> {
        guard case .string(let text) = value else { return .failure(.wrongType) }
        return Origin(parsing: text).map(Result.success) ?? .failure(.malformed)
    }

    private static func domain(_ value: JSONValue) -> Result<String, FieldProblem.Kind> {
        guard case .string(let text) = value else { return .failure(.wrongType) }
        return DomainRule.normalized(text).map(Result.success) ?? .failure(.malformed)
    }

    private static func reminder(
        _ value: JSONValue
    ) -> Result<OrganizationSettings.Reminder, FieldProblem.Kind> {
        guard case .object(let members) = value else { return .failure(.wrongType) }
        guard members.count == 1, let (name, number) = members.first else { return .failure(.malformed) }
        guard case .integer(let days) = number else { return .failure(.wrongType) }
        guard OrganizationSettings.reminderDays.contains(days) else { return .failure(.outOfRange) }
        switch name {
        case "after_days": return .success(.after(.days(Int64(days))))
        case "before_end_days": return .success(.beforeEnd(.days(Int64(days))))
        default: return .failure(.unknown)
        }
    }
}

extension Array where Element: Hashable {
    /// Each once, where it came first.
    fileprivate var unique: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}

extension Duration {
    fileprivate var wholeSeconds: Int { Int(wholeMilliseconds / 1000) }
}
