import FoundationEssentials
import UsherAPI
package import UsherDomain

/// The forms in which the audit log leaves.
package enum AuditExport: String, Sendable, CaseIterable {
    case jsonl, csv

    var mediaType: String {
        switch self {
        case .jsonl: "application/jsonl; charset=utf-8"
        case .csv: "text/csv; charset=utf-8; header=present"
        }
    }

    /// What comes before the first entry.
    package var head: String {
        switch self {
        case .jsonl: ""
        case .csv: CSV.record(["at", "action", "actor", "subject", "organization_id", "request_id", "id"])
        }
    }

    /// An entry with its end.
    package func line(_ entry: RecordedEntry) -> String {
        switch self {
        case .jsonl: Self.json(AuditEntryBody(entry)) + "\n"
        case .csv:
            CSV.record([
                APITime(entry.at).text, entry.action, entry.actor, entry.subject, entry.organization ?? "",
                entry.requestID ?? "", entry.id,
            ])
        }
    }

    private static func json(_ body: AuditEntryBody) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // It is made of texts: encoding cannot fail.
        return String(decoding: (try? encoder.encode(body)) ?? Data(), as: UTF8.self)
    }
}

extension AuditEntryBody {
    init(_ entry: RecordedEntry) {
        self.init(
            id: entry.id, action: entry.action, organizationID: entry.organization, actor: entry.actor,
            subject: entry.subject, requestID: entry.requestID, at: APITime(entry.at))
    }
}
