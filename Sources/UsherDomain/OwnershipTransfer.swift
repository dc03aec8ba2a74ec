/// An owner's offer to hand an organization over. Nothing changes before the receiver takes it.
package struct OwnershipTransfer: Equatable, Sendable {
    package let id: ID<OwnershipTransfer>
    package let organization: ID<Organization>
    /// The owner who offers; becomes an admin when it is taken.
    package let giver: ID<User>
    package let receiver: ID<User>
    package let createdAt: Timestamp
    package let expiresAt: Timestamp

    /// How long an offer stands.
    package static let lifetime = Duration.days(7)

    package init(
        id: ID<OwnershipTransfer>, organization: ID<Organization>, giver: ID<User>, receiver: ID<User>,
        createdAt: Timestamp, expiresAt: Timestamp
    ) {
        self.id = id
        self.organization = organization
        self.giver = giver
        self.receiver = receiver
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}
