import ArgumentParser
import UsherAPI

/// What comes of a file, as a command tells it.
struct BulkResult {
    private let plan: PlanBody
    /// Rows that look mistyped, and are to be invited all the same.
    private let confirmed: Int

    init(_ plan: PlanBody, confirmTypos: Bool = false) {
        self.plan = plan
        confirmed = confirmTypos && plan.state == "planned" ? plan.outcomes["likely_typo"] ?? 0 : 0
    }

    private func count(_ state: String) -> Int { plan.progress[state] ?? 0 }

    var waiting: Int { count("waiting") + confirmed }
    var failed: Int { count("failed") + count("cancelled") - confirmed }
    /// Invited, to be invited, or in no need of it.
    var good: Int { count("done") + waiting + count("unneeded") }

    /// - Throws: the exit code, unless all is well.
    func exit() throws {
        guard failed > 0 else { return }
        throw ExitCode((good > 0 ? CommandFailure.Code.partial : .failed).rawValue)
    }

    /// The outcomes by number, and the rows that make trouble; `rows`: all rows in order, instead of those.
    func print(json: Bool, failedFile: String?, rows: [PlanRowBody]? = nil) {
        guard !json else {
            let counts = { (values: [String: Int]) in
                JSONText.members(values.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) })
            }
            var members: [(String, JSONText)] = [
                ("plan_id", .string(plan.id)), ("state", .string(plan.state)), ("total", .number(plan.total)),
                ("outcomes", counts(plan.outcomes)), ("progress", counts(plan.progress)),
                ("failed_file", failedFile.map { .string($0) } ?? .null),
            ]
            if let rows { members.append(("rows", .list(rows.map(\.json)))) }
            return Console.out(JSONText.object(members))
        }
        for (outcome, count) in plan.outcomes.sorted(by: { $0.value > $1.value }) where count > 0 {
            let number = String(count)
            Console.out(String(repeating: " ", count: max(0, 7 - number.count)) + number + "  " + Self.words(outcome))
        }
        if let rows {
            for row in rows { Console.out("  \(row.line)") }
        } else {
            printTrouble()
        }
        if let failedFile { Console.say("The rows that failed are in \(failedFile): mend them and send them again.") }
    }

    private static let shownRows = 50

    private func printTrouble() {
        let rows = (plan.rows ?? []).filter { $0.state == "failed" }
        for row in rows.prefix(Self.shownRows) { Console.out("  \(row.line)") }
        if rows.count > Self.shownRows { Console.out("  … and \(rows.count - Self.shownRows) more") }
    }

    static func words(_ outcome: String) -> String { outcome.replacing("_", with: " ") }
}

extension PlanRowBody {
    /// For people who read a terminal: address, outcome and reason.
    var line: String {
        let meant = suggestion.map { " (\(LogText.bare($0))?)" } ?? ""
        let address = LogText.quoted(String((email ?? "").prefix(100)))
        let why = detail.map { ": \(LogText.bare($0))" } ?? ""
        return "row \(row)  \(address)\(meant)  \(BulkResult.words(outcome))\(why)"
    }

    /// With the names that the API has for it.
    fileprivate var json: JSONText {
        let text = { (value: String?) -> JSONText in value.map { .string($0) } ?? .null }
        return .members([
            ("row", .number(row)), ("email", text(email)), ("role", role.map { .number($0) } ?? .null),
            ("role_name", text(roleName)), ("name", text(name)), ("locale", text(locale)),
            ("outcome", .string(outcome)), ("state", .string(state)), ("detail", text(detail)),
            ("duplicate_of", duplicateOf.map { .number($0) } ?? .null), ("suggestion", text(suggestion)),
            ("invitation_id", text(invitationID)),
        ])
    }
}

/// How far something is: a bar on a terminal, a line now and then elsewhere, nothing beside JSON for a program.
final class ProgressLine: Sendable {
    private static let width = 30
    private let isTerminal = Console.errorIsTerminal
    private let isSilent: Bool
    private let told = Tally()

    init(json: Bool) { isSilent = json && !Console.errorIsTerminal }

    func show(_ activity: String, done: Int, of total: Int) {
        guard !isSilent else { return }
        let percent = total == 0 ? 100 : done * 100 / total
        guard isTerminal else {
            // A tenth at a time.
            guard told.changes(to: "\(activity) \(percent / 10)") else { return }
            return Console.say("\(activity): \(percent) %")
        }
        let filled = percent * Self.width / 100
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
        Console.write("\r\u{1B}[K[\(bar)] \(percent) % \(activity)", to: 2)
    }

    func end() { if isTerminal, !isSilent { Console.write("\n", to: 2) } }
}
