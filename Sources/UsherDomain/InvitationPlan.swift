/// Many invitations as they are meant to be made: judged row by row first, applied when somebody says so.
package struct InvitationPlan: Equatable, Sendable {
    package enum State: String, Sendable, CaseIterable {
        case planned, applying, applied, cancelled
    }

    /// Why applying pauses: too many letters wait for the relay, or the organization's quota is used up.
    package enum Wait: String, Sendable {
        case relay, quota
    }

    package let id: ID<InvitationPlan>
    package let organization: ID<Organization>
    /// Who planned it: `Caller.actor`.
    package let actor: String
    /// Base of the links in the letters.
    package let appURL: WebURL
    /// Where the new members land.
    package let redirectURI: WebURL
    package var state: State
    /// How many rows it has.
    package let total: Int
    /// Who had it applied; their right is asked for anew with each batch.
    package var applier: Caller?
    /// The request that had it applied, for the audit.
    package var requestID: String?
    package var waitingFor: Wait?
    package var waitingUntil: Timestamp?
    package let createdAt: Timestamp
    package var updatedAt: Timestamp
    /// After this it is removed, rows and all.
    package var expiresAt: Timestamp
    package var appliedAt: Timestamp?
    package var endedAt: Timestamp?

    package init(
        id: ID<InvitationPlan>, organization: ID<Organization>, actor: String, appURL: WebURL, redirectURI: WebURL,
        state: State = .planned, total: Int, applier: Caller? = nil, requestID: String? = nil,
        waitingFor: Wait? = nil, waitingUntil: Timestamp? = nil, createdAt: Timestamp, updatedAt: Timestamp,
        expiresAt: Timestamp, appliedAt: Timestamp? = nil, endedAt: Timestamp? = nil
    ) {
        self.id = id
        self.organization = organization
        self.actor = actor
        self.appURL = appURL
        self.redirectURI = redirectURI
        self.state = state
        self.total = total
        self.applier = applier
        self.requestID = requestID
        self.waitingFor = waitingFor
        self.waitingUntil = waitingUntil
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.expiresAt = expiresAt
        self.appliedAt = appliedAt
        self.endedAt = endedAt
    }

    /// Rows of one plan.
    package static let maximumRows = 10_000
    /// How long a plan can be applied, and how long its result can be read.
    package static let lifetime = Duration.days(7)
}

/// One row of a plan: what was asked for, how it was judged, what became of it.
package struct PlanRow: Equatable, Sendable {
    /// How a row was judged when it was planned, or what came of it when it was applied.
    package enum Outcome: String, Sendable, CaseIterable {
        case wouldInvite = "would_invite"
        case wouldResend = "would_resend"
        case alreadyMember = "already_member"
        case pending, invalid, suppressed
        case domainNotAllowed = "domain_not_allowed"
        case aboveCeiling = "above_ceiling"
        case overSeats = "over_seats"
        case duplicate
        case likelyTypo = "likely_typo"
        case invited, waitlisted, resent, limited
        case notAllowed = "not_allowed"
        /// Of another system: it is accepted, withdrawn or over there.
        case notPending = "not_pending"
        /// Taken in from another system, without a letter.
        case imported
    }

    /// Whether a letter goes out when an invitation of another system is taken in.
    package enum Mailing: String, Sendable {
        case send, hold
    }

    /// Where it is on its way.
    package enum State: String, Sendable, CaseIterable {
        /// To be applied.
        case waiting
        /// It has its invitation.
        case done
        /// There was nothing to do: a member, invited already, or the same as a row before.
        case unneeded
        case failed, cancelled
    }

    /// What was sent, as text; nil: nothing.
    package struct Input: Equatable, Sendable {
        package var email: String?
        package var role: String?
        package var name: String?
        package var message: String?
        package var locale: String?
        package var expiresAt: String?
        /// A JSON object of texts.
        package var metadata: String?

        package init(
            email: String? = nil, role: String? = nil, name: String? = nil, message: String? = nil,
            locale: String? = nil, expiresAt: String? = nil, metadata: String? = nil
        ) {
            self.email = email
            self.role = role
            self.name = name
            self.message = message
            self.locale = locale
            self.expiresAt = expiresAt
            self.metadata = metadata
        }
    }

    /// Counts from 1; a file's header row has none.
    package let number: Int
    package var input: Input
    /// Nil when it is none.
    package var email: EmailAddress?
    /// One of the three that there always are; nil: `input.role` names one of the organization's own, or none at all.
    package var role: Role?
    package var language: String?
    package var expiresAt: Timestamp?
    /// What goes with the invitation; known once the row is stored.
    package var extras = InvitationExtras()
    package var outcome: Outcome
    package var state: State
    /// A code that says why, when the outcome leaves that open.
    package var reason: String?
    /// The row that asks for the same address.
    package var duplicateOf: Int?
    /// The address that was probably meant.
    package var suggestion: String?
    package var invitation: ID<Invitation>?
    /// Nil: it comes from no other system.
    package var mailing: Mailing?
    /// SHA-256 of the code in the link that the person has from the other system.
    package var formerCodeHash: String?
    /// `CustomRole.version` of the role that it was judged with; nil: it was judged with none of the organization's own.
    package var roleVersion: String?

    package init(
        number: Int, input: Input, email: EmailAddress? = nil, role: Role? = nil, language: String? = nil,
        expiresAt: Timestamp? = nil, outcome: Outcome = .wouldInvite, state: State = .waiting, reason: String? = nil,
        duplicateOf: Int? = nil, suggestion: String? = nil, invitation: ID<Invitation>? = nil
    ) {
        self.number = number
        self.input = input
        self.email = email
        self.role = role
        self.language = language
        self.expiresAt = expiresAt
        self.outcome = outcome
        self.state = state
        self.reason = reason
        self.duplicateOf = duplicateOf
        self.suggestion = suggestion
        self.invitation = invitation
    }

    /// Reason of an invalid row: the organization has no role of this name or id.
    package static let noSuchRole = "no_such_role"
    /// Reason of an invalid row: what its role was when it was planned, it is not any more.
    package static let changedRole = "role_changed"

    /// The same row with another verdict; the state follows from it.
    package func judged(_ outcome: Outcome, reason: String? = nil) -> PlanRow {
        var row = self
        (row.outcome, row.reason) = (outcome, reason)
        row.state =
            switch outcome {
            case .wouldInvite, .wouldResend: .waiting
            case .invited, .waitlisted, .resent, .imported: .done
            case .alreadyMember, .pending, .duplicate, .notPending: .unneeded
            case .invalid, .suppressed, .domainNotAllowed, .aboveCeiling, .overSeats, .likelyTypo, .limited,
                .notAllowed:
                .failed
            }
        return row
    }
}

/// Why a table cannot be read as rows of invitations.
package enum TableProblem: Equatable, Error, Sendable {
    case notUTF8
    case empty
    case noEmailColumn
    case missingColumns([String], ImportFormat)
    case unknownColumns([String])
    case doubledColumn(String)
    case tooManyColumns
    case tooManyRows
    case openQuote
    case badQuote
    case notText
    case notJSON
}

/// Finds domains that differ by one slip of the finger from one that many use.
package struct TypoFinder: Sendable {
    /// Domains of the large mail providers, those among them that are one slip from another included: an address there
    /// is no slip.
    static let wellKnown = [
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "hotmail.fr", "live.com",
        "msn.com", "yahoo.com", "yahoo.co.uk", "yahoo.fr", "yahoo.de", "ymail.com", "icloud.com", "me.com", "mac.com",
        "aol.com", "gmx.de", "gmx.net", "gmx.at", "gmx.ch", "gmx.com", "web.de", "t-online.de", "freenet.de",
        "proton.me", "protonmail.com", "mail.com", "email.com", "fastmail.com", "zoho.com", "yandex.ru", "mail.ru",
        "orange.fr", "free.fr", "laposte.net", "libero.it", "outlook.de", "hotmail.de", "live.de", "hey.com",
    ]
    /// Too short for a slip to tell anything.
    private static let tooShort: Set = ["me.com", "mac.com", "hey.com", "msn.com", "aol.com", "free.fr", "mail.ru"]
    /// So many rows make a domain one that was meant.
    static let popularity = 3

    private var common: Set<String>
    /// Every text that comes of a domain by taking one letter away, or none: two domains are one slip apart only when
    /// they share one.
    private var stumps: [String: [String]] = [:]

    /// - Parameter domains: of all rows, one for each.
    package init(domains: [String]) {
        var counts: [String: Int] = [:]
        for domain in domains { counts[domain, default: 0] += 1 }
        let popular = counts.filter { $0.value >= Self.popularity }.map(\.key).sorted()
        common = Set(Self.wellKnown).union(popular)
        // A well-known one that is misspelt in many rows stays misspelt.
        for domain in Self.wellKnown where !Self.tooShort.contains(domain) { add(domain) }
        for domain in popular where !Self.wellKnown.contains(domain) { add(domain) }
    }

    private mutating func add(_ domain: String) {
        for stump in Self.stumps(of: domain) { stumps[stump, default: []].append(domain) }
    }

    private static func stumps(of domain: String) -> Set<String> {
        let letters = Array(domain.unicodeScalars)
        var all: Set<String> = [domain]
        for index in letters.indices {
            var rest = String.UnicodeScalarView()
            for (place, letter) in letters.enumerated() where place != index { rest.append(letter) }
            all.insert(String(rest))
        }
        return all
    }

    /// The domain that was probably meant; nil: this one.
    package func meant(by domain: String) -> String? {
        guard !common.contains(domain) else { return nil }
        var seen: Set<String> = []
        for stump in Self.stumps(of: domain).sorted() {
            for candidate in stumps[stump] ?? [] where seen.insert(candidate).inserted {
                if Self.isOneSlip(domain, candidate) { return candidate }
            }
        }
        return nil
    }

    /// Whether one letter more, less, changed or swapped with its neighbour makes the one of the other
    /// (Damerau-Levenshtein distance 1).
    static func isOneSlip(_ left: String, _ right: String) -> Bool {
        var (left, right) = (Array(left.unicodeScalars)[...], Array(right.unicodeScalars)[...])
        while let first = left.first, first == right.first { (left, right) = (left.dropFirst(), right.dropFirst()) }
        while let last = left.last, last == right.last { (left, right) = (left.dropLast(), right.dropLast()) }
        switch (left.count, right.count) {
        case (1, 0), (0, 1), (1, 1): return true
        case (2, 2): return left.first == right.last && left.last == right.first
        default: return false
        }
    }
}
