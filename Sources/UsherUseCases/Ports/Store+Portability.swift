package import UsherDomain

/// An organization on its way out.
package protocol PortabilityReader {
    /// Rows of one kind, oldest first, each with its place.
    func portable(
        _ kind: PortableRecord.Kind, of organization: ID<Organization>, after: PortablePlace?, limit: Int
    ) throws -> [(record: PortableRecord, place: PortablePlace)]
    /// Whether an organization has this id, or had it.
    func isKnown(_ organization: ID<Organization>) throws -> Bool
    /// Whether a person has this id, or had it.
    func isKnown(_ user: ID<User>) throws -> Bool
}

/// An organization on its way in.
package protocol PortabilityWriter: PortabilityReader {
    /// Adds a row as it is. It is the caller who knows that it fits.
    ///
    /// - Parameter derived: columns that no file holds, by their names in the database.
    func add(
        _ record: PortableRecord, to organization: ID<Organization>, derived: [String: PortableValue]
    ) throws
    /// A row for somebody of whom only the id is known.
    func addErased(_ user: ID<User>, at now: Timestamp) throws
}

/// The place of a row among those of its kind.
package struct PortablePlace: Equatable, Sendable {
    /// Milliseconds, or the number of an audit entry.
    package let order: Int64
    package let id: String

    package init(order: Int64, id: String) {
        self.order = order
        self.id = id
    }
}
