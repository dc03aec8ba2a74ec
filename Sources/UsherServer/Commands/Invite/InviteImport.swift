import ArgumentParser
import UsherAPI
import UsherDomain
import UsherHTTP
import UsherSQL
import UsherText
import UsherUseCases

/// Takes in invitations that are pending in another system, with the links that people have from it. It works on the
/// database, because a link proves an address: only the operator vouches for one that this server did not send.
struct InviteImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take in pending invitations of Clerk, WorkOS or Auth0: by the operator.",
        discussion: """
            The file is CSV with the other system's column names, or the JSON that its API lists invitations in; \
            docs/import.md has the columns. Where it holds the token or the link, people join by the link they have, and \
            get no letter; the others get one. Rows that are not pending there are left out.

            It may run beside the server, and can be repeated: who is invited already is left alone. Exit codes: 0 all \
            are in or need not be, 1 none is, 3 some are.

            Example: usher invite import invitations.csv --format workos --organization ID --dry-run
            """)

    @Argument(help: "The file.") var file: String
    @Option(help: "clerk, workos, auth0 or usher.") var format: String
    @Option(help: "Id of the organization.") var organization: String
    @Option(
        name: .customLong("on-behalf"),
        help: "Address of the admin who invites; default: the owner, if there is one alone.")
    var onBehalf: String?
    @Option(
        name: .customLong("role-map"),
        help: "word=role: what the other system's role is here; the organization's own by name; may be repeated.")
    var roleMap: [String] = []
    @Option(
        name: .customLong("app-url"), help: "Base of the links in letters; default: the server's own pages.")
    var appURL: String?
    @Option(
        name: .customLong("redirect-uri"), help: "Where the new members land; default: where the links lead.")
    var redirectURI: String?
    @Flag(name: .customLong("dry-run"), help: "Show what would come of each row, and take in nobody.") var dryRun =
        false
    @Flag(
        name: .customLong("send"), inversion: .prefixedNo,
        help: "Letters to all, or to nobody; default: to those without an old link.")
    var send: Bool?
    @Flag(help: "As JSON.") var json = false
    @OptionGroup var options: ConfigOptions

    /// What the server takes by its API, too.
    private static let largestFile = 8 << 20

    func run() async throws {
        let organization = try Arguments.organization(organization)
        guard let format = ImportFormat(rawValue: format) else {
            throw CommandFailure("--format is clerk, workos, auth0 or usher.", code: .usage)
        }
        let roles = try Arguments.roleMap(roleMap)
        let bytes = try FileBytes.read(file, limit: Self.largestFile)
        let bench = try await Workbench(options.settings(), use: .command)
        let reader = ImportReader(
            format: format, roles: roles.roles, mailing: send.map { $0 ? .send : .hold }, hash: bench.effects.hash,
            now: bench.effects.now())
        let rows = try read(bytes, reader)
        let (told, failed) = try await Arguments.refusable { () async throws -> (PlanReport, [PlanRow]) in
            let inviter = try await inviter(of: organization, bench)
            let plan = try await plan(rows, in: organization, as: inviter, bench)
            guard !dryRun else { return (plan, []) }
            return try await apply(plan, as: inviter, bench)
        }
        await bench.opened.close()
        try tell(told, failed)
    }

    private func read(_ bytes: [UInt8], _ reader: ImportReader) throws -> [PlanRow] {
        do {
            return try reader.rows(bytes)
        } catch {
            guard case .invalidTable(let problem) = error else { throw CommandFailure(error) }
            throw CommandFailure("\(file): \(problem.sentence)", code: .usage)
        }
    }

    private func tell(_ told: PlanReport, _ failed: [PlanRow]) throws {
        let failedFile = failed.isEmpty ? nil : file + ".failed.csv"
        if let failedFile {
            let table = FailedTable(rows: failed, withCodes: true)
            try FileBytes.write(Array(table.text.utf8), to: failedFile)
        }
        let plan = PlanBody(told, rows: told.rows)
        let result = BulkResult(plan)
        result.print(json: json, failedFile: failedFile, rows: dryRun ? plan.rows : nil)
        if failedFile != nil { Console.say("Send them again with --format usher.") }
        if told.plan.state == .applying {
            Console.say("The server goes on with the rest: letters wait for the relay or for the hourly limit.")
        }
        try result.exit()
    }

    private func inviter(of organization: ID<Organization>, _ bench: Workbench) async throws -> ID<User> {
        guard let onBehalf else {
            let owners = try await bench.operatorActions.members(of: organization, role: .owner, search: nil)
            guard let owner = owners.first, owners.count == 1 else {
                throw CommandFailure(
                    "The organization has \(owners.count) owners: say with --on-behalf who invites.", code: .usage)
            }
            return owner.user.id
        }
        let email = try Arguments.address(onBehalf)
        return try await bench.operatorActions.memberID(email, of: organization)
    }

    private func plan(
        _ rows: [PlanRow], in organization: ID<Organization>, as inviter: ID<User>, _ bench: Workbench
    ) async throws -> PlanReport {
        let app = try appURL.map { try Self.url($0, "app-url") } ?? bench.settings.publicURL
        let target = try redirectURI.map { try Self.url($0, "redirect-uri") } ?? app
        var request = PlanInvitations.Request(
            organization: organization, caller: .session(user: inviter, hash: ""),
            draft: .success(PlanDraft(appURL: app, redirectURI: target, rows: rows)),
            facts: RequestFacts(id: "", peer: ""))
        request.isByOperator = true
        return try await PlanInvitations(store: bench.store, effects: bench.effects, rules: bench.settings.rules)(
            request)
    }

    private static func url(_ text: String, _ option: String) throws -> WebURL {
        do { return try WebURL(parsing: text, field: option) } catch {
            throw CommandFailure("--\(option) must be a URL like https://app.example.com.", code: .usage)
        }
    }

    // MARK: Applying

    /// Goes on with the plan here, whether a server runs or not; what has to wait for the relay or for a limit is left
    /// to the server.
    private func apply(
        _ plan: PlanReport, as inviter: ID<User>, _ bench: Workbench
    ) async throws -> (PlanReport, [PlanRow]) {
        let (id, organization) = (plan.plan.id, plan.plan.organization)
        let advance = AdvancePlans(
            store: bench.store, effects: bench.effects, rules: bench.settings.rules, dispatch: Undispatched())
        _ = try await ApplyPlan(store: bench.store, effects: bench.effects).byOperator(
            id, in: organization, inTheNameOf: inviter)
        let progress = ProgressLine(json: json)
        let node = bench.effects.newID()
        while true {
            let step = try await advance(node: node)
            let report = try await bench.store.read { try $0.report(on: id, in: organization) }
            progress.show("Taking in", done: plan.plan.total - report.count(of: .waiting), of: plan.plan.total)
            // Another node may have it for a moment.
            if step == .idle, report.plan.state == .applying, report.plan.waitingFor == nil {
                try await Task.sleep(for: .milliseconds(100))
                continue
            }
            guard report.plan.state != .applying || step == .paused || step == .idle else { continue }
            progress.end()
            var told = report
            told.rows = try await bench.store.read {
                try $0.planRows(
                    PlanRowSelection(plan: id, organization: organization, limit: InvitationPlan.maximumRows))
            }
            return (told, told.rows.filter { $0.state == .failed || $0.state == .cancelled })
        }
    }
}

/// Letters are left to the running server.
private struct Undispatched: Dispatch {
    func lease(at now: Timestamp) -> Lease { Lease(node: "", until: now) }
    func dispatch(_ letter: Letter, patience: Duration?) async -> LetterOutcome? { nil }
}
