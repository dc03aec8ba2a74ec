import HummingbirdCore
import UsherDomain
import UsherText
import UsherUseCases

/// The query of a list of invitations.
struct InvitationQuery {
    static let limits = 1...1000

    private(set) var limit = 50
    private(set) var statuses: Set<Invitation.Status>?
    private(set) var after: InvitationSelection.Cursor?
    /// As it came, for the link to the next page.
    private var statusText: String?

    init(_ uri: URI, seal: CursorSeal) throws(Refusal) {
        var problems: [FieldProblem] = []
        var seen: Set<Substring> = []
        for (name, value) in uri.queryParameters {
            guard seen.insert(name).inserted else {
                problems.append(FieldProblem(Self.shown(name), .malformed))
                continue
            }
            if let problem = read(name, String(value), seal) {
                problems.append(FieldProblem(Self.shown(name), problem))
            }
        }
        guard problems.isEmpty else { throw .invalidQuery(Array(problems.prefix(10))) }
    }

    private mutating func read(_ name: Substring, _ value: String, _ seal: CursorSeal) -> FieldProblem.Kind? {
        switch name {
        case "limit":
            guard let number = Int(value), value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                return .malformed
            }
            limit = number
            return Self.limits.contains(number) ? nil : .outOfRange
        case "status":
            let words = value.split(separator: ",", omittingEmptySubsequences: false)
            let known = words.compactMap { Invitation.Status(rawValue: String($0)) }
            (statuses, statusText) = (Set(known), value)
            return known.count == words.count ? nil : .malformed
        case "cursor":
            after = seal.open(value)
            return after == nil ? .malformed : nil
        default: return .unknown
        }
    }

    /// The client's own word stands in the answer, so it is cut.
    static func shown(_ name: Substring) -> String { String(name.prefix(64)) }

    /// The `Link` field (RFC 8288) to the page after this.
    func link(to next: InvitationSelection.Cursor, settings: HTTPSettings, seal: CursorSeal) -> String {
        let status = statusText.map { "&status=\(percentEncodedQueryValue($0))" } ?? ""
        let path = "/api/invitations/\(seal.organization)"
        return "<\(settings.publicURL.origin)\(path)?limit=\(limit)\(status)&cursor=\(seal.close(next))>; rel=\"next\""
    }
}

/// Cursors that only this server can make, for one organization each.
struct CursorSeal {
    let effects: Effects
    let organization: ID<Organization>

    func close(_ cursor: InvitationSelection.Cursor) -> String {
        let place = "\(cursor.createdAt.milliseconds).\(cursor.id)"
        return "\(place).\(mark(place))"
    }

    func open(_ text: String) -> InvitationSelection.Cursor? {
        guard text.utf8.count <= 200 else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, String(parts[2]) == mark("\(parts[0]).\(parts[1])"), let time = Int64(parts[0]),
            let id = ID<Invitation>(parsing: parts[1])
        else { return nil }
        return InvitationSelection.Cursor(createdAt: Timestamp(milliseconds: time), id: id)
    }

    private func mark(_ place: String) -> String { effects.derive(.cursor, "\(organization) \(place)") }
}
