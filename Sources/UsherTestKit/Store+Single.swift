package import UsherDomain
package import UsherUseCases

// Questions about one thing, which the server asks about several at once.
extension StoreReader {
    package func isMember(_ email: EmailAddress, of organization: ID<Organization>) throws -> Bool {
        try standing(of: email, hash: "", in: organization, at: .earliest)?.isMember ?? false
    }

    package func isSuppressed(_ hash: String, in organization: ID<Organization>) throws -> Bool {
        try standing(of: Sample.email(), hash: hash, in: organization, at: .earliest)?.isSuppressed ?? false
    }
}

extension StoreWriter {
    /// False: the lease was lost.
    package func settle(_ letter: Letter, lease: Lease, as outcome: LetterOutcome, at now: Timestamp) throws -> Bool {
        try settle([Settlement(letter: letter, outcome: outcome)], lease: lease, at: now).contains(letter.id)
    }
}

extension Timestamp {
    fileprivate static let earliest = Timestamp(milliseconds: 0)
}
