extension Migration {
    static let members = Migration(7, "Members") { _ in
        []
    }
}
