extension Migration {
    static let requests = Migration(12, "Requests") { _ in
        []
    }
}
