/// One line of an organization's export: a row of it, with columns under their names in the file.
package struct PortableRecord: Equatable, Sendable {
    /// What a line is of, in the order in which they come.
    package enum Kind: String, Sendable, CaseIterable {
        case organization, role, member
        case apiKey = "api_key"
        case invitation, suppression, audit
    }

    package let kind: Kind
    package var values: [String: PortableValue]

    package init(_ kind: Kind, _ values: [String: PortableValue]) {
        self.kind = kind
        self.values = values
    }

    package func text(_ name: String) -> String? {
        if case .text(let text)? = values[name] { text } else { nil }
    }

    package func number(_ name: String) -> Int64? {
        if case .number(let number)? = values[name] { number } else { nil }
    }

    package func time(_ name: String) -> Timestamp? {
        if case .time(let time)? = values[name] { time } else { nil }
    }
}

package enum PortableValue: Equatable, Sendable {
    case null
    case text(String)
    case number(Int64)
    case time(Timestamp)
    /// Routes or origins.
    case texts([String])
}

/// A column of a line.
package struct PortableColumn: Sendable {
    package enum Form: Sendable {
        case text, number, time, texts
    }

    package let name: String
    /// In the database.
    package let stored: String
    package let form: Form
    /// It stands in the operator's export alone.
    package let isSecret: Bool

    init(_ name: String, _ form: Form = .text, stored: String? = nil, isSecret: Bool = false) {
        self.name = name
        self.stored = stored ?? name
        self.form = form
        self.isSecret = isSecret
    }
}

extension PortableRecord.Kind {
    /// A test compares these with the schema: whoever adds a column says whether it travels.
    package var columns: [PortableColumn] {
        switch self {
        case .organization:
            [
                .init("id"), .init("name"), .init("allowed_origins", .texts), .init("settings"),
                .init("partner_configuration"),
            ] + Self.times
        case .role: [.init("id"), .init("name"), .init("permissions")] + Self.times
        case .member:
            [
                .init("id", stored: "m.id"), .init("user_id", stored: "m.user_id"),
                .init("email", stored: "u.email_typed"), .init("name", stored: "u.name"),
                .init("locale", stored: "u.locale"), .init("verified_at", .time, stored: "u.verified_at"),
                .init("role", .number, stored: "m.role"), .init("role_id", stored: "m.role_id"),
                .init("scopes", .texts, stored: "m.scopes"),
                .init("invitation_id", stored: "m.invitation_id"), .init("ends_at", .time, stored: "m.ends_at"),
                .init("metadata", stored: "m.metadata"),
                .init("created_at", .time, stored: "m.created_at"), .init("updated_at", .time, stored: "m.updated_at"),
            ]
        case .apiKey:
            [
                .init("id"), .init("name"), .init("role", .number), .init("role_id"), .init("scopes", .texts),
                .init("created_by"), .init("expires_at", .time), .init("last_used_at", .time),
                .init("revoked_at", .time),
            ] + Self.times
        case .invitation: Self.offer + Self.times
        case .suppression: [.init("hash", stored: "email_hash"), .init("source"), .init("created_at", .time)]
        case .audit:
            [
                .init("id"), .init("action"), .init("actor"), .init("subject"), .init("request_id"),
                .init("at", .time),
            ]
        }
    }

    private static let times: [PortableColumn] = [.init("created_at", .time), .init("updated_at", .time)]

    private static let offer: [PortableColumn] = [
        .init("id"), .init("email", stored: "email_typed"), .init("email_hash"),
        .init("code_hash", isSecret: true), .init("former_code_hash", stored: "f.code_hash", isSecret: true),
        .init("role", .number), .init("role_id"), .init("scopes", .texts), .init("inviter_user_id"),
        .init("inviter_key_id"), .init("status"), .init("delivery"),
        .init("delivery_code", .number), .init("delivery_reason"), .init("app_url"), .init("redirect_uri"),
        .init("locale"), .init("generation", .number), .init("expires_at", .time), .init("accepted_at", .time),
        .init("accepted_by"), .init("decline_reason"), .init("message"), .init("name"), .init("metadata"),
        .init("last_letter_at", .time), .init("delivery_at", .time), .init("purged_at", .time),
        .init("waiting_life", .number),
    ]
}
