import UsherAPI
package import UsherDomain
import UsherText

/// Reads invitations that another system exported. What is wrong with the whole is refused; what is wrong with one row is
/// that row's outcome.
package struct ImportReader: Sendable {
    package var format: ImportFormat
    /// Roles of this server by the other's words, in lower case.
    package var roles: [String: PlannedRole]
    /// Whether letters go out; nil: to those whose old link does not open the invitation here.
    package var mailing: PlanRow.Mailing?
    /// Makes the hash of a code that is kept; nil: old links are not taken in. A code proves an address, so it is the
    /// operator alone who brings one along (docs/decisions/0027).
    package var hash: (@Sendable (String) -> String)?
    package var now: Timestamp

    package init(
        format: ImportFormat, roles: [String: PlannedRole] = [:], mailing: PlanRow.Mailing? = nil,
        hash: (@Sendable (String) -> String)? = nil, now: Timestamp
    ) {
        self.format = format
        self.roles = roles
        self.mailing = mailing
        self.hash = hash
        self.now = now
    }

    /// - Parameter bytes: CSV with a header row, or the JSON that the other system's API lists invitations in.
    package func rows(_ bytes: [UInt8]) throws(Refusal) -> [PlanRow] {
        let table = try ImportTable(bytes)
        let columns = ImportColumns.of(format)
        let missing = columns.required.filter { names in !names.contains(where: table.header.contains) }.map { $0[0] }
        guard missing.isEmpty else { throw .invalidTable(.missingColumns(missing, format)) }
        guard !table.rows.isEmpty else { throw .invalidTable(.empty) }
        return table.rows.enumerated().map { index, cells in
            row(Cells(header: table.header, cells: cells), columns, number: index + 1)
        }
    }

    private func row(_ cells: Cells, _ columns: ImportColumns, number: Int) -> PlanRow {
        var input = PlanRow.Input(
            email: cells[columns.email], role: cells[columns.role], name: cells[columns.name],
            message: format == .usher ? cells[["message"]] : nil, locale: format == .usher ? cells[["locale"]] : nil,
            expiresAt: cells[columns.expires])
        var fault = cells.isTooWide ? "too_many_cells" : nil
        let end = expiry(cells, input.expiresAt)
        // Names and roles as they were typed come back when the row fails.
        let typed = input
        let granted: PlannedRole?
        switch role(input.role) {
        case .success(let role): granted = role
        case .failure(let problem): (granted, fault) = (nil, fault ?? problem.rawValue)
        }
        input.role = granted?.text
        input.expiresAt = end.map { APITime(milliseconds: $0.milliseconds).text } ?? input.expiresAt
        guard let metadata = cells.metadata(columns.metadata) else {
            return PlanReader.read(input, number: number, fault: "invalid_metadata").taken(
                mailing ?? .send, nil, typed, granted)
        }
        input.metadata = PlanReader.encoded(metadata)
        if let ended = ended(cells, columns, end) {
            return PlanReader.read(input, number: number, fault: nil).judged(.notPending, reason: ended)
                .taken(mailing ?? .send, nil, typed, granted)
        }
        let code = code(cells, columns)
        if case .weak = code { fault = fault ?? "weak_code" }
        let hash: String? = if case .known(let hash) = code { hash } else { nil }
        return PlanReader.read(input, number: number, fault: fault)
            .taken(mailing ?? (hash == nil ? .send : .hold), hash, typed, granted)
    }

    // MARK: What the words mean

    private enum RoleProblem: String, Error {
        case unknown = "unknown_role"
        case unclear = "unclear_role"
    }

    /// Several roles are as much as the highest of them; one that nobody knows is none. What another system calls a role
    /// is one of the organization's own only when the map says so; this server's own tables name it as it is.
    private func role(_ text: String?) -> Result<PlannedRole, RoleProblem> {
        guard let text, !text.isBlank else { return .success(.base(.user)) }
        if let mapped = roles[text.trimmedText.lowercased()] { return .success(mapped) }
        let words = text.filter { !"[]\"".contains($0) }.split(whereSeparator: { $0 == "," || $0 == "|" })
            .map { String($0).trimmedText.lowercased() }.filter { !$0.isEmpty }
        guard !words.isEmpty else { return .success(.base(.user)) }
        let meant = words.compactMap { roles[$0] ?? usual($0).map(PlannedRole.base) }
        if meant.count == words.count { return PlannedRole.together(meant).map(Result.success) ?? .failure(.unclear) }
        guard format == .usher, let named = PlannedRole(text: text) else { return .failure(.unknown) }
        return .success(named)
    }

    /// `org:admin` is Clerk's spelling of `admin`. In this server's own tables such a word may be a role's name.
    private func usual(_ word: String) -> Role? {
        guard format != .usher else { return Role(word: word) }
        return switch word.hasPrefix("org:") ? String(word.dropFirst(4)) : word {
        case "member", "basic_member": .user
        case let word: Role(word: word)
        }
    }

    /// RFC 3339, or milliseconds since 1970; where only a life is told, it counts from the beginning.
    private func expiry(_ cells: Cells, _ text: String?) -> Timestamp? {
        if let text, !text.isBlank { return Self.time(text) }
        guard format == .auth0, let created = cells[["created_at"]].flatMap(Self.time),
            let life = cells[["ttl_sec"]].flatMap({ Int64($0.trimmedText) }), (1...31_536_000).contains(life)
        else { return nil }
        return created + .seconds(life)
    }

    private static func time(_ text: String) -> Timestamp? {
        let text = text.trimmedText
        if (9...14).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            // Ten digits are seconds until the year 2286.
            return Int64(text).map { Timestamp(milliseconds: text.utf8.count > 10 ? $0 : $0 * 1000) }
        }
        return APITime(parsing: text).map { Timestamp(milliseconds: $0.milliseconds) }
    }

    /// The word for how it ended there; nil: it is pending.
    private func ended(_ cells: Cells, _ columns: ImportColumns, _ end: Timestamp?) -> String? {
        if cells[["accepted_at"]] != nil { return "accepted" }
        if cells[["revoked_at"]] != nil { return "revoked" }
        switch cells[columns.status]?.trimmedText.lowercased() {
        case nil, "", "pending", "active", "invited": return end.map { $0 <= now } == true ? "expired" : nil
        case "accepted", "complete", "completed": return "accepted"
        case "revoked", "cancelled", "canceled": return "revoked"
        case "declined", "rejected": return "declined"
        case "expired": return "expired"
        default: return "ended"
        }
    }

    // MARK: The old link

    private enum Code {
        case none, weak
        case known(String)
    }

    private func code(_ cells: Cells, _ columns: ImportColumns) -> Code {
        guard let hash else { return .none }
        if format == .usher, let known = cells[[PlanReader.codeColumn]] {
            return known.isSHA256 ? .known(known.lowercased()) : .weak
        }
        // The link first: what it holds is what people follow.
        guard let text = cells[columns.link].flatMap(Self.code) ?? cells[columns.code]?.trimmedText, !text.isEmpty
        else { return .none }
        return InvitationCode.isWellFormed(text) ? .known(hash(text)) : .weak
    }

    private static func code(in link: String) -> String? {
        guard let mark = link.firstIndex(of: "?") else { return nil }
        let query = link[mark...].dropFirst().prefix { $0 != "#" }
        let pairs: [(String, String)] = query.split(separator: "&").compactMap { (pair: Substring) in
            guard let equals = pair.firstIndex(of: "=") else { return nil }
            return (String(pair[..<equals]), String(pair[equals...].dropFirst()).trimmedText)
        }
        for name in InvitationCode.linkParameters {
            if let found = pairs.first(where: { $0.0 == name && !$0.1.isEmpty }) { return found.1 }
        }
        return nil
    }
}

extension PlanRow {
    /// - Parameter typed: what was sent, before it was put into this server's words.
    fileprivate func taken(
        _ mailing: Mailing, _ formerCodeHash: String?, _ typed: Input, _ granted: PlannedRole?
    ) -> PlanRow {
        var row = self
        (row.mailing, row.formerCodeHash, row.role) = (mailing, formerCodeHash, granted?.base)
        if row.state == .failed { (row.input.role, row.input.expiresAt) = (typed.role, typed.expiresAt) }
        return row
    }
}

/// The cells of one row by the names of their columns.
private struct Cells {
    let header: [String]
    let cells: [String]

    var isTooWide: Bool { cells.dropFirst(header.count).contains { !$0.isBlank } }

    /// The first of these columns that says something.
    subscript(_ names: [String]) -> String? {
        for name in names {
            guard let place = header.firstIndex(of: name) else { continue }
            let cell = cells[place]
            if !cell.isBlank, cell != "null" { return cell }
        }
        return nil
    }

    /// Nil: a cell is no object of texts.
    func metadata(_ names: [String]) -> [String: String]? {
        var all: [String: String] = [:]
        for name in names {
            if let cell = self[[name]] {
                guard case .object(let members)? = try? StrictJSON.parse(Array(cell.utf8)) else { return nil }
                for (key, value) in members where value != .null {
                    guard let text = ImportTable.text(value) else { return nil }
                    all[key] = text
                }
            }
            for (place, column) in header.enumerated() where column.hasPrefix(name + ".") && !cells[place].isEmpty {
                all[String(column.dropFirst(name.count + 1))] = cells[place]
            }
        }
        return all
    }
}

extension String {
    /// As `Effects.hash` writes one.
    fileprivate var isSHA256: Bool { utf8.count == 64 && utf8.allSatisfy { Character(UnicodeScalar($0)).isHexDigit } }
}
