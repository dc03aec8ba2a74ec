import HummingbirdCore
import UsherAPI
import UsherDomain
import UsherText
import UsherUseCases

/// The query of a list: `limit`, `cursor`, and the filters that it knows, each at most once.
struct ListQuery {
    private(set) var limit = 50
    private(set) var cursor: String?
    private(set) var filters: [String: String] = [:]
    private(set) var problems: [FieldProblem] = []

    init(_ uri: URI, filters known: Set<String> = []) {
        var seen: Set<Substring> = []
        for (name, value) in uri.queryParameters {
            let text = String(value)
            guard seen.insert(name).inserted else {
                report(InvitationQuery.shown(name), .malformed)
                continue
            }
            switch String(name) {
            case "limit": readLimit(text)
            case "cursor": cursor = text
            case let filter where known.contains(filter): filters[filter] = text
            default: report(InvitationQuery.shown(name), .unknown)
            }
        }
    }

    private mutating func readLimit(_ text: String) {
        guard let number = Int(text), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return report("limit", .malformed)
        }
        limit = number
        if !InvitationQuery.limits.contains(number) { report("limit", .outOfRange) }
    }

    mutating func report(_ name: String, _ kind: FieldProblem.Kind) { problems.append(FieldProblem(name, kind)) }

    mutating func place<Kind>(_ seal: CursorSeal) -> PageCursor<Kind>? {
        guard let cursor else { return nil }
        guard let place: PageCursor<Kind> = seal.open(cursor) else {
            report("cursor", .malformed)
            return nil
        }
        return place
    }

    func finish() throws(Refusal) {
        guard problems.isEmpty else { throw .invalidQuery(Array(problems.prefix(10))) }
    }

    /// The `Link` field (RFC 8288) to the page after this.
    func link<Kind>(to next: PageCursor<Kind>, at path: String, settings: HTTPSettings, seal: CursorSeal) -> String {
        let filters = filters.sorted { $0.key < $1.key }.map { "&\($0.key)=\(percentEncodedQueryValue($0.value))" }
        let query = "limit=\(limit)\(filters.joined())&cursor=\(seal.close(next))"
        return "<\(settings.publicURL.origin)\(path)?\(query)>; rel=\"next\""
    }
}

extension CursorSeal {
    /// Of a list of one person's own things.
    init(effects: Effects, user: ID<User>) { self.init(effects: effects, organization: ID(rawValue: user.rawValue)) }

    func close<Kind>(_ cursor: PageCursor<Kind>) -> String {
        close(InvitationSelection.Cursor(createdAt: cursor.createdAt, id: ID(rawValue: cursor.id.rawValue)))
    }

    func open<Kind>(_ text: String) -> PageCursor<Kind>? {
        let found: InvitationSelection.Cursor? = open(text)
        return found.map { PageCursor(createdAt: $0.createdAt, id: ID(rawValue: $0.id.rawValue)) }
    }
}

extension ListMembers.Filter {
    static let names: Set = ["role", "role_id", "search", "joined_after"]

    /// Reads the query of a list of members.
    init(_ query: ListQuery, seal: CursorSeal) throws(Refusal) {
        var query = query
        self.init()
        limit = query.limit
        after = query.place(seal)
        if let text = query.filters["role"] {
            role = Int(text).flatMap { Role(rawValue: $0) }
            if role == nil { query.report("role", .malformed) }
        }
        if let text = query.filters["role_id"] {
            customRole = ID(parsing: text)
            if customRole == nil { query.report("role_id", .malformed) }
        }
        if let text = query.filters["search"] {
            search = searchText(text)
            if search == nil { query.report("search", .malformed) }
        }
        if let text = query.filters["joined_after"] {
            joinedAfter = APITime(parsing: text).map { Timestamp(milliseconds: $0.milliseconds) }
            if joinedAfter == nil { query.report("joined_after", .malformed) }
        }
        try query.finish()
    }
}
