import ArgumentParser
import UsherDomain

/// What a command is given that shows something of one organization.
struct OrganizationOptions: ParsableArguments {
    @Option(help: "Id of the organization.") var organization: String
    @Flag(help: "As JSON.") var json = false
    @OptionGroup var options: ConfigOptions

    /// Looks at the organization, with a store that is open for this look.
    func read<Found>(_ look: (Workbench, ID<Organization>) async throws -> Found) async throws -> Found {
        let organization = try Arguments.organization(organization)
        let bench = try await Workbench(options.settings(), use: .command)
        let found = try await Arguments.refusable { try await look(bench, organization) }
        await bench.opened.close()
        return found
    }

    /// A line for each, or an array of objects.
    func tell<Item>(_ found: [Item], line: (Item) -> String, members: (Item) -> [(String, JSONText)]) {
        guard json else { return found.forEach { Console.out(line($0)) } }
        Console.out(JSONText.array(found.map(members)))
    }
}
