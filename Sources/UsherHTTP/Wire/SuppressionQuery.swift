import HummingbirdCore
import UsherDomain
import UsherUseCases

/// The query of the suppression list.
struct SuppressionQuery {
    private(set) var wanted = ManageSuppressions.Query()

    init(_ uri: URI, seal: CursorSeal) throws(Refusal) {
        var problems: [FieldProblem] = []
        var seen: Set<Substring> = []
        for (name, value) in uri.queryParameters {
            let problem = seen.insert(name).inserted ? read(name, String(value), seal) : .malformed
            if let problem { problems.append(FieldProblem(String(name.prefix(64)), problem)) }
        }
        guard problems.isEmpty else { throw .invalidQuery(Array(problems.prefix(10))) }
    }

    private mutating func read(_ name: Substring, _ value: String, _ seal: CursorSeal) -> FieldProblem.Kind? {
        switch name {
        case "limit":
            guard let number = Int(value), value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                return .malformed
            }
            wanted.limit = number
            return InvitationQuery.limits.contains(number) ? nil : .outOfRange
        case "cursor":
            wanted.after = seal.open(suppression: value)
            return wanted.after == nil ? .malformed : nil
        default: return .unknown
        }
    }

    /// The `Link` field (RFC 8288) to the page after this.
    func link(to next: SuppressionCursor, settings: HTTPSettings, seal: CursorSeal) -> String {
        let query = "limit=\(wanted.limit)&cursor=\(seal.close(suppression: next))"
        return "<\(settings.publicURL.origin)/api/suppression?\(query)>; rel=\"next\""
    }
}

extension CursorSeal {
    func close(suppression cursor: SuppressionCursor) -> String {
        let place = "\(cursor.createdAt.milliseconds).\(cursor.emailHash)"
        return "\(place).\(mark(place))"
    }

    func open(suppression text: String) -> SuppressionCursor? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 200, parts.count == 3, let time = Int64(parts[0]),
            String(parts[2]) == mark("\(parts[0]).\(parts[1])")
        else { return nil }
        return SuppressionCursor(createdAt: Timestamp(milliseconds: time), emailHash: String(parts[1]))
    }

    private func mark(_ place: String) -> String { effects.derive(.cursor, "suppression \(organization) \(place)") }
}
