import ArgumentParser
import UsherAPI
import UsherDomain
import UsherHTTP
import UsherUseCases

struct RoleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role", abstract: "Manage roles that an organization makes for itself.",
        discussion: "A role is a name and what it allows; usher role permissions lists what there is.",
        subcommands: [Create.self, List.self, Show.self, Set.self, Delete.self, Permissions.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a role.",
            discussion: """
                Example: usher role create Recruiter --permission invitation:create --permission invitation:read \\
                    --organization 019ad3c0-0000-7000-8000-000000000001
                """)

        @Argument(help: "What it is called, at most 60 characters.") var name: String
        @Option(name: .customLong("permission"), help: "What it allows, as invitation:create; may be repeated.")
        var permissions: [String] = []
        @Option(help: "Id of the organization.") var organization: String
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let organization = try Arguments.organization(organization)
            let draft = ManageRoles.Draft(
                name: try Arguments.roleName(name), permissions: try Arguments.permissions(permissions))
            let bench = try await Workbench(options.settings(), use: .command)
            let made = try await Arguments.refusable {
                try await bench.operatorActions.createRole(draft, in: organization)
            }
            await bench.opened.close()
            RoleCommand.tell(made, json: json)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the roles that an organization made, newest first.",
            discussion: "Example: usher role list --organization 019ad3c0-0000-7000-8000-000000000001 --json")

        @OptionGroup var options: OrganizationOptions

        func run() async throws {
            let found = try await options.read { try await $0.operatorActions.roles(of: $1) }
            options.tell(found, line: RoleCommand.line, members: RoleCommand.members)
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell what a role allows.",
            discussion: "Example: usher role show Recruiter --organization 019ad3c0-0000-7000-8000-000000000001")

        @Argument(help: "The role's name.") var name: String
        @Option(help: "Id of the organization.") var organization: String
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let organization = try Arguments.organization(organization)
            let name = try Arguments.roleName(name)
            let bench = try await Workbench(options.settings(), use: .command)
            let found = try await Arguments.refusable {
                try await bench.operatorActions.role(named: name, of: organization)
            }
            await bench.opened.close()
            RoleCommand.tell(found, json: json)
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a role another name, or let it allow something else.",
            discussion: """
                The permissions that are named replace all that there were, at once for everybody who has the role.

                Example: usher role set Recruiter --name Scout --permission invitation:read \\
                    --organization 019ad3c0-0000-7000-8000-000000000001
                """)

        @Argument(help: "The role's name.") var role: String
        @Option(help: "Its new name.") var name: String?
        @Option(name: .customLong("permission"), help: "What it allows, as invitation:create; may be repeated.")
        var permissions: [String] = []
        @Option(help: "Id of the organization.") var organization: String
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let organization = try Arguments.organization(organization)
            let role = try Arguments.roleName(role)
            let edit = ManageRoles.Edit(
                name: try name.map { .set(try Arguments.roleName($0)) } ?? .keep,
                permissions: permissions.isEmpty ? .keep : .set(try Arguments.permissions(permissions)))
            let bench = try await Workbench(options.settings(), use: .command)
            let changed = try await Arguments.refusable {
                try await bench.operatorActions.changeRole(named: role, edit, of: organization)
            }
            await bench.opened.close()
            RoleCommand.tell(changed, json: json)
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a role that nobody has.",
            discussion: "Example: usher role delete Recruiter --organization 019ad3c0-0000-7000-8000-000000000001")

        @Argument(help: "The role's name.") var name: String
        @Option(help: "Id of the organization.") var organization: String
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let organization = try Arguments.organization(organization)
            let name = try Arguments.roleName(name)
            let bench = try await Workbench(options.settings(), use: .command)
            try await Arguments.refusable {
                try await bench.operatorActions.deleteRole(named: name, of: organization)
            }
            await bench.opened.close()
            guard json else { return Console.say("The role is gone.") }
            Console.out(
                JSONText.object([
                    ("organization_id", .string(organization.rawValue)), ("deleted", .string(name.text)),
                ]))
        }
    }

    struct Permissions: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List all that a role can allow.", discussion: "Example: usher role permissions --json")

        @Flag(help: "As JSON.") var json = false

        func run() {
            let all = PermissionSet.owner.subtracting(.ownersOnly).permissions.map(\.rawValue)
            guard json else {
                for permission in all { Console.out(permission) }
                return
            }
            Console.out(JSONText.text(of: .list(all.map { .string($0) })))
        }
    }
}

extension RoleCommand {
    fileprivate static func tell(_ role: CustomRole, json: Bool) {
        Console.out(json ? JSONText.object(members(role)) : line(role))
    }

    fileprivate static func line(_ role: CustomRole) -> String {
        "\(role.id)  \(role.name)  \(role.permissions.list)"
    }

    fileprivate static func members(_ role: CustomRole) -> [(String, JSONText)] {
        [
            ("id", .string(role.id.rawValue)), ("organization_id", .string(role.organization.rawValue)),
            ("name", .string(role.name.text)),
            (
                "permissions",
                .members(
                    role.permissions.byResource.sorted { $0.key < $1.key }
                        .map { ($0.key, .list($0.value.map { .string($0) })) })
            ),
            ("created_at", .string(APITime(role.createdAt).text)),
            ("updated_at", .string(APITime(role.updatedAt).text)),
        ]
    }
}

extension Arguments {
    static func roleName(_ text: String) throws -> DisplayName {
        let name = try name(text)
        guard name.text.count <= CustomRole.maximumName else {
            throw CommandFailure("A role's name has at most \(CustomRole.maximumName) characters.", code: .usage)
        }
        return name
    }

    static func permissions(_ texts: [String]) throws -> PermissionSet {
        PermissionSet(
            try texts.map { text in
                guard let found = Permission(rawValue: text), !PermissionSet.ownersOnly.contains(found) else {
                    throw CommandFailure(
                        "No role can allow this; usher role permissions lists what there is: "
                            + LogText.quoted(String(text.prefix(100))), code: .usage)
                }
                return found
            })
    }
}

extension Workbench {
    /// The role that a word on a command line means: one of the three, or by its name one that the organization made.
    func role(
        meantBy word: String, of organization: ID<Organization>
    ) async throws -> (role: Role, custom: ID<CustomRole>?) {
        if let role = Role(word: word) { return (role, nil) }
        let name = try Arguments.roleName(word)
        do {
            return (.user, try await operatorActions.role(named: name, of: organization).id)
        } catch Refusal.roleNotFound {
            throw CommandFailure(
                "A role is owner, admin, user or one that the organization made, and not: "
                    + LogText.quoted(String(word.prefix(100))), code: .usage)
        } catch {
            throw CommandFailure(error)
        }
    }
}
