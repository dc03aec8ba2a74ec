/// What a member may do. The numbers are the wire form and never change meaning.
package enum Role: Int, Comparable, Sendable, CaseIterable {
    case user = 0
    case admin = 1
    case owner = 2

    package static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }

    /// The word for it in commands and logs.
    package var name: String {
        switch self {
        case .user: "user"
        case .admin: "admin"
        case .owner: "owner"
        }
    }

    package init?(name: String) {
        guard let role = Role.allCases.first(where: { $0.name == name }) else { return nil }
        self = role
    }

    /// A word or a number as people write it, in any case.
    package init?(word: String) {
        let word = word.lowercased()
        guard let role = Role(name: word) ?? (word.utf8.count == 1 ? Int(word).flatMap(Role.init) : nil) else {
            return nil
        }
        self = role
    }
}
