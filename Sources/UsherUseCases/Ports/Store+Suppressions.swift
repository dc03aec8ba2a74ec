package import UsherDomain

/// Who is not invited by whom.
package protocol SuppressionReader {
    func suppression(of emailHash: String, in organization: ID<Organization>) throws -> Suppression?
    /// Newest first.
    func suppressions(
        in organization: ID<Organization>, after: SuppressionCursor?, limit: Int
    ) throws -> [Suppression]
}

package protocol SuppressionWriter: SuppressionReader {
    /// False: there is one already, and nothing is changed. The owner of an address, however, takes over one that
    /// somebody else made, so that nobody else lifts it.
    func add(_ suppression: Suppression) throws -> Bool
    /// False: there is none from such a source (any more).
    func removeSuppression(
        of emailHash: String, in organization: ID<Organization>, from sources: Set<Suppression.Source>
    ) throws -> Bool
}

/// The place after which a page begins.
package struct SuppressionCursor: Equatable, Sendable {
    package let createdAt: Timestamp
    package let emailHash: String

    package init(createdAt: Timestamp, emailHash: String) {
        self.createdAt = createdAt
        self.emailHash = emailHash
    }
}
