import Testing
import UsherDomain
import UsherSecrets
import UsherUseCases

@Suite struct PasswordPolicyTests {
    private static let policy = PasswordPolicy(rules: PasswordRules(), isCommon: CommonPasswords.contains)

    private static func check(_ text: String, minimum: Int = 12) throws {
        let email = EmailAddress(
            typed: "Robin.Smithson@example.com", canonical: "robin.smithson@example.com",
            wire: "Robin.Smithson@example.com")
        var policy = policy
        policy.rules.minimumLength = minimum
        try policy.check(
            Password(checked: text), email: email, name: "Robin Smithson", organization: "Blue Harbour Ltd",
            product: "Turnstile")
    }

    @Test func `the block list has at least 3000 entries (AUT-12)`() { #expect(CommonPasswords.count >= 3000) }

    @Test func `a password has 12 code points at least, whatever they are (AUT-10)`() throws {
        #expect(throws: Refusal.weakPassword(.tooShort(minimum: 12))) { try Self.check("vq8!mzr2kpw") }
        #expect(throws: Never.self) { try Self.check("vq8!mzr2kpwx") }
        #expect(throws: Refusal.weakPassword(.tooShort(minimum: 12))) { try Self.check("🌵🎷🦉🧲🪁🥨🛶🧵🦀🎯🍄") }
        #expect(throws: Never.self) { try Self.check("🌵🎷🦉🧲🪁🥨🛶🧵🦀🎯🍄🪵") }
        #expect(throws: Refusal.weakPassword(.tooShort(minimum: 15))) { try Self.check("vq8!mzr2kpwxyt", minimum: 15) }
    }

    // AUT-12
    @Test(arguments: [
        "password", "PASSWORD", "Password1234", "password1234567890!", "P@ssw0rd2031!", "pa$$w0rd!!!!", "123password!!",
        "qwertyuiop123", "1q2w3e4r5t6y", "123456789012", "890123456789", "abcdefghijkl", "zyxwvutsrqpo", "aaaaaaaaaaaa",
        "            ",
        "abcabcabcabc", "12341234123412", "passwordpassword", "letmeinletmein", "correcthorsebatterystaple",
        "iloveyou2024!", "summer2025!!", "Welcome12345!", "changeme12345", "administrator", "michael123456",
        "987654321098", "😀😀😀😀😀😀😀😀😀😀😀😀", "trustno1!!!!", "monkey111111", "thisismypassword",
    ])
    func `what is tried first is refused (AUT-12)`(_ text: String) {
        #expect(CommonPasswords.contains(text))
        #expect(throws: Refusal.weakPassword(.common)) { try Self.check(text, minimum: 8) }
    }

    @Test(arguments: [
        "robin.smithson", "Robin.Smithson1", "smithson-2031", "S.m.i.t.h.s.o.n.99", "robinrobinrobin1",
        "noshtims-nibor",
        "R0b1n5m1th50n!", "BlueHarbour2031", "blue harbour ltd", "harbour+harbour+1", "turnstile-turnstile",
        "Turnstile!2031!",
        "example-2031-com", "noshtimsnoshtims", "robin@example.com",
    ])
    func `what is made of your name, address or organization is refused (AUT-12)`(_ text: String) {
        #expect(throws: Refusal.weakPassword(.aboutYou)) { try Self.check(text) }
    }

    @Test(arguments: [
        "correct blue horse battery", "robin eats seven pears", "vq8!mzr2kpwx", "the turnstile tore my coat",
        "Ζωή σε λόγου μας",
        "一二三四五六七八九十百千", "my harbour froze in 1987", "xkcd is not a plan", " leading and trailing ",
    ])
    func `anything else is taken as it is`(_ text: String) {
        #expect(throws: Never.self) { try Self.check(text) }
    }

    @Test func `a long password costs little to look up (VAL-14)`() {
        #expect(!CommonPasswords.contains(String(repeating: "ab1", count: 85) + "x"))
        #expect(CommonPasswords.contains(String(repeating: "a", count: 256)))
        #expect(CommonPasswords.contains(""))
    }
}
