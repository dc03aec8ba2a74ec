import UsherCSV
import UsherDomain

/// A table of invitations as another system names its columns, from CSV or from the JSON of its API.
struct ImportTable {
    /// In snake case, nested names parted by points.
    let header: [String]
    let rows: [[String]]

    init(_ bytes: [UInt8]) throws(Refusal) {
        switch bytes.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) {
        case UInt8(ascii: "{"), UInt8(ascii: "["): try self.init(json: bytes)
        default: try self.init(csv: bytes)
        }
    }

    private init(csv bytes: [UInt8]) throws(Refusal) {
        do {
            let table = try CSVTable(bytes, maximumRows: InvitationPlan.maximumRows)
            header = table.header.map(Self.snakeCase)
            rows = table.rows.map { $0.map(CSVText.unguarded) }
        } catch {
            throw .invalidTable(TableProblem(error))
        }
    }

    /// A list of objects, or one in an object: under `data` (Clerk, WorkOS) or `invitations` (Auth0).
    private init(json bytes: [UInt8]) throws(Refusal) {
        guard let value = try? StrictJSON.parse(bytes) else { throw .invalidTable(.notJSON) }
        var elements: [JSONValue]?
        switch value {
        case .array(let list): elements = list
        case .object(let members):
            if case .array(let list)? = members["data"] ?? members["invitations"] { elements = list }
        default: break
        }
        guard let elements else { throw .invalidTable(.notJSON) }
        guard elements.count <= InvitationPlan.maximumRows else { throw .invalidTable(.tooManyRows) }
        var names: [String] = []
        var places: [String: Int] = [:]
        var found: [[String: String]] = []
        for element in elements {
            guard case .object(let members) = element else { throw .invalidTable(.notJSON) }
            var cells: [String: String] = [:]
            Self.flatten(members, under: "", into: &cells)
            for name in cells.keys.sorted() where places[name] == nil {
                places[name] = names.count
                names.append(name)
            }
            found.append(cells)
        }
        guard names.count <= Self.maximumNames else { throw .invalidTable(.tooManyColumns) }
        header = names
        rows = found.map { cells in names.map { cells[$0] ?? "" } }
    }

    /// Names of metadata are among them.
    private static let maximumNames = 1000

    private static func flatten(
        _ members: [String: JSONValue], under prefix: String, into cells: inout [String: String]
    ) {
        for (name, value) in members {
            // Names of metadata are the application's own.
            let name = prefix.isEmpty ? snakeCase(name) : "\(prefix).\(name)"
            switch value {
            case .object(let inner): flatten(inner, under: name, into: &cells)
            case .array(let list): cells[name] = list.compactMap(text).joined(separator: ",")
            default: cells[name] = text(value)
            }
        }
    }

    static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        case .fraction(let number): String(number)
        case .bool(let flag): flag ? "true" : "false"
        case .null, .array, .object: nil
        }
    }

    /// `emailAddress`, as the libraries of these systems say, is `email_address`.
    private static func snakeCase(_ name: String) -> String {
        guard !name.hasPrefix("metadata."), !name.hasPrefix("public_metadata.") else { return name }
        var result = ""
        var wasLower = false
        for letter in name {
            if letter.isUppercase, wasLower { result += "_" }
            wasLower = letter.isLowercase || letter.isNumber
            result += letter == " " ? "_" : letter.lowercased()
        }
        return result
    }
}

/// Which column of a format says what.
struct ImportColumns {
    var email: [String]
    var status: [String] = []
    var role: [String] = []
    var name: [String] = []
    var expires = ["expires_at"]
    /// The code itself, and the link that it stands in.
    var code: [String] = []
    var link: [String] = []
    /// Objects of texts, as JSON in one cell or as columns below the name; what comes later wins.
    var metadata: [String] = []
    /// What a table of this format has in any case: one of each.
    var required: [[String]]

    /// docs/import.md says where these names come from.
    static func of(_ format: ImportFormat) -> ImportColumns {
        switch format {
        case .clerk:
            ImportColumns(
                email: ["email_address"], status: ["status"], role: ["role"], code: ["ticket"], link: ["url"],
                metadata: ["public_metadata"], required: [["email_address"], ["status"]])
        case .workos:
            ImportColumns(
                email: ["email"], status: ["state"], role: ["role_slug", "role"], code: ["token"],
                link: ["accept_invitation_url"], required: [["email"], ["state"]])
        case .auth0:
            ImportColumns(
                email: ["invitee.email"], role: ["roles"], name: ["invitee.name"], code: ["ticket_id"],
                link: ["invitation_url"], metadata: ["user_metadata", "app_metadata"],
                required: [["invitee.email"]])
        case .usher:
            ImportColumns(
                email: ["email"], status: ["status", "state"], role: ["role"], name: ["name"],
                code: ["token", "code"], link: ["url", "link"], metadata: ["metadata"], required: [["email"]])
        }
    }
}
