import ArgumentParser
import UsherAPI
import UsherClient

/// Plans of many invitations that are on the server already.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Look at, apply and cancel plans that were made before.",
        discussion: """
            usher invite bulk makes one, with --dry-run too, and tells its id with --json. It is kept for seven days.

            Example: usher invite plan show 01900000-0000-7000-8000-000000000001
            """,
        subcommands: [Show.self, Rows.self, Failed.self, Apply.self, Cancel.self])

    /// Which plan.
    struct Place: ParsableArguments {
        @Argument(help: "Id of the plan.") var plan: String

        func id() throws -> String { try Arguments.id(plan, of: "a plan") }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell how far a plan is.",
            discussion: "Example: usher invite plan show 01900000-0000-7000-8000-000000000001 --json")

        @OptionGroup var place: Place
        @OptionGroup var options: APIOptions

        func run() async throws {
            let id = try place.id()
            try await options.run { try await $0.plan(id, of: $1) }.tell(json: options.json)
        }
    }

    struct Rows: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a plan's rows in order, each with its outcome.",
            discussion: """
                Example: usher invite plan rows 01900000-0000-7000-8000-000000000001 --outcome invalid,likely_typo
                """)

        @OptionGroup var place: Place
        @Option(help: "Only rows with one of these outcomes, separated by commas.") var outcome: String?
        @Option(help: "How many at most.") var limit: Int?
        @OptionGroup var options: APIOptions

        func run() async throws {
            let id = try place.id()
            let outcomes = outcome?.split(separator: ",").map(String.init)
            for name in outcomes ?? [] where !name.utf8.allSatisfy({ (0x61...0x7A).contains($0) || $0 == 0x5F }) {
                throw CommandFailure("--outcome is a list as invalid,likely_typo.", code: .usage)
            }
            let found = try await options.run { client, organization in
                try await Pages.all(atMost: limit) { cursor in
                    try await client.planRowPage(id, of: organization, outcomes: outcomes, after: cursor)
                }
            }
            guard !options.json else { return Console.out(try APIOptions.text(found)) }
            for row in found { Console.out(row.line) }
        }
    }

    struct Failed: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the rows that made no invitation as CSV, to be mended and sent again.",
            discussion: """
                With --json the same rows as usher invite plan rows tells them.

                Example: usher invite plan failed 01900000-0000-7000-8000-000000000001 > again.csv
                """)

        @OptionGroup var place: Place
        @OptionGroup var options: APIOptions

        func run() async throws {
            let id = try place.id()
            guard options.json else {
                let csv = try await options.run { try await $0.failedPlanRows(id, of: $1) }
                return Console.write(String(decoding: csv, as: UTF8.self), to: 1)
            }
            let rows = try await options.run { client, organization in
                try await Pages.all { try await client.planRowPage(id, of: organization, after: $0) }
            }
            Console.out(try APIOptions.text(rows.filter { ["failed", "cancelled"].contains($0.state) }))
        }
    }

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Have a plan applied in the background; twice is as good as once.",
            discussion: """
                With --wait: exit code 0 when all were invited or need not be, 1 when none was, 3 when some were.

                Example: usher invite plan apply 01900000-0000-7000-8000-000000000001 --wait
                """)

        @OptionGroup var place: Place
        @Flag(name: .customLong("confirm-typos"), help: "Invite addresses that look mistyped, too.")
        var confirmTypos = false
        @Flag(help: "Show progress, and end when the plan has.") var wait = false
        @OptionGroup var options: APIOptions

        func run() async throws {
            let id = try place.id()
            let plan = try await options.run { client, organization in
                let begun = try await client.applyPlan(
                    id, of: organization, options: ApplyPlanBody(confirmTypos: confirmTypos))
                guard wait else { return begun }
                let progress = ProgressLine(json: options.json)
                let ended = try await client.waitForPlan(id, of: organization) { progress.show($0) }
                progress.end()
                return ended
            }
            try plan.tell(json: options.json)
            if wait { try BulkResult(plan).exit() }
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Cancel what was not applied yet; who was invited stays so.",
            discussion: "Example: usher invite plan cancel 01900000-0000-7000-8000-000000000001")

        @OptionGroup var place: Place
        @OptionGroup var options: APIOptions

        func run() async throws {
            let id = try place.id()
            try await options.run { try await $0.cancelPlan(id, of: $1) }
            guard options.json else { return Console.say("Cancelled.") }
            Console.out(JSONText.object([("cancelled", .string(id))]))
        }
    }
}

extension PlanBody {
    fileprivate func tell(json: Bool) throws {
        guard !json else { return Console.out(try APIOptions.text(self)) }
        let pause = waitingFor.map { "  waits for \($0)" } ?? ""
        Console.out("\(id)  \(state)  \(total) rows\(pause)")
        BulkResult(self).print(json: false, failedFile: nil)
        for (state, count) in progress.sorted(by: { $0.key < $1.key }) where count > 0 {
            Console.out("  \(state): \(count)")
        }
    }
}

extension ProgressLine {
    /// How far a plan is, and what it waits for.
    func show(_ plan: PlanBody) {
        let activity =
            switch plan.waitingFor {
            case "relay": "Waiting for the mail relay"
            case "quota": "Waiting for the hourly limit, until \(plan.waitingUntil?.text ?? "later")"
            default: "Inviting"
            }
        show(activity, done: plan.total - (plan.progress["waiting"] ?? 0), of: plan.total)
    }
}
