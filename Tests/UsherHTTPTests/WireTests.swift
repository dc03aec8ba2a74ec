import Foundation
import HTTPTypes
import Testing
import UsherAPI
import UsherDomain
import UsherSecrets
import UsherTestKit
import UsherUseCases

@testable import UsherHTTP

@Suite struct WireTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (1_800_000_000_123, "2027-01-15T08:00:00.123Z"),
        (-1, "1969-12-31T23:59:59.999Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        (1_709_164_800_007, "2024-02-29T00:00:00.007Z"),
    ])
    func `times are RFC 3339 in UTC with milliseconds`(_ milliseconds: Int64, _ text: String) {
        #expect(APITime(milliseconds: milliseconds).text == text)
        #expect(APITime(parsing: text)?.milliseconds == milliseconds)
    }

    @Test func `times are read with offsets and without fractions`() {
        #expect(APITime(parsing: "2027-01-15T09:00:00+01:00")?.milliseconds == 1_800_000_000_000)
        for text in ["", "now", "2027-01-15", "2027-13-15T09:00:00Z", String(repeating: "1", count: 100)] {
            #expect(APITime(parsing: text) == nil, "\(text)")
        }
    }

    @Test func `members that are nil are written as null`() throws {
        let invitation = Sample.invitation(in: Sample.id(), by: .key(Sample.id()))
        let text = String(decoding: try JSONEncoder().encode(InvitationBody(invitation, at: Sample.now)), as: UTF8.self)
        for member in ["delivery_code", "delivery_reason", "accepted_at"] {
            #expect(text.contains("\"\(member)\":null"))
        }
    }

    /// VAL-23.
    @Test(
        arguments: [
            ("respond-async", true, nil), ("Respond-Async, wait=5", true, 5), ("wait=0", false, 0),
            ("wait=junk", false, nil),
            ("wait=-1", false, nil), ("handling=lenient; foo", false, nil), (",,;=,=", false, nil),
            ("wait=99999999999999999999", false, nil), ("wait=3, wait=4", false, 3), ("respond-async;x=1", true, nil),
            (String(repeating: "respond-async,", count: 800), false, nil), ("", false, nil),
        ] as [(String, Bool, Int?)])
    func `preferences are read and junk is ignored`(_ value: String, _ async: Bool, _ wait: Int?) {
        let preferences = Preferences([.prefer: value])
        #expect(preferences.respondAsync == async)
        #expect(preferences.wait == wait)
    }

    @Test func `nobody waits longer than the server does`() {
        #expect(Preferences([.prefer: "wait=600"]).patience(longest: .seconds(10)) == .seconds(10))
        #expect(Preferences([.prefer: "wait=2"]).patience(longest: .seconds(10)) == .seconds(2))
        #expect(Preferences([.prefer: "respond-async"]).patience(longest: .seconds(10)) == nil)
        #expect(Preferences([:]).patience(longest: .seconds(10)) == .seconds(10))
    }

    /// VAL-18.
    @Test func `idempotency keys are one text of printable ASCII`() throws {
        func read(_ values: String...) throws -> String? {
            var fields = HTTPFields()
            for value in values { fields.append(HTTPField(name: .idempotencyKey, value: value)) }
            return try IdempotencyKeyField.read(fields)
        }
        #expect(try read() == nil)
        #expect(try read("abc-1") == "abc-1")
        #expect(try read("\"abc 1\"") == "abc 1")
        #expect(try read(#""a\"b\\c""#) == #"a"b\c"#)
        let longest = String(repeating: "k", count: 255)
        #expect(try read("\"\(longest)\"") == longest)
        for bad in ["", "\"\"", "\"", "\"a", "\"a\"b", "\"a\"; p=1", "a b", "a,b", "\"\\x\"", "é", "\(longest)k"] {
            #expect(throws: Refusal.idempotencyKeyInvalid, "\(bad)") { try read(bad) }
        }
        #expect(throws: Refusal.idempotencyKeyInvalid) { try read("a", "b") }
    }

    @Test func `cookies are for this host only`() {
        let secure = SessionCookie(secure: true)
        #expect(
            secure.set(Secret("s"), maxAge: .days(30))
                == "__Host-usher_session=s; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure")
        #expect(secure.clear() == "__Host-usher_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure")
        #expect(SessionCookie(secure: false).name == "usher_session")
        #expect(secure.read(from: [.cookie: "a=b; __Host-usher_session=xyz;c=d"])?.reveal() == "xyz")
        #expect(secure.read(from: [.cookie: "usher_session=xyz"]) == nil)
        #expect(secure.read(from: [.cookie: "__Host-usher_session=a; __Host-usher_session=b"]) == nil)
        #expect(secure.read(from: [.cookie: "__Host-usher_session="]) == nil)
    }

    @Test(
        arguments: [
            ("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8::1", "2001:db8:0:0::/64"),
            ("::1", "0:0:0:0::/64"), ("::ffff:192.0.2.7", "192.0.2.7"), ("example.com", nil), ("", nil), ("1.2.3", nil),
            ("192.0.2.7:80", nil),
        ] as [(String, String?)])
    func `limits take an IPv6 subscriber for one`(_ text: String, _ peer: String?) {
        #expect(PeerAddress.text(parsing: text) == peer)
    }

    @Test func `a peer has its count, gets it back, and memory stays bounded`() throws {
        let clock = FixedEffects()
        let limiter = PeerLimiter(Quota(.lookup, 2, per: .minutes(1)), capacity: 3, now: { clock.now })
        try limiter.take("a")
        try limiter.take("a")
        clock.advance(by: .seconds(20))
        #expect(throws: Refusal.limited(Quota(.lookup, 2, per: .minutes(1)), retryAfter: .seconds(40))) {
            try limiter.take("a")
        }
        try limiter.take("b")
        clock.advance(by: .seconds(40))
        try limiter.take("a")
        for number in 0..<100 { try limiter.take("peer \(number)") }
        #expect(throws: Never.self) { try PeerLimiter(nil, now: { clock.now }).take("a") }
    }

    @Test func `AZ-16 only our own cursors open, and only for their organization`() throws {
        let effects = Effects.live(key: ServerKey())
        let (mine, other): (ID<Organization>, ID<Organization>) = (Sample.id(), Sample.id())
        let seal = CursorSeal(effects: effects, organization: mine)
        let cursor = InvitationSelection.Cursor(createdAt: Sample.now, id: Sample.id())
        let text = seal.close(cursor)
        #expect(seal.open(text) == cursor)
        #expect(CursorSeal(effects: effects, organization: other).open(text) == nil)
        for index in text.indices {
            var flipped = text
            flipped.replaceSubrange(index...index, with: text[index] == "1" ? "2" : "1")
            #expect(seal.open(flipped) == nil, "\(flipped)")
        }
        for bad in ["", ".", "..", "' OR 1=1 --", String(repeating: "9", count: 10_000)] {
            #expect(seal.open(bad) == nil)
        }
    }

    @Test func `a limit that is used up is told in three fields`() {
        let answer = Answer(Refusal.limited(Quota(.actor, 5, per: .hours(1)), retryAfter: .milliseconds(1500)))
        #expect(answer.status == .tooManyRequests)
        #expect(answer.headers[.retryAfter] == "2")
        #expect(answer.headers[.rateLimit] == "\"actor\";r=0;t=1")
        #expect(answer.headers[.rateLimitPolicy] == "\"actor\";q=5;w=3600")
    }
}
