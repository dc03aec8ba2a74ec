import FoundationEssentials
package import UsherDomain

extension Invitation {
    static let selected: SQLQuery = """
        id, organization_id, email_typed, email_canonical, email_wire, role,
        \(AssignedRole.selected(of: "invitations")), scopes, inviter_user_id, inviter_key_id, status,
        delivery, delivery_code, delivery_reason, app_url, app_origin, redirect_uri, redirect_origin, locale, generation,
        expires_at, created_at, updated_at, accepted_at, accepted_by, message, name, metadata,
        last_letter_at, delivery_at, purged_at, decline_reason
        """

    init(_ row: SQLRow) throws {
        var columns = row.columns
        self.init(
            id: try columns.next(), organization: try columns.next(), email: try EmailAddress(&columns),
            role: try columns.next(), customRole: try columns.nextIfAny(), scopes: try columns.nextIfAny(),
            inviter: try Inviter(&columns),
            status: try columns.next(), delivery: try columns.next(), deliveryCode: try columns.nextIfAny(),
            deliveryReason: try columns.nextIfAny(), appURL: try WebURL(&columns), redirectURI: try WebURL(&columns),
            locale: try columns.nextIfAny(), generation: try columns.next(), expiresAt: try columns.next(),
            createdAt: try columns.next(), updatedAt: try columns.next(), acceptedAt: try columns.nextIfAny(),
            acceptedBy: try columns.nextIfAny(), extras: try InvitationExtras(&columns),
            lastLetterAt: try columns.nextIfAny(), deliveryAt: try columns.nextIfAny(),
            purgedAt: try columns.nextIfAny(), declineReason: try columns.nextIfAny())
    }
}

extension InvitationExtras {
    fileprivate init(_ columns: inout SQLColumns) throws {
        self.init(
            message: try columns.nextIfAny(), name: try columns.nextIfAny(),
            metadata: try columns.nextIfAny() ?? Metadata())
    }
}

extension InviterMessage: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue { .text(text) }

    package init?(sqlValue: SQLValue) {
        guard let text = String(sqlValue: sqlValue) else { return nil }
        self.init(stored: text)
    }
}

/// One column: a JSON object of texts; NULL when there is none.
extension Metadata: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue {
        guard !isEmpty else { return .null }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // Texts by texts: encoding cannot fail.
        guard let bytes = try? encoder.encode(values) else { return .null }
        return .text(String(decoding: bytes, as: UTF8.self))
    }

    package init?(sqlValue: SQLValue) {
        guard let text = String(sqlValue: sqlValue),
            let values = try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        else { return nil }
        self.init(values)
    }
}

extension Invitation.Inviter {
    var ids: (user: ID<User>?, key: ID<APIKey>?) {
        switch self {
        case .user(let id): (id, nil)
        case .key(let id): (nil, id)
        }
    }

    init(_ columns: inout SQLColumns) throws {
        let user: ID<User>? = try columns.nextIfAny()
        let key: ID<APIKey>? = try columns.nextIfAny()
        switch (user, key) {
        case (let id?, nil): self = .user(id)
        case (nil, let id?): self = .key(id)
        default: throw UnreadableRow(column: 8, type: "Inviter")
        }
    }
}
