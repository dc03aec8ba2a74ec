package import UsherDomain

/// The audit log and the seals on it, as of one transaction.
package protocol AuditReader {
    /// The newest seal, without its entries.
    func newestSeal() throws -> AuditSeal.Head?
    /// Seals in order, with their entries as stored: `UnreadableSeal` for one that is none.
    func seals(after number: Int, limit: Int) throws -> [AuditSeal]
    /// Entries in order of their numbers.
    func auditEntries(after sequence: Int64, through last: Int64, limit: Int) throws -> [RecordedEntry]
    func auditEntries(numbered sequences: [Int64]) throws -> [RecordedEntry]
    /// Newest first.
    func audit(_ selection: AuditSelection) throws -> [RecordedEntry]
}

package protocol AuditWriter: AuditReader {
    /// False: there is a seal with this number already.
    func add(_ seal: AuditSeal) throws -> Bool
}

/// What is stored in the place of a seal is none.
package struct UnreadableSeal: Error {
    package let number: Int

    package init(number: Int) { self.number = number }
}

/// Which entries of the audit log.
package struct AuditFilter: Equatable, Sendable {
    package var action: AuditEntry.Action?
    /// `user:ID`, `key:ID`, `invitee`, `operator` or `system`.
    package var actor: String?
    package var subject: String?
    package var from: Timestamp?
    /// Up to this moment, and without it.
    package var to: Timestamp?

    package init() {}
}

/// A page of the audit log.
package struct AuditSelection: Sendable {
    /// Nil: the whole log, for the operator.
    package let organization: ID<Organization>?
    package let filter: AuditFilter
    /// The number of the entry after which the page begins.
    package let after: Int64?
    package let limit: Int

    package init(organization: ID<Organization>?, filter: AuditFilter, after: Int64?, limit: Int) {
        self.organization = organization
        self.filter = filter
        self.after = after
        self.limit = limit
    }
}
