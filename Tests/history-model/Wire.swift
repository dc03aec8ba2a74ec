import UsherDomain
import UsherHistoryModel

/// What the driver writes on a line. Times are milliseconds since 1970; people are numbers, everything else goes by the
/// ids that the server gave.
struct Message: Decodable {
    /// The first line.
    struct Begin: Decodable {
        let seed: UInt64
        let steps: Int
        /// Base of links.
        let url: String
        let organizations: [String]
        /// Ids of the people who have accounts, from the first on.
        let users: [String]
    }

    /// What came of a step.
    struct Answer: Decodable {
        /// Nil: nothing was heard.
        let told: Told?
        /// When it began and when it ended.
        let from: Int64
        let to: Int64
    }

    struct Told: Decodable {
        let status: Int
        let code: String?
    }

    var begin: Begin?
    /// Nil: the view alone, once more.
    var answer: Answer?
    let view: WireView
}

struct WireView: Decodable {
    let now: Int64
    let homes: [WireHome]

    var moment: Timestamp { Timestamp(milliseconds: now) }
}

struct WireHome: Decodable {
    struct Offer: Decodable {
        let id: String
        let person: Int
        let role: Int
        let customRole: String?
        let inviter: String?
        let status: String
        let delivery: String
        let createdAt: Int64
        let expiresAt: Int64
        let lastLetterAt: Int64
    }

    struct Member: Decodable {
        let id: String
        let person: Int
        let role: Int
        let customRole: String?
    }

    struct CustomRole: Decodable {
        let id: String
        let permissions: [String]
        let createdAt: Int64
    }

    struct Seats: Decodable {
        let limit: Int?
        let used: Int
        let held: Int
        let waiting: Int
        let waitlist: Bool
    }

    struct Transfer: Decodable {
        let giver: String
        let receiver: String
        let expiresAt: Int64
    }

    let offers: [Offer]
    let members: [Member]
    let roles: [CustomRole]
    let seats: Seats
    let transfer: Transfer?
}

/// What the driver reads from a line: one of these.
struct Reply: Encodable {
    var step: WireStep?
    /// The view does not fit yet: what the server does by itself may have happened while it was read.
    var again: Bool?
    /// What is wrong, and what led to it.
    var wrong: String?
    /// All steps were taken.
    var done: Bool?
}

/// The next step. Without `call`, `enter`, `decline`, `look` and `wait` the server is killed and nothing else.
struct WireStep: Encodable {
    struct Call: Encodable {
        let person: Int
        let organization: Int
        let method: String
        let path: String
        var body: JSON?
    }

    /// The page that the newest letter to somebody leads to.
    struct Page: Encodable {
        let person: Int
        let organization: Int
        var report = false
    }

    /// What the relay says once to the next letter of an organization to somebody.
    struct Verdict: Encodable {
        let person: Int
        let organization: Int
        let word: String
    }

    let number: Int
    /// For people to read.
    let words: String
    var call: Call?
    var enter: Page?
    var decline: Page?
    var look: Page?
    /// Seconds by which the clock is moved.
    var wait: Int64?
    var verdict: Verdict?
    /// The server is killed so many milliseconds after the request was begun.
    var kill: Int?
}

/// A value of JSON.
indirect enum JSON: Encodable {
    case null
    case bool(Bool)
    case number(Int64)
    case text(String)
    case list([JSON])
    case object([String: JSON])

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .list(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}
