import ArgumentParser

/// Invitations, by the API of a running server.
struct InviteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite", abstract: "Invite people through a running server.", subcommands: [InviteBulk.self])
}
