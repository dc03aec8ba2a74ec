public import UsherAPI

/// Which entries of an audit log; what is nil restricts nothing.
public struct AuditFilter: Equatable, Sendable {
    /// As `invitation.created`.
    public var action: String?
    /// `user:ID`, `key:ID`, `invitee`, `operator` or `system`.
    public var actor: String?
    /// Id of what was changed.
    public var subject: String?
    /// From this moment on.
    public var from: APITime?
    /// Before this moment.
    public var to: APITime?

    /// Describes a filter; nothing is checked here.
    public init(
        action: String? = nil, actor: String? = nil, subject: String? = nil, from: APITime? = nil, to: APITime? = nil
    ) {
        self.action = action
        self.actor = actor
        self.subject = subject
        self.from = from
        self.to = to
    }

    fileprivate var query: String {
        let members = [
            ("action", action), ("actor", actor), ("subject", subject), ("from", from?.text), ("to", to?.text),
        ]
        return members.map { name, value in value.map { "&\(name)=\(Self.encoded($0))" } ?? "" }.joined()
    }

    /// RFC 3986 section 2.3: all but the unreserved characters.
    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                return String(UnicodeScalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                return digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }.joined()
    }
}

/// The form of an exported audit log.
public enum AuditFormat: String, Sendable {
    /// One JSON object a line.
    case jsonl
    /// RFC 4180 with a header; cells that a spreadsheet would take for formulas begin with an apostrophe.
    case csv
}

extension UsherClient {
    /// A page of an organization's audit log, newest first (`GET /api/audit`).
    ///
    /// - Parameters:
    ///   - filter: which ones; all without it.
    ///   - organization: UUID of the organization.
    ///   - limit: 1 to 1000.
    ///   - cursor: `next` of the page before.
    public func audit(
        of organization: String, _ filter: AuditFilter = AuditFilter(), limit: Int = 50, after cursor: String? = nil
    ) async throws -> Page<AuditEntryBody> {
        let place = cursor.map { "&cursor=\($0)" } ?? ""
        let response = try await call(
            "GET", "/api/audit?limit=\(limit)\(filter.query)\(place)", organization: organization)
        return Page(elements: try decode(from: response), next: Self.cursor(in: response.header("Link")))
    }

    /// All of an organization's audit log, newest first, fetched page by page as it is read.
    public func auditEntries(of organization: String, _ filter: AuditFilter = AuditFilter()) -> PagedSequence<
        AuditEntryBody
    > {
        PagedSequence { cursor in try await audit(of: organization, filter, limit: 1000, after: cursor) }
    }

    /// All of an organization's audit log as a file (`GET /api/audit/export`), in memory: as large as the transport
    /// allows.
    public func exportAudit(
        of organization: String, _ filter: AuditFilter = AuditFilter(), as format: AuditFormat = .jsonl
    ) async throws -> [UInt8] {
        try await call(
            "GET", "/api/audit/export?format=\(format.rawValue)\(filter.query)", organization: organization
        ).body
    }
}
