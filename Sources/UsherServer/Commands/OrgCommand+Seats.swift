import ArgumentParser
import UsherDomain
import UsherUseCases

extension OrgCommand {
    struct Seats: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell how an organization's seats stand.",
            discussion: """
                Members use seats and open invitations hold them, until they are accepted or end. Example:

                  usher org seats 0190a5a0-0000-7000-8000-000000000001 --json
                """)

        @Argument(help: "The organization's id.") var organization: String
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let id = try Arguments.organization(organization)
            let bench = try await Workbench(options.settings(), use: .command)
            let seats = try await Arguments.refusable { try await bench.operatorActions.seats(of: id) }
            await bench.opened.close()
            guard json else { return Console.out(Self.lines(seats)) }
            Console.out(
                JSONText.object([
                    ("limit", Self.number(seats.limit)), ("used", .number(seats.used)), ("held", .number(seats.held)),
                    ("free", Self.number(seats.free)), ("waiting", .number(seats.waiting)),
                ]))
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
