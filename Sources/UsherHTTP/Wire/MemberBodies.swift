import FoundationEssentials
package import UsherAPI
package import UsherDomain
import UsherUseCases

extension APIValue {
    init(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .integer(let number): self = .integer(number)
        case .fraction(let number): self = .number(number)
        case .string(let text): self = .string(text)
        case .array(let values): self = .array(values.map(APIValue.init))
        case .object(let members): self = .object(members.mapValues(APIValue.init))
        }
    }

    /// As it is stored: members in the order of their names, no white space.
    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    /// Reads an object that was stored.
    static func object(in text: String) -> [String: APIValue] {
        if text == "{}" { return [:] }
        return (try? JSONDecoder().decode([String: APIValue].self, from: Data(text.utf8))) ?? [:]
    }
}

extension SlimUser {
    /// A member as the organization sees them: where else they belong is not its business.
    init(_ member: Member, of organization: Organization) {
        self.init(
            id: member.user.id.rawValue, name: member.user.name?.text, email: member.user.email.typed,
            createdAt: APITime(member.user.createdAt), userOrgs: [UserOrganizationBody(member.membership)],
            orgs: [OrganizationBody(organization)])
    }
}

extension APIKeyBody {
    private static let noOrganization = "00000000-0000-0000-0000-000000000000"

    init(_ key: APIKey) {
        let (organization, user): (ID<Organization>?, ID<User>?) =
            switch key.holder {
            case .organization(let id): (id, nil)
            case .user(let id): (nil, id)
            }
        self.init(
            id: key.id.rawValue, organizationID: organization?.rawValue ?? Self.noOrganization,
            userID: user?.rawValue, name: key.name.text, role: key.role.rawValue,
            customRole: key.customRole.map(RoleReference.init), scopes: key.scopes?.routes,
            expiresAt: key.expiresAt.map(APITime.init), lastUsedAt: key.lastUsedAt.map(APITime.init),
            createdAt: APITime(key.createdAt), updatedAt: APITime(key.updatedAt))
    }
}

extension OwnershipTransferBody {
    init(_ transfer: OwnershipTransfer) {
        self.init(
            id: transfer.id.rawValue, organizationID: transfer.organization.rawValue,
            fromUserID: transfer.giver.rawValue, toUserID: transfer.receiver.rawValue,
            createdAt: APITime(transfer.createdAt), expiresAt: APITime(transfer.expiresAt))
    }
}

extension OrganizationSettingsBody {
    package init(_ organization: Organization) {
        let settings = organization.settings
        let day = Duration.days(1).wholeMilliseconds
        self.init(
            allowedOrigins: organization.allowedOrigins.map(\.text),
            invitationLife: settings.invitationLife.map { Int($0.wholeMilliseconds / 1000) },
            reminders: settings.reminders.map { reminder in
                switch reminder {
                case .after(let time): .after(days: Int(time.wholeMilliseconds / day))
                case .beforeEnd(let time): .beforeEnd(days: Int(time.wholeMilliseconds / day))
                }
            }, purgeAfterDays: settings.purgeAfterDays, allowedDomains: settings.allowedDomains,
            blockedDomains: settings.blockedDomains, seatLimit: settings.seatLimit, waitlist: settings.keepsWaitlist)
    }
}
