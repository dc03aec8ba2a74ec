import UsherDomain
import UsherUseCases

/// An organization's rows, as they go from one server to another.
extension SQLTransaction {
    func portable(
        _ kind: PortableRecord.Kind, of organization: ID<Organization>, after: PortablePlace?, limit: Int
    ) throws -> [(record: PortableRecord, place: PortablePlace)] {
        var query: SQLQuery = """
            SELECT \(kind.order), \(kind.key), \(list(kind.columns.map(\.selected))) FROM \(kind.source)
            WHERE \(kind.owner) = \(organization)
            """
        if let after { query.append(" AND (\(kind.order), \(kind.key)) > (\(after.order), \(after.id))") }
        query.append(" ORDER BY \(kind.order), \(kind.key) LIMIT \(limit)")
        return try session.rows(query).map { row in
            var columns = row.columns
            let place = PortablePlace(order: try columns.next(), id: try columns.next())
            var values: [String: PortableValue] = [:]
            for column in kind.columns { values[column.name] = try PortableValue(&columns, column.form) }
            return (PortableRecord(kind, values), place)
        }
    }

    func isKnown(_ organization: ID<Organization>) throws -> Bool {
        try any("SELECT id FROM organizations WHERE id = \(organization)")
    }

    func isKnown(_ user: ID<User>) throws -> Bool { try any("SELECT id FROM users WHERE id = \(user)") }

    func add(
        _ record: PortableRecord, to organization: ID<Organization>, derived: [String: PortableValue]
    ) throws {
        var values = derived.map { ($0.key, $0.value.sqlValue) }
        for column in record.kind.columns where record.kind.isOwn(column) && derived[column.ownName] == nil {
            values.append((column.ownName, (record.values[column.name] ?? .null).sqlValue))
        }
        if record.kind != .organization { values.append(("organization_id", organization.sqlValue)) }
        // In one order, so that there is one text for each kind.
        values.sort { $0.0 < $1.0 }
        try run(
            """
            INSERT INTO \(record.kind.table) (\(list(values.map(\.0)))) VALUES (\(values.map(\.1)))
            """)
    }

    func addErased(_ user: ID<User>, at now: Timestamp) throws {
        let address = "\(user)@erased.invalid"
        try run(
            """
            INSERT INTO users (id, email_typed, email_canonical, email_wire, created_at, updated_at, erased_at)
            VALUES (\(user), \(address), \(address), \(address), \(now), \(now), \(now))
            """)
    }

    /// Names of columns, which are all our own.
    private func list(_ names: [String]) -> SQLQuery { SQLQuery(stringLiteral: names.joined(separator: ", ")) }
}

extension PortableRecord.Kind {
    fileprivate var table: SQLQuery {
        switch self {
        case .organization: "organizations"
        case .role: "roles"
        case .member: "memberships"
        case .apiKey: "api_keys"
        case .invitation: "invitations"
        case .suppression: "suppressions"
        case .audit: "audit"
        }
    }

    fileprivate var source: SQLQuery {
        self == .member ? "memberships m JOIN users u ON u.id = m.user_id" : table
    }

    fileprivate var owner: SQLQuery {
        switch self {
        case .organization: "deleted_at IS NULL AND id"
        case .member: "m.organization_id"
        case .role, .apiKey, .invitation, .suppression, .audit: "organization_id"
        }
    }

    /// Rows come in this order, and by `key` where it is the same.
    fileprivate var order: SQLQuery {
        switch self {
        case .member: "m.created_at"
        case .audit: "sequence"
        case .organization, .role, .apiKey, .invitation, .suppression: "created_at"
        }
    }

    fileprivate var key: SQLQuery {
        switch self {
        case .member: "m.id"
        case .suppression: "email_hash"
        case .organization, .role, .apiKey, .invitation, .audit: "id"
        }
    }

    /// Whether a column is the table's own, and not that of a person or of former codes.
    fileprivate func isOwn(_ column: PortableColumn) -> Bool {
        !column.stored.hasPrefix("u.") && !column.stored.hasPrefix("f.")
    }
}

extension PortableColumn {
    /// Of former codes only the one that still opens the invitation: there is one at most, from another system.
    fileprivate var selected: String {
        guard stored == "f.code_hash" else { return stored }
        return """
            (SELECT MIN(f.code_hash) FROM former_codes f WHERE f.organization_id = invitations.organization_id
                AND f.invitation_id = invitations.id AND f.generation = invitations.generation)
            """
    }

    fileprivate var ownName: String { stored.hasPrefix("m.") ? String(stored.dropFirst(2)) : stored }
}

extension PortableValue {
    fileprivate init(_ columns: inout SQLColumns, _ form: PortableColumn.Form) throws {
        self =
            switch form {
            case .text: try columns.nextIfAny(String.self).map { .text($0) } ?? .null
            case .number: try columns.nextIfAny(Int64.self).map { .number($0) } ?? .null
            case .time: try columns.nextIfAny(Timestamp.self).map { .time($0) } ?? .null
            case .texts:
                try columns.nextIfAny(String.self).map { .texts($0.split(separator: "\n").map(String.init)) } ?? .null
            }
    }

    fileprivate var sqlValue: SQLValue {
        switch self {
        case .null: .null
        case .text(let text): .text(text)
        case .number(let number): .integer(number)
        case .time(let time): .integer(time.milliseconds)
        case .texts(let texts): .text(texts.joined(separator: "\n"))
        }
    }
}
