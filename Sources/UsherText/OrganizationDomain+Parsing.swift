package import UsherDomain

extension OrganizationDomain {
    /// A domain as it is compared: A-labels in lower case, at least two of them, and nobody's in general.
    package static func name(parsing text: String, field: String = "/domain") throws(Refusal) -> String {
        guard let name = DomainRule.normalized(text), !name.hasPrefix("*.") else {
            throw .invalidBody([FieldProblem(field, .malformed)])
        }
        guard name.utf8.count <= DomainRecord.longestDomain else {
            throw .invalidBody([FieldProblem(field, .tooLong)])
        }
        guard !PublicDomains.contains(name) else { throw .domainPublic }
        return name
    }
}
