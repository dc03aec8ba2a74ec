import Hummingbird

@testable import UsherAPI
@testable import UsherDomain
@testable import UsherHTTP
@testable import UsherSQL
@testable import UsherSecrets
@testable import UsherText
@testable import UsherUseCases

private let body = Array(
    """
    {"app_url":"https://app.example.com","email":"newcomer@example.org","organization_id":\
    "0190a5a0-0000-7000-8000-000000000001","redirect_uri":"https://app.example.com/welcome?from=invitation",\
    "user_role":1,"locale":"de-AT"}
    """.utf8)

/// A body at half of the limit of 64 KiB: as much structure as anybody can send.
private let deepBody = Array(
    ("[" + String(repeating: "{\"a\":[1,2.5,true,null,\"b\\u00e9\"]},", count: 800) + "0]").utf8)

let effects: Effects = {
    guard let key = try? ServerKey(text: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8") else {
        preconditionFailure("the key does not parse")
    }
    return .live(key: key)
}()

private let secret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
let organization = ID<Organization>(rawValue: "0190a5a0-0000-7000-8000-000000000001")
private let seal = CursorSeal(effects: effects, organization: organization)

/// What reads and writes the text of requests and statements.
let textFunctions: [HotFunction] = [
    HotFunction("address-ascii") { keep(try EmailAddress(parsing: "Newcomer.Name+team@mail.example.org")) },
    HotFunction("address-international") { keep(try EmailAddress(parsing: "müller@bücher.example")) },
    HotFunction("url") { keep(try WebURL(parsing: "https://app.example.com/welcome?from=invitation", field: "url")) },
    HotFunction("strict-json") { keep(try StrictJSON.parse(body)) },
    HotFunction("strict-json-30-kib") { keep(try StrictJSON.parse(deepBody)) },
    HotFunction("invitation-draft") { keep(try InvitationDraft(body: body)) },
    HotFunction("code-derivation") {
        keep(effects.code(of: ID(rawValue: "0190a5a0-0000-7000-8000-000000000002"), generation: 1))
    },
    HotFunction("session-hash") { keep(effects.hash(secret)) },
    HotFunction("new-id") { keep(effects.newID()) },
    HotFunction("cursor") {
        let cursor = InvitationSelection.Cursor(
            createdAt: Timestamp(milliseconds: 1_795_476_024_000),
            id: ID(rawValue: "0190a5a0-0000-7000-8000-000000000002"))
        keep(seal.open(seal.close(cursor)))
    },
    HotFunction("list-page") { keep(Reply.json(page)) },
    HotFunction("problem") { keep(Reply.json(problem, status: .badRequest, type: "application/problem+json")) },
    HotFunction("sql-query") { keep(query(organization.rawValue, 50)) },
]

private let problem = Problem(
    status: 400, title: "Bad Request", detail: "The body can't be used: user_role is missing.", code: .invalidBody,
    requestID: "0190a5a0-0000-7000-8000-000000000009", errors: [.init(pointer: "/user_role", code: "missing")])

/// The usual page of a list.
private let page: [InvitationBody] = (0..<50).map { index in
    InvitationBody(
        id: "0190a5a0-0000-7000-8000-0000000000\(index + 10)", email: "newcomer\(index)@example.org",
        organizationID: organization.rawValue, role: 1, scopes: nil, used: false, status: "pending",
        delivery: "handed_over", deliveryCode: 250, deliveryReason: "2.0.0 queued", appURL: "https://app.example.com",
        redirectURI: "https://app.example.com/welcome", locale: "de-AT",
        expiresAt: APITime(milliseconds: 1_796_080_824_000), acceptedAt: nil,
        createdAt: APITime(milliseconds: 1_795_476_024_000), updatedAt: APITime(milliseconds: 1_795_476_024_000))
}

/// A statement with as many values and pieces as a list has.
private func query(_ organization: String, _ limit: Int) -> SQLQuery {
    let statuses = ["pending", "needs_approval", "waitlisted"]
    let time: Int64 = 1_795_476_024_000
    let after: SQLQuery = " AND (created_at, id) < (\(time), \(organization))"
    return """
        SELECT id, organization_id, email, role, scopes, status, delivery, created_at, updated_at FROM invitations
        WHERE organization_id = \(organization) AND status IN (\(statuses))\(after)
        ORDER BY created_at DESC, id DESC LIMIT \(limit)
        """
}
