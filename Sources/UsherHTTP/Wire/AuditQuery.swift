import HummingbirdCore
import UsherAPI
import UsherDomain
import UsherText
import UsherUseCases

/// The query of the audit log, of a page or of an export.
struct AuditQuery {
    private(set) var wanted = ListAudit.Query()
    private(set) var format = AuditExport.jsonl
    private let isExport: Bool
    /// The filters as they came, for the link to the next page.
    private var filters = ""

    init(_ uri: URI, seal: CursorSeal, isExport: Bool) throws(Refusal) {
        self.isExport = isExport
        var problems: [FieldProblem] = []
        var seen: Set<Substring> = []
        for (name, value) in uri.queryParameters {
            let problem = seen.insert(name).inserted ? read(name, String(value), seal) : .malformed
            if let problem { problems.append(FieldProblem(String(name.prefix(64)), problem)) }
        }
        guard problems.isEmpty else { throw .invalidQuery(Array(problems.prefix(10))) }
    }

    private mutating func read(_ name: Substring, _ value: String, _ seal: CursorSeal) -> FieldProblem.Kind? {
        switch (name, isExport) {
        case ("limit", false):
            guard let number = Int(value), value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                return .malformed
            }
            wanted.limit = number
            return InvitationQuery.limits.contains(number) ? nil : .outOfRange
        case ("cursor", false):
            wanted.after = seal.open(audit: value)
            return wanted.after == nil ? .malformed : nil
        case ("format", true):
            guard let known = AuditExport(rawValue: value) else { return .malformed }
            format = known
            return nil
        default:
            let problem = filter(name, value)
            if problem == nil { filters += "&\(name)=\(percentEncodedQueryValue(value))" }
            return problem
        }
    }

    private mutating func filter(_ name: Substring, _ value: String) -> FieldProblem.Kind? {
        switch name {
        case "action":
            wanted.filter.action = AuditEntry.Action(rawValue: value)
            return wanted.filter.action == nil ? .malformed : nil
        case "actor", "subject":
            guard !value.isEmpty, !value.utf8.contains(0) else { return .malformed }
            guard value.utf8.count <= 200 else { return .tooLong }
            if name == "actor" { wanted.filter.actor = value } else { wanted.filter.subject = value }
            return nil
        case "from", "to":
            guard let time = APITime(parsing: value), time.milliseconds <= Timestamp.latest.milliseconds else {
                return .malformed
            }
            let moment = Timestamp(milliseconds: time.milliseconds)
            if name == "from" { wanted.filter.from = moment } else { wanted.filter.to = moment }
            return nil
        default: return .unknown
        }
    }

    /// The `Link` field (RFC 8288) to the page after this.
    func link(to next: Int64, settings: HTTPSettings, seal: CursorSeal) -> String {
        let query = "limit=\(wanted.limit)\(filters)&cursor=\(seal.close(audit: next))"
        return "<\(settings.publicURL.origin)/api/audit?\(query)>; rel=\"next\""
    }
}

extension CursorSeal {
    func close(audit sequence: Int64) -> String { "\(sequence).\(mark(sequence))" }

    func open(audit text: String) -> Int64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 200, parts.count == 2, let sequence = Int64(parts[0]),
            String(parts[1]) == mark(sequence)
        else { return nil }
        return sequence
    }

    private func mark(_ sequence: Int64) -> String { effects.derive(.cursor, "audit \(organization) \(sequence)") }
}
