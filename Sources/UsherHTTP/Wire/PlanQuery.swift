import HummingbirdCore
import UsherDomain
import UsherText
import UsherUseCases

/// The query of a call that takes texts, each once.
struct TextQuery {
    private var values: [String: String] = [:]

    init(_ uri: URI, known: Set<String>) throws(Refusal) {
        var problems: [FieldProblem] = []
        for (name, value) in uri.queryParameters {
            let name = String(name)
            if !known.contains(name) {
                problems.append(FieldProblem(String(name.prefix(64)), .unknown))
            } else if values.updateValue(String(value), forKey: name) != nil {
                problems.append(FieldProblem(name, .malformed))
            }
        }
        guard problems.isEmpty else { throw .invalidQuery(Array(problems.prefix(10))) }
    }

    subscript(_ name: String) -> String? { values[name] }
}

/// The query of a list of a plan's rows.
struct PlanRowQuery {
    private static let limits = 1...1000

    private(set) var limit = 50
    private(set) var outcomes: Set<PlanRow.Outcome>?
    private(set) var states: Set<PlanRow.State>?
    private(set) var after = 0
    private let query: TextQuery

    init(_ uri: URI, seal: RowSeal) throws(Refusal) {
        query = try TextQuery(uri, known: ["limit", "outcome", "state", "cursor"])
        var problems: [FieldProblem] = []
        if let text = query["limit"] {
            let number = text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
            if let number, Self.limits.contains(number) {
                limit = number
            } else {
                problems.append(FieldProblem("limit", number == nil ? .malformed : .outOfRange))
            }
        }
        outcomes = Self.words(query["outcome"], "outcome", &problems)
        states = Self.words(query["state"], "state", &problems)
        if let text = query["cursor"] {
            if let number = seal.open(text) {
                after = number
            } else {
                problems.append(FieldProblem("cursor", .malformed))
            }
        }
        guard problems.isEmpty else { throw .invalidQuery(problems) }
    }

    private static func words<Word: RawRepresentable<String> & Hashable>(
        _ text: String?, _ name: String, _ problems: inout [FieldProblem]
    ) -> Set<Word>? {
        guard let text else { return nil }
        let words = text.split(separator: ",", omittingEmptySubsequences: false)
        let known = words.compactMap { Word(rawValue: String($0)) }
        if known.count < words.count { problems.append(FieldProblem(name, .malformed)) }
        return Set(known)
    }

    /// The `Link` field (RFC 8288) to the page after this.
    func link(to next: Int, settings: HTTPSettings, seal: RowSeal) -> String {
        let filters = ["outcome", "state"].compactMap { name in
            query[name].map { "&\(name)=\(percentEncodedQueryValue($0))" }
        }
        let path = "/api/invitation/plan/\(seal.plan)/row"
        return "<\(settings.publicURL.origin)\(path)?limit=\(limit)\(filters.joined())"
            + "&cursor=\(seal.close(next))>; rel=\"next\""
    }
}

/// Cursors that only this server can make, for one plan each.
struct RowSeal {
    let effects: Effects
    let plan: ID<InvitationPlan>

    func close(_ number: Int) -> String { "\(number).\(mark(number))" }

    func open(_ text: String) -> Int? {
        guard text.utf8.count <= 100 else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), String(parts[1]) == mark(number) else { return nil }
        return number
    }

    private func mark(_ number: Int) -> String { effects.derive(.cursor, "plan \(plan) \(number)") }
}
