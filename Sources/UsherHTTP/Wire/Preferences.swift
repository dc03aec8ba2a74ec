import HTTPTypes
import UsherDomain

/// `Prefer` (RFC 7240), as far as it is understood here: the rest, and what is malformed, is ignored.
struct Preferences: Equatable {
    var respondAsync = false
    /// Seconds that the client would wait.
    var wait: Int?

    private static let maximumLength = 1000

    init(_ fields: HTTPFields) {
        for value in fields[values: .prefer] where value.utf8.count <= Self.maximumLength {
            for preference in value.split(separator: ",") { read(preference) }
        }
    }

    private mutating func read(_ preference: Substring) {
        // Parameters behind a semicolon mean nothing to these two.
        guard let words = preference.split(separator: ";").first?.split(separator: "=", maxSplits: 1) else { return }
        switch (words.first?.trimmed.lowercased(), words.count) {
        case ("respond-async", 1): respondAsync = true
        case ("wait", 2):
            let digits = words[1].trimmed
            // The first one counts (section 2).
            guard wait == nil, !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return }
            wait = Int(digits)
        default: break
        }
    }

    /// How long to wait for the relay, at most `longest`; nil: not at all.
    func patience(longest: Duration) -> Duration? {
        guard let wait else { return respondAsync ? nil : longest }
        return wait == 0 ? nil : min(.seconds(wait), longest)
    }

    /// The value of `Preference-Applied`, when the answer is 202.
    var applied: String? {
        if respondAsync { return "respond-async" }
        return wait.map { "wait=\($0)" }
    }
}

extension Substring {
    /// Without white space (SP, HTAB) around it.
    var trimmed: Substring {
        let head = drop { $0 == " " || $0 == "\t" }
        guard let last = head.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return head[head.endIndex...] }
        return head[...last]
    }
}
