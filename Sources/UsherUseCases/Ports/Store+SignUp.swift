package import UsherDomain

/// People of a verified domain who have no account yet.
package protocol SignUpReader {
    /// Nil: there is none, or a newer one of the same address took its place.
    func domainProof(_ id: ID<OneTimeLink>) throws -> DomainProof?
    /// Whether any organization lets people of a verified domain join, or ask to.
    func isAnyDomainOpen() throws -> Bool
}

package protocol SignUpWriter: SignUpReader {
    /// Takes the place of an older one of the same address, whose link ends. The new link is not made by it.
    func replace(_ proof: DomainProof, at now: Timestamp) throws
}
