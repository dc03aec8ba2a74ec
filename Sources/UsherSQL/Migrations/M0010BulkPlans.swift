extension Migration {
    static let bulkPlans = Migration(10, "BulkPlans") { _ in
        []
    }
}
