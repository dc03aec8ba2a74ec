import ArgumentParser
import UsherAPI
import UsherDomain
import UsherHTTP
import UsherUseCases

extension OrgCommand {
    struct Seats: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell how an organization's seats stand.",
            discussion: """
                Members use seats and open invitations hold them, until they are accepted or end. What happened to them \
                is written down since a limit was set first. Example:

                  usher org seats 0190a5a0-0000-7000-8000-000000000001 --json
                  usher org seats 0190a5a0-0000-7000-8000-000000000001 --movements --limit 20
                """)

        @Argument(help: "The organization's id.") var organization: String
        @Flag(help: "What happened to them, newest first, with what stood after each.") var movements = false
        @Flag(help: "Count members and invitations, and let what is written down go on from there.") var recount = false
        @Option(help: "How many movements at most.") var limit: Int?
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let id = try Arguments.organization(organization)
            let bench = try await Workbench(options.settings(), use: .command)
            if recount { try await Arguments.refusable { try await bench.operatorActions.recountSeats(of: id) } }
            guard !movements else { return try await tellMovements(of: id, bench) }
            let seats = try await Arguments.refusable { try await bench.operatorActions.seats(of: id) }
            await bench.opened.close()
            guard json else { return Console.out(Self.lines(seats)) }
            Console.out(
                JSONText.object([
                    ("limit", Self.number(seats.limit)), ("used", .number(seats.used)), ("held", .number(seats.held)),
                    ("free", Self.number(seats.free)), ("waiting", .number(seats.waiting)),
                ]))
        }

        private func tellMovements(of id: ID<Organization>, _ bench: Workbench) async throws {
            let list = ListSeatMovements(store: bench.store, effects: bench.effects)
            var query = ListSeatMovements.Query()
            query.limit = 1000
            var rest = limit ?? .max
            var told: [SeatMovementBody] = []
            try await Arguments.refusable {
                while rest > 0 {
                    let page = try await list.byOperator(of: id, query)
                    let some = page.movements.prefix(rest).map { SeatMovementBody($0.movement, after: $0.after) }
                    if json { told += some } else { for movement in some { Console.out(Self.line(movement)) } }
                    rest -= some.count
                    guard let next = page.next else { break }
                    query.after = next
                }
            }
            await bench.opened.close()
            if json { Console.out(try APIOptions.text(told)) }
        }

        private static func line(_ movement: SeatMovementBody) -> String {
            let about = movement.invitationID ?? movement.membershipID ?? movement.limit.map { "limit \($0)" } ?? "-"
            let after = movement.after
            return "\(movement.at.text)  \(movement.kind)  used \(after.used)  held \(after.held)  "
                + "waiting \(after.waiting)  \(about)  \(movement.actor ?? "-")"
        }

        private static func lines(_ seats: SeatCount) -> String {
            """
            limit    \(seats.limit.map(String.init) ?? "none")
            used     \(seats.used)
            held     \(seats.held)
            free     \(seats.free.map(String.init) ?? "no limit")
            waiting  \(seats.waiting)
            """
        }

        private static func number(_ count: Int?) -> JSONText { count.map { .number($0) } ?? .null }
    }
}
