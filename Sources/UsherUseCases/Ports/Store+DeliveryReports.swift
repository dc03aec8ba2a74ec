package import UsherDomain

/// What mail systems say of letters that were handed over.
package protocol DeliveryReportWriter {
    /// Whose invitation it is, if that letter is its newest. The tag that names it was the proof.
    func organization(ofLetter generation: Int, about id: ID<Invitation>) throws -> ID<Organization>?
    /// Writes the report on an open offer; a bounce ends it. Nil: it is not open, its newest letter is another, or no less
    /// is known already.
    func take(
        _ report: DeliveryReport, in organization: ID<Organization>, at now: Timestamp
    ) throws -> Invitation.Status?
}
