extension Migration {
    static let seatsAndLinks = Migration(11, "SeatsAndLinks") { _ in
        []
    }
}
