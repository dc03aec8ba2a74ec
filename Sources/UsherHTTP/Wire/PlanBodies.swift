package import UsherAPI
import UsherCSV
package import UsherDomain
package import UsherUseCases

extension PlanBody {
    package init(_ report: PlanReport, rows: [PlanRow]? = nil) {
        let plan = report.plan
        self.init(
            id: plan.id.rawValue, organizationID: plan.organization.rawValue, state: plan.state.rawValue,
            total: plan.total,
            outcomes: Dictionary(
                uniqueKeysWithValues: PlanRow.Outcome.allCases.map { ($0.rawValue, report.count(of: $0)) }),
            progress: Dictionary(
                uniqueKeysWithValues: PlanRow.State.allCases.map { ($0.rawValue, report.count(of: $0)) }),
            waitingFor: plan.waitingFor?.rawValue, waitingUntil: plan.waitingUntil.map(APITime.init),
            appURL: plan.appURL.text, redirectURI: plan.redirectURI.text, createdAt: APITime(plan.createdAt),
            updatedAt: APITime(plan.updatedAt), expiresAt: APITime(plan.expiresAt),
            appliedAt: plan.appliedAt.map(APITime.init), endedAt: plan.endedAt.map(APITime.init),
            rows: rows.map { $0.map(PlanRowBody.init) })
    }
}

extension PlanRowBody {
    init(_ row: PlanRow) {
        self.init(
            row: row.number, email: row.input.email.map(Self.shown), role: row.role?.rawValue,
            roleName: row.role?.name ?? row.input.role.map(Self.shown), name: row.input.name.map(Self.shown),
            locale: row.language ?? row.input.locale.map(Self.shown), outcome: row.outcome.rawValue,
            state: row.state.rawValue,
            detail: row.sentence, duplicateOf: row.duplicateOf, suggestion: row.suggestion,
            invitationID: row.invitation?.rawValue)
    }

    /// A cell that is no address and no name may be as long as the body.
    private static func shown(_ cell: String) -> String {
        String(String.UnicodeScalarView(cell.unicodeScalars.prefix(320)))
    }
}

extension PlanRow {
    /// Why, for who sent the row; nil when the outcome says all.
    var sentence: String? {
        switch outcome {
        case .wouldInvite, .wouldResend, .invited, .resent: nil
        case .waitlisted: "All seats of this organization are taken: it waits for one."
        case .alreadyMember: Refusal.alreadyMember.sentence
        case .notPending: "It is not pending there any more (\(reason ?? "ended")), so it was not taken in."
        case .imported: nil
        case .pending: "An invitation for this address is open already."
        case .suppressed: Refusal.recipientSuppressed.sentence
        case .domainNotAllowed: Refusal.domainNotAllowed.sentence
        case .aboveCeiling: "The role is above that of who invites."
        case .overSeats: Refusal.seatLimitReached.sentence
        case .duplicate: "Row \(duplicateOf ?? 0) asks for the same address."
        case .likelyTypo:
            "Probably \(suggestion ?? "another address") is meant. Correct it, or confirm it when you apply."
        case .limited where reason == "resend_too_soon":
            "A letter went to this address less than a minute ago. Try again later."
        case .limited: "This address was invited too often lately. Try again tomorrow."
        case .notAllowed: "Who applied the plan may not invite any more (\(reason ?? "not_allowed"))."
        case .invalid where reason == Self.noSuchRole:
            "This organization has no role \(shownRole). usher role list, or "
                + "GET /api/organization/{organization_id}/role, tells which there are."
        case .invalid where reason == Self.changedRole:
            "The role \(shownRole) was changed or deleted after this was planned. Plan the row again."
        case .invalid: Self.sentences[reason ?? ""] ?? "The row can't be used."
        }
    }

    /// The client's own word stands in the answer, so it is cut.
    private var shownRole: String { "\"\((input.role ?? "").prefix(CustomRole.maximumName))\"" }

    private static let sentences = [
        "invalid_email": "email is not an address that mail can be sent to.",
        "invalid_role":
            "role must be user, admin or owner (or 0, 1, 2), or the name of a role that the organization made; "
            + "beside role_id it must be 0.",
        "invalid_name": "name must be one line of visible text, at most 100 characters.",
        "invalid_message": "message is too long or holds characters that no text has.",
        "invalid_locale": "locale must be a language tag like de or pt-BR.",
        "invalid_expires_at": "expires_at must be an RFC 3339 time, 1 hour to 90 days from now.",
        "invalid_metadata": "metadata must be few short texts by name.",
        "unknown_role": "The role is none of this server's. Say which one is meant with a role map (word=user).",
        "unclear_role":
            "The row names several roles, none of which is above all others. Say what they are with a role map.",
        "weak_code":
            "The code of the old link is too easy to guess (below 128 bit). Leave it out, and a letter is sent.",
        "code_known": "The code of the old link belongs to another invitation. Leave it out, and a letter is sent.",
        "too_many_cells": "The row has more cells than the header row. Put text with commas into quotes.",
        "self_invitation": "You can't invite yourself.",
        "origin_not_allowed": "app_url or redirect_uri is not allowed any more.",
    ]
}

/// What failed, as a table that can be mended and sent again: the same columns, and two that say why.
package struct FailedTable {
    let rows: [PlanRow]

    /// For the operator, who alone may bring codes along.
    private let hasCodes: Bool

    /// - Parameter withCodes: whether hashes of old codes are in it.
    package init(rows: [PlanRow], withCodes: Bool = false) {
        self.rows = rows
        hasCodes = withCodes && rows.contains { $0.formerCodeHash != nil }
    }

    package var text: String {
        let metadata = rows.map { PlanReader.metadata($0.input.metadata) }
        let names = Set(metadata.flatMap(\.keys)).sorted()
        let head =
            ["email", "role", "name", "message", "locale", "expires_at"] + names.map { "metadata.\($0)" }
            + (hasCodes ? [PlanReader.codeColumn] : []) + ["outcome", "detail"]
        return zip(rows, metadata).reduce(into: CSVText.line(head)) { text, row in
            let (row, metadata) = row
            let input = row.input
            let texts = [input.email, input.role, input.name, input.message, input.locale, input.expiresAt]
            let cells =
                texts.map { $0 ?? "" } + names.map { metadata[$0] ?? "" }
                + (hasCodes ? [row.formerCodeHash ?? ""] : [])
            text += CSVText.line(cells.map(CSVText.guarded) + [row.outcome.rawValue, row.sentence ?? ""])
        }
    }
}
