import HummingbirdCore
import UsherDomain
import UsherText
import UsherUseCases

/// The query of a list of invitations.
struct InvitationQuery {
    static let limits = 1...1000

    private(set) var limit = 50
    private(set) var filter = InvitationFilter()
    private(set) var after: InvitationSelection.Cursor?
    /// The filters as they came, in one order: for the link to the next page, and for the seal of its cursor.
    private var texts: [(name: String, value: String)] = []

    init(_ uri: URI, seal: CursorSeal) throws(Refusal) {
        var problems: [FieldProblem] = []
        var seen: Set<Substring> = []
        var cursor: String?
        for (name, value) in uri.queryParameters {
            guard seen.insert(name).inserted else {
                problems.append(FieldProblem(Self.shown(name), .malformed))
                continue
            }
            if name == "cursor" {
                cursor = String(value)
            } else if let problem = read(String(name), String(value)) {
                problems.append(FieldProblem(Self.shown(name), problem))
            }
        }
        texts.sort { $0.name < $1.name }
        if let cursor {
            after = seal.open(cursor, of: filterText)
            if after == nil { problems.append(FieldProblem("cursor", .malformed)) }
        }
        guard problems.isEmpty else { throw .invalidQuery(Array(problems.prefix(10))) }
    }

    private mutating func read(_ name: String, _ value: String) -> FieldProblem.Kind? {
        if name == "limit" { return readLimit(value) }
        let problem = readFilter(name, value)
        if problem == nil { texts.append((name, value)) }
        return problem
    }

    private mutating func readLimit(_ value: String) -> FieldProblem.Kind? {
        guard let number = Int(value), value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return .malformed }
        limit = number
        return Self.limits.contains(number) ? nil : .outOfRange
    }

    private mutating func readFilter(_ name: String, _ value: String) -> FieldProblem.Kind? {
        switch name {
        case "status":
            filter.statuses = Self.words(value)
            return filter.statuses == nil ? .malformed : nil
        case "delivery":
            filter.deliveries = Self.words(value)
            return filter.deliveries == nil ? .malformed : nil
        case "email":
            do { filter.email = try EmailAddress(parsing: value) } catch { return .malformed }
        case "role":
            guard value.utf8.count == 1, let role = Int(value).flatMap(Role.init(rawValue:)) else { return .malformed }
            filter.role = role
        case "role_id":
            guard let id = ID<CustomRole>(parsing: value) else { return .malformed }
            filter.customRole = id
        case "inviter":
            guard let id = ID<User>(parsing: value) else { return .malformed }
            filter.inviter = id.rawValue
        default: return .unknown
        }
        return nil
    }

    /// Words by comma; nil when one is not known.
    private static func words<Word: RawRepresentable<String> & Hashable>(_ value: String) -> Set<Word>? {
        let words = value.split(separator: ",", omittingEmptySubsequences: false)
        let known = words.compactMap { Word(rawValue: String($0)) }
        return known.count == words.count ? Set(known) : nil
    }

    private var filterText: String {
        texts.map { "&\($0.name)=\(percentEncodedQueryValue($0.value))" }.joined()
    }

    /// The client's own word stands in the answer, so it is cut.
    static func shown(_ name: Substring) -> String { String(name.prefix(64)) }

    /// The `Link` field (RFC 8288) to the page after this.
    func link(to next: InvitationSelection.Cursor, settings: HTTPSettings, seal: CursorSeal) -> String {
        let path = "/api/invitations/\(seal.organization)"
        let cursor = seal.close(next, of: filterText)
        return "<\(settings.publicURL.origin)\(path)?limit=\(limit)\(filterText)&cursor=\(cursor)>; rel=\"next\""
    }
}

/// Cursors that only this server can make, each for one organization and one filter.
struct CursorSeal {
    let effects: Effects
    let organization: ID<Organization>

    func close(_ cursor: InvitationSelection.Cursor, of filter: String = "") -> String {
        let place = "\(cursor.createdAt.milliseconds).\(cursor.id)"
        return "\(place).\(mark(place, filter))"
    }

    func open(_ text: String, of filter: String = "") -> InvitationSelection.Cursor? {
        guard text.utf8.count <= 200 else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, String(parts[2]) == mark("\(parts[0]).\(parts[1])", filter),
            let time = Int64(parts[0]), let id = ID<Invitation>(parsing: parts[1])
        else { return nil }
        return InvitationSelection.Cursor(createdAt: Timestamp(milliseconds: time), id: id)
    }

    private func mark(_ place: String, _ filter: String) -> String {
        effects.derive(.cursor, "\(organization) \(place)\(filter)")
    }
}
