extension Migration {
    static let auditChain = Migration(9, "AuditChain") { _ in
        []
    }
}
