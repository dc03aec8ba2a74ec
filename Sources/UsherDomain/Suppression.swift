/// An address that an organization does not invite, known by its keyed hash alone.
package struct Suppression: Equatable, Sendable {
    /// Who asked for it; whoever asked, or the operator, may lift it again.
    package enum Source: String, Sendable, CaseIterable {
        /// The owner of the address: by the page, the letter or the mail program's button.
        case invitee
        case admin, `operator`
        /// Mail to it comes back.
        case bounce
    }

    package let organization: ID<Organization>
    /// The address's keyed hash: 43 characters of base64url.
    package let emailHash: String
    package let source: Source
    package let createdAt: Timestamp

    package init(organization: ID<Organization>, emailHash: String, source: Source, createdAt: Timestamp) {
        self.organization = organization
        self.emailHash = emailHash
        self.source = source
        self.createdAt = createdAt
    }
}
