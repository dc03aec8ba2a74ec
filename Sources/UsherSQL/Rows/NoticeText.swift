import FoundationEssentials
import UsherDomain

/// A notice as one column: a JSON object.
struct NoticeText: Codable {
    private var kind: String
    private var organization: String?
    private var name: String?
    private var person: String?
    private var role: Int?
    private var roleName: String?
    private var until: Int64?
    private var path: String
    private var link: String?

    static func write(_ notice: Notice) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(NoticeText(notice)), as: UTF8.self)
    }

    /// Nil: of a kind that this program does not know.
    static func read(_ text: String) throws -> Notice? {
        try JSONDecoder().decode(NoticeText.self, from: Data(text.utf8)).notice
    }

    private init(_ notice: Notice) {
        kind = notice.kind.rawValue
        organization = notice.organization?.rawValue
        name = notice.organizationName?.text
        person = notice.person
        role = notice.role?.rawValue
        roleName = notice.roleName?.text
        until = notice.until?.milliseconds
        path = notice.path
        link = notice.link?.rawValue
    }

    private var notice: Notice? {
        guard let kind = Notice.Kind(rawValue: kind) else { return nil }
        return Notice(
            kind, organization: organization.map { ID(rawValue: $0) },
            organizationName: name.map { DisplayName(stored: $0) }, person: person,
            role: role.flatMap { Role(rawValue: $0) }, roleName: roleName.map { DisplayName(stored: $0) },
            until: until.map { Timestamp(milliseconds: $0) }, path: path,
            link: link.map { ID(rawValue: $0) })
    }
}
