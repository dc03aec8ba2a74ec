extension Migration {
    static let invitationLife = Migration(8, "InvitationLife") { _ in
        []
    }
}
