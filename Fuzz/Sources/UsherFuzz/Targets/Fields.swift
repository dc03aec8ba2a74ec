import HTTPTypes
import HummingbirdCore

@testable import UsherDomain
@testable import UsherHTTP
@testable import UsherPages
@testable import UsherSecrets
@testable import UsherText
@testable import UsherUseCases

/// A server with a fixed key, so that the same input does the same each time.
let effects: Effects = {
    let key = promised("a key") { try ServerKey(text: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8") }
    return .live(key: key)
}()

private let organization = ID<Organization>(rawValue: "0190a5a0-0000-7000-8000-000000000001")
private let seal = CursorSeal(effects: effects, organization: organization)
private let settings = HTTPSettings(
    publicURL: promised("a URL") { try WebURL(parsing: "https://usher.example.com", field: "url") },
    isDevelopment: false)

/// The query of a list. The link to the next page reads as the same query, and a cursor has one spelling.
func fuzzCursor(_ bytes: [UInt8]) {
    var input = Input(bytes)
    let shift = input.byte(), tweak = input.byte()
    let text = input.text()
    checkSeal(text, shift, tweak)
    let next = InvitationSelection.Cursor(
        createdAt: Timestamp(milliseconds: Int64(text.hashValueOfBytes % 253_402_300_800_000)),
        id: ID(rawValue: "0190a5a0-0000-7000-8000-0000000000\(tweak < 16 ? "0" : "")\(String(tweak, radix: 16))"))
    // A cursor that is genuine can be asked for with a `!`: no fuzzer makes one.
    let query = text.replacing("!", with: "cursor=\(seal.close(next))")
    do {
        let read = try InvitationQuery(URI("/api/invitations/\(organization)?\(query)"), seal: seal)
        promise(InvitationQuery.limits.contains(read.limit), "the limit \(read.limit) is in range")
        let link = read.link(to: next, settings: settings, seal: seal)
        promise(link.isPrintableASCII, "the link is a header: \(link.debugDescription)")
        promise(link.hasPrefix("<https://usher.example.com/api/invitations/"), "the link is ours")
        promise(link.count { $0 == "<" } == 1 && link.count { $0 == ">" } == 1, "one link: \(link)")
        let target = link.dropFirst().prefix { $0 != ">" }.dropFirst("https://usher.example.com".count)
        let again = promised("the link \(target) is a query") { try InvitationQuery(URI(String(target)), seal: seal) }
        promise(again.limit == read.limit && again.filter == read.filter, "the link asks the same: \(link)")
        promise(again.after == next, "the link continues where it should")
    } catch {
        promise(Answer(error).status.code == 400, "a bad query is the client's fault")
    }
}

private func checkSeal(_ text: String, _ shift: Int, _ tweak: Int) {
    if let cursor = seal.open(text) { promise(seal.close(cursor).isSame(as: text), "one spelling of \(text)") }
    let cursor = InvitationSelection.Cursor(
        createdAt: Timestamp(milliseconds: Int64(shift) << (tweak % 33)),
        id: ID(rawValue: "0190a5a0-0000-7000-8000-000000000002"))
    let closed = seal.close(cursor)
    promise(seal.open(closed) == cursor, "a cursor of ours opens")
    var forged = Array(closed.utf8)
    forged[(shift * 7 + tweak) % forged.count] ^= UInt8(1 + tweak % 127)
    promise(seal.open(String(decoding: forged, as: UTF8.self)) == nil, "a forged cursor stays shut")
    let foreign = CursorSeal(effects: effects, organization: ID(rawValue: "0190a5a0-0000-7000-8000-000000000009"))
    promise(foreign.open(closed) == nil, "another organization's cursor stays shut")
}

extension String {
    /// The same in each run, unlike `hashValue`.
    fileprivate var hashValueOfBytes: UInt64 { utf8.reduce(5381) { $0 &* 33 &+ UInt64($1) } }
}

/// Forms: what browsers encode is read back as it was, and a name that comes twice is refused.
func fuzzForm(_ bytes: [UInt8]) {
    _ = FormFields(bytes)
    var input = Input(bytes)
    let texts = input.texts(atMost: 24)
    var expected: [(name: String, value: String)] = []
    for (name, value) in zip(texts, texts.dropFirst()) where !expected.contains(where: { $0.name == name }) {
        expected.append((name, value))
    }
    // `&` alone is no field, and a field without a name and a value cannot be told from it.
    let body = expected.map { "\(percentEncodedQueryValue($0.name))=\(percentEncodedQueryValue($0.value))" }
    guard let fields = FormFields(Array(body.joined(separator: "&").utf8)) else {
        return promise(false, "what was encoded is read: \(body)")
    }
    for (name, value) in expected {
        promise(fields[name]?.isSame(as: value) == true, "\(name.debugDescription) is read back")
    }
    if let first = body.first {
        promise(FormFields(Array("\(first)&\(body.joined(separator: "&"))".utf8)) == nil, "twice is refused")
    }
}

/// Cookies: what is set is read back, whatever else came along; what was planted beside it makes it worth nothing.
func fuzzCookie(_ bytes: [UInt8]) {
    var input = Input(bytes)
    let secure = input.byte() % 2 == 0
    let session = SessionCookie(secure: secure)
    let lines = input.texts(atMost: 8)
    let hostile = HTTPFields(lines.map { HTTPField(name: .cookie, value: $0) })
    if let found = session.read(from: hostile)?.reveal() {
        promise(!found.isEmpty && !found.contains(";"), "a value: \(found.debugDescription)")
        promise(lines.joined().utf8.count > found.utf8.count, "a value from the fields")
    }
    let secret = effects.hash(lines.joined())
    let set = session.set(Secret(secret), maxAge: .seconds(60))
    promise(set.hasPrefix("\(session.name)=\(secret); ") && set.isPrintableASCII, "a cookie: \(set)")
    promise(set.hasSuffix("; Secure") == secure && set.contains("; HttpOnly; SameSite=Lax"), "its attributes: \(set)")

    let own = HTTPField(name: .cookie, value: "\(session.name)=\(secret)")
    promise(session.read(from: HTTPFields([own]))?.reveal() == secret, "read back")
    promise(session.read(from: HTTPFields([own, own])) == nil, "planted twice, worth nothing")
    let beside = session.read(from: HTTPFields(hostile + [own]))?.reveal()
    promise(beside == nil || beside == secret, "what stands beside it changes nothing")
    if !lines.contains(where: { $0.contains(session.name) }) {
        promise(beside == secret, "other cookies do not matter")
    }
}

/// `Idempotency-Key`, `Prefer`, and the target of a request.
func fuzzFields(_ bytes: [UInt8]) {
    var input = Input(bytes)
    let lines = input.texts(atMost: 4)
    let keys = HTTPFields(lines.map { HTTPField(name: .idempotencyKey, value: $0) })
    if let key = try? IdempotencyKeyField.read(keys) {
        promise((1...255).contains(key.utf8.count) && key.isPrintableASCII, "a key: \(key.debugDescription)")
        let quoted = "\"" + key.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        let again = promised("a key is read again") {
            try IdempotencyKeyField.read([.idempotencyKey: quoted])
        }
        promise(again == key, "the key quoted is the same key: \(quoted)")
    }
    let preferences = Preferences(HTTPFields(lines.map { HTTPField(name: .prefer, value: $0) }))
    promise(preferences.wait.map { $0 >= 0 } ?? true, "nobody waits less than not at all")
    if let patience = preferences.patience(longest: .seconds(10)) {
        promise(patience > .zero && patience <= .seconds(10), "patience has a limit: \(patience)")
    }
    if let applied = preferences.applied {
        promise(Preferences([.prefer: applied]).applied == applied, "what was applied reads as itself")
    }
    for line in lines {
        guard let authority = AbsoluteTarget.authority(of: line) else { continue }
        promise(!authority.contains { "/?#".contains($0) }, "a host ends where the path begins: \(authority)")
    }
}
