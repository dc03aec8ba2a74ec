import ArgumentParser
import UsherAPI
import UsherClient
import UsherDomain
import UsherHTTP

/// Invites the people of a file, by the API of a running server.
struct InviteBulk: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bulk", abstract: "Invite the people of a CSV file: plan, look, apply.",
        discussion: """
            The file is UTF-8 with a header row; columns are email, role, name, message, locale, expires_at and \
            metadata.NAME, in any order. A role is user, admin, owner or the name of one that the organization made \
            (usher role list). Rows that fail are written to FILE.failed.csv, which can be mended and \
            sent again.

            Exit codes: 0 all were invited or need not be, 1 none was, 3 some were, 4 not allowed.

            Example: USHER_API_KEY=… usher invite bulk team.csv --organization ID --dry-run
            """)

    @Argument(help: "The file.") var file: String
    @Option(help: "Id of the organization.") var organization: String
    @Option(
        name: .customLong("app-url"), help: "Base of the links in the letters; default: the server's own pages.")
    var appURL: String?
    @Option(
        name: .customLong("redirect-uri"), help: "Where the new members land; default: where the links lead.")
    var redirectURI: String?
    @Option(
        help: "clerk, workos or auth0, whose column names the file has; codes of old links are left to invite import.")
    var format: String?
    @Option(
        name: .customLong("role-map"),
        help:
            "word=role, with --format: what the other's role is here; the organization's own by name; may be repeated."
    )
    var roleMap: [String] = []
    @Flag(name: .customLong("no-send"), help: "With --format: make the invitations without a letter.") var noSend =
        false
    @Flag(name: .customLong("dry-run"), help: "Show what would come of each row, and invite nobody.") var dryRun = false
    @Flag(name: .customLong("confirm-typos"), help: "Invite addresses that look mistyped, too.")
    var confirmTypos = false
    @Flag(name: .customLong("resend-pending"), help: "Send those who are invited already a new letter.")
    var resendPending = false
    @Flag(help: "Ask no question.") var yes = false
    @Flag(help: "As JSON.") var json = false
    @OptionGroup var server: ServerOptions

    /// What the server takes.
    private static let largestFile = 8 << 20

    func run() async throws {
        let organization = try Arguments.organization(organization).rawValue
        let client = try server.client()
        let source = try source()
        let bytes = try FileBytes.read(file, limit: Self.largestFile)
        let progress = ProgressLine(json: json)
        progress.show("Planning", done: 0, of: 1)
        let plan = try await server.reaching {
            try await client.plan(
                csv: bytes, appURL: appURL, redirectURI: redirectURI, resendPending: resendPending, from: source,
                in: organization)
        }
        progress.show("Planning", done: plan.total, of: plan.total)
        progress.end()
        let planned = BulkResult(plan, confirmTypos: confirmTypos)
        if dryRun {
            planned.print(json: json, failedFile: nil, rows: plan.rows ?? [])
            return try planned.exit()
        }
        if !json { planned.print(json: false, failedFile: nil) }
        try confirm(planned)
        try await apply(plan, of: organization, client, progress)
    }

    private func source() throws -> ImportSource? {
        guard let format else {
            guard roleMap.isEmpty, !noSend else {
                throw CommandFailure("--role-map and --no-send go with --format.", code: .usage)
            }
            return nil
        }
        let roles = try Arguments.roleMap(roleMap).roles
        return ImportSource(
            format: format, roles: roles.compactMapValues(\.base?.rawValue), isHeld: noSend,
            customRoles: roles.filter { $0.value.base == nil }.mapValues(\.text))
    }

    private func confirm(_ planned: BulkResult) throws {
        guard !yes, planned.good > 0 else { return }
        guard Console.inputIsTerminal else {
            throw CommandFailure("Add --yes to invite without a question, or --dry-run to look only.", code: .usage)
        }
        Console.write("Invite \(planned.waiting)? [y/N] ", to: 2)
        guard ["y", "yes"].contains((readLine() ?? "").lowercased()) else {
            throw CommandFailure("Nobody was invited.")
        }
    }

    private func apply(
        _ plan: PlanBody, of organization: String, _ client: UsherClient, _ progress: ProgressLine
    ) async throws {
        let (ended, failed) = try await server.reaching {
            _ = try await client.applyPlan(
                plan.id, of: organization, options: ApplyPlanBody(confirmTypos: confirmTypos))
            let ended = try await client.waitForPlan(plan.id, of: organization) { progress.show($0) }
            progress.end()
            let result = BulkResult(ended)
            return (
                result, result.failed > 0 ? try await client.failedPlanRows(plan.id, of: organization) : nil
            )
        }
        if let failed { try FileBytes.write(failed, to: file + ".failed.csv") }
        ended.print(json: json, failedFile: failed == nil ? nil : file + ".failed.csv")
        try ended.exit()
    }
}
