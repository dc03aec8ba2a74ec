import ArgumentParser
import UsherDomain
import UsherSQL
import UsherText
import UsherUseCases

/// Opens the database beside a server that may be running on it, and checks its schema.
private func open(_ options: SettingOptions) async throws -> UseCases {
    let assembly = try await Assembly(options.settings(), use: .command)
    if assembly.isFresh { _ = try await Migrator(assembly.database).up(at: assembly.effects.now()) }
    try await Migrator(assembly.database).verify()
    return assembly.commandUseCases()
}

private func name(_ text: String) throws -> DisplayName {
    do { return try DisplayName(parsing: text) } catch {
        throw Failure(.usage, "“\(text.prefix(40))” cannot be a name: 1 to 100 characters, no control characters.")
    }
}

private func address(_ text: String) throws -> EmailAddress {
    do { return try EmailAddress(parsing: text) } catch {
        throw Failure(.usage, "“\(text.prefix(100))” is not a mail address.")
    }
}

struct OrganizationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "org", abstract: "Organizations.", subcommands: [Create.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Found an organization; its owner's account is made without a password if there is none.")

        @OptionGroup var options: SettingOptions
        @Argument(help: "What the organization is called.") var name: String
        @Option(help: "The owner's mail address; you vouch for it.") var owner: String
        @Option(help: "An origin that links of this organization may point to; may be given again.")
        var allowedOrigin: [String] = []
        @Flag(help: "Answer in JSON.") var json = false

        func run() async throws {
            let (name, owner) = (try UsherServer.name(name), try address(owner))
            let origins = try allowedOrigin.map { text in
                guard let origin = Origin(parsing: text) else {
                    throw Failure(.usage, "“\(text.prefix(100))” is not an origin, as https://app.example.com")
                }
                return origin
            }
            let made = try await open(options).operatorActions.createOrganization(
                named: name, owner: owner, allowedOrigins: origins)
            let answer = OrganizationCreated(
                organizationID: made.organization.id.rawValue, ownerID: made.owner.rawValue,
                name: made.organization.name.text)
            Terminal.tell(json ? try answer.json() : answer.organizationID)
        }
    }
}

struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "API keys.", subcommands: [Create.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a key; it is shown this once.")

        @OptionGroup var options: SettingOptions
        @Option(help: "The organization's id.") var organization: String
        @Option(help: "owner, admin or user.") var role: String
        @Option(help: "A member's address: the key is theirs, not the organization's.") var user: String?
        @Option(help: "What the key is for.") var name = "Key"
        @Flag(help: "Answer in JSON.") var json = false

        func run() async throws {
            guard let id = ID<Organization>(parsing: organization) else {
                throw Failure(.usage, "“\(organization.prefix(60))” is not an organization's id (a UUID).")
            }
            guard let role = Role(name: role) else {
                throw Failure(.usage, "“\(role.prefix(40))” is not a role: owner, admin or user.")
            }
            let draft = KeyDraft(name: try UsherServer.name(name), role: role, scopes: nil, expiresAt: nil)
            let holder = try user.map(address)
            let made = try await open(options).operatorActions.createKey(draft, in: id, for: holder)
            let answer = KeyCreated(
                apiKey: made.text.reveal(), id: made.key.id.rawValue, organizationID: id.rawValue, role: role.name)
            Terminal.tell(json ? try answer.json() : answer.apiKey)
        }
    }
}

struct AdminCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin", abstract: "People who own organizations.", subcommands: [Create.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an owner with a password, read from standard input or a file.")

        @OptionGroup var options: SettingOptions
        @Option(help: "Their mail address; you vouch for it.") var email: String
        @Option(help: "Their name.") var name: String?
        @Option(help: "The organization they own; founded if there is none of that name.") var organization: String
        @Option(help: "File whose first line is the password.") var passwordFile: String?
        @Flag(help: "Answer in JSON.") var json = false

        func run() async throws {
            let draft = AdminDraft(
                email: try address(email), name: try name.map(UsherServer.name),
                organization: try UsherServer.name(organization))
            let useCases = try await open(options)
            let password = try Password(parsing: try PasswordInput.read(file: passwordFile))
            try useCases.passwordPolicy.check(
                password, email: draft.email, name: draft.name?.text, organization: draft.organization.text,
                product: useCases.rules.appName)
            let user = try await useCases.setUp.byOperator(draft: draft, password: password)
            Terminal.tell(json ? try AdminCreated(userID: user.rawValue).json() : user.rawValue)
        }
    }
}
