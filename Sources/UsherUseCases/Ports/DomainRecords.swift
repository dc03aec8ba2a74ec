/// What the DNS says about names.
package protocol DomainRecords: Sendable {
    /// The TXT records at a name, each with its strings joined (RFC 1035 section 3.3.14); empty: the name is there, and
    /// has none.
    func texts(at name: String) async throws(DomainLookupProblem) -> [String]
}

/// Why there is no answer about a name.
package enum DomainLookupProblem: Error, Equatable, Sendable {
    /// The DNS says that there is no such name.
    case noSuchName
    /// Nobody said anything that can be believed: no server answered in time, or the one that did has trouble itself.
    case temporary(reason: String)
}

/// Where nobody can be asked: every look is temporary trouble.
package struct NoDomainRecords: DomainRecords {
    package init() {}

    package func texts(at name: String) async throws(DomainLookupProblem) -> [String] {
        throw .temporary(reason: "no resolver")
    }
}
