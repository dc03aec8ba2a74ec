package import UsherDomain
import UsherText

/// The role that a row of a plan asks for, before anybody looked it up.
package enum PlannedRole: Hashable, Sendable {
    case base(Role)
    /// Name or id of one of the organization's own, which need not be there.
    case own(String)

    /// A word or a number of the three that there always are comes first, in any case: no role of an organization's own
    /// stands before it. Nothing is a user. Nil: no role can be called so.
    package init?(text: String?) {
        guard let text, !text.isBlank else {
            self = .base(.user)
            return
        }
        let word = text.trimmedText
        if let role = Role(word: word) {
            self = .base(role)
        } else if let name = try? DisplayName(parsing: word), name.text.count <= CustomRole.maximumName {
            self = .own(name.text)
        } else {
            return nil
        }
    }

    /// As it stands in a row's cell.
    package var text: String {
        switch self {
        case .base(let role): role.name
        case .own(let text): text
        }
    }

    /// Nil: it is the organization's own.
    package var base: Role? { if case .base(let role) = self { role } else { nil } }

    /// What several roles of one person are together; nil: none of them allows what all the others do, as far as can be
    /// told without looking them up.
    static func together(_ roles: [PlannedRole]) -> PlannedRole? {
        let highest = roles.compactMap(\.base).max() ?? .user
        let own = Set(roles.filter { $0.base == nil })
        if highest == .owner || own.isEmpty { return .base(highest) }
        return highest == .user && own.count == 1 ? own.first : nil
    }
}

/// Roles by the words of another system: `org:boss=admin,guest=user,org:scout=Recruiter`.
package struct RoleMap: Sendable {
    /// In characters.
    package static let longestText = 512

    package private(set) var roles: [String: PlannedRole] = [:]

    package init() {}

    /// Nil: a part is no `word=role`, a word is there twice, or the text is too long.
    package init?(text: String) {
        guard text.unicodeScalars.count <= Self.longestText else { return nil }
        for part in text.split(separator: ",") {
            guard let equals = part.lastIndex(of: "=") else { return nil }
            let named = String(part[part.index(after: equals)...])
            guard !named.isBlank, let role = PlannedRole(text: named) else { return nil }
            let word = String(part[..<equals]).trimmedText.lowercased()
            guard !word.isEmpty, roles.updateValue(role, forKey: word) == nil else { return nil }
        }
    }
}
