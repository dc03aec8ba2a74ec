import Testing
import UsherDomain
import UsherText

@Suite struct DisplayNameTests {
    @Test(arguments: [
        ("Robin", "Robin"), ("  Robin  Smith ", "Robin  Smith"), ("Zoe\u{308}", "Zo\u{EB}"),
        ("O’Neil & Sons, Ltd. <3", "O’Neil & Sons, Ltd. <3"),
        ("株式会社", "株式会社"), ("שלום עולם", "שלום עולם"), ("می\u{200C}کنم", "می\u{200C}کنم"),
        ("👩\u{200D}💻 Team", "👩\u{200D}💻 Team"), ("I ❤\u{FE0F} Tea", "I ❤\u{FE0F} Tea"), ("ශ්\u{200D}රී", "ශ්\u{200D}රී"),
        ("👍🏽", "👍🏽"), ("🇩🇪", "🇩🇪"),
    ])
    func `a name is kept in NFC, without white space around it (VAL-09)`(_ row: (text: String, name: String)) throws {
        let name = try DisplayName(parsing: row.text)
        #expect(Array(name.text.unicodeScalars) == Array(row.name.unicodeScalars))
    }

    @Test(arguments: [
        "a\rb", "a\nb", "a\tb", "a\u{0}b", "a\u{B}b", "a\u{7F}b", "a\u{85}b", "a\u{9B}b", "a\u{2028}b", "a\u{2029}b",
        "a\u{202A}b", "a\u{202B}b", "a\u{202C}b", "a\u{202D}b", "a\u{202E}b", "a\u{2066}b", "a\u{2067}b", "a\u{2068}b",
        "a\u{2069}b", "a\u{200E}b", "a\u{200F}b", "a\u{61C}b", "a\u{200B}b", "a\u{200C}b", "a\u{200D}b", "a\u{2060}b",
        "a\u{FEFF}b", "a\u{AD}b", "a\u{E0041}b", "a\u{E007F}", "\u{3164}", "\u{2800}", "\u{115F}", "a\u{FE0F}",
        "a\(Noncharacter.xfdd0)", "a\(Noncharacter.xfffe)", "a\u{E000}", "\u{301}a",
        "a\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}",
        "می\u{200C}", "\u{200D}💻", "می\u{200C}\u{200C}کنم", "\u{1B}[31mred",
    ])
    func `what hides, turns or breaks a line is refused (VAL-09)`(_ text: String) {
        #expect(throws: FieldProblem.Kind.malformed) { try DisplayName(parsing: text) }
    }

    @Test func `a name has a limit in characters and in bytes (VAL-09)`() throws {
        let longest = String(repeating: "ü", count: 100)
        #expect(try DisplayName(parsing: longest).text == longest)
        #expect(try DisplayName(parsing: String(repeating: "😀", count: 100)).text.utf8.count == 400)
        for text in [
            longest + "x", String(repeating: "🇩🇪", count: 51), String(repeating: "😀", count: 100_000),
            "a" + String(repeating: "\u{301}", count: 1000), "a" + String(repeating: " ", count: 50_000),
        ] {
            #expect(throws: FieldProblem.Kind.tooLong) { try DisplayName(parsing: text) }
        }
    }

    @Test(arguments: ["", " ", "\r\n\t", "\u{A0}\u{3000}"])
    func `a name of nothing is missing`(_ text: String) {
        #expect(throws: FieldProblem.Kind.missing) { try DisplayName(parsing: text) }
    }
}

@Suite struct PasswordParsingTests {
    private static func prepared(_ text: String) throws -> [Unicode.Scalar] {
        try Array(Password(parsing: text).secret.reveal().unicodeScalars)
    }

    @Test(arguments: [
        ("cafe\u{301} au lait", "caf\u{E9} au lait"), ("a\u{A0}b\u{3000}c\u{2003}d", "a b c d"),
        (" lead and trail ", " lead and trail "), ("MiXeD", "MiXeD"), ("😀😀😀", "😀😀😀"),
        ("👩\u{200D}💻❤\u{FE0F}", "👩\u{200D}💻❤\u{FE0F}"), ("\u{FF50}ass", "\u{FF50}ass"), ("\u{17F}", "\u{17F}"),
    ])
    func `a password is prepared as an OpaqueString (AUT-11)`(_ row: (typed: String, kept: String)) throws {
        #expect(try Self.prepared(row.typed) == Array(row.kept.unicodeScalars))
    }

    @Test func `byte 73 and case and spaces at the ends matter (AUT-11)`() throws {
        let long = String(repeating: "x", count: 72)
        #expect(try Self.prepared(long + "a") != Self.prepared(long + "b"))
        #expect(try Self.prepared("Secret") != Self.prepared("secret"))
        #expect(try Self.prepared("secret ") != Self.prepared("secret"))
    }

    @Test(arguments: [
        "pass\u{0}word", "\u{0}", "a\nb", "a\tb", "a\u{7F}", "a\u{85}b", "a\u{2028}b", "a\u{200B}b", "a\u{202E}b",
        "a\u{FEFF}", "a\u{AD}b", "a\(Noncharacter.xfdd0)", "a\u{378}", "a\u{E000}", "a\u{E0041}",
    ])
    func `what cannot be seen is no part of a password (AUT-11)`(_ text: String) {
        #expect(throws: Refusal.weakPassword(.forbiddenCharacter)) { try Password(parsing: text) }
    }

    @Test func `256 code points are taken, 257 are refused before anything else (AUT-10)`() throws {
        #expect(try Self.prepared(String(repeating: "x", count: 256)).count == 256)
        #expect(try Self.prepared(String(repeating: "😀", count: 256)).count == 256)
        let refusal = Refusal.weakPassword(.tooLong(maximum: 256))
        #expect(throws: refusal) { try Password(parsing: String(repeating: "x", count: 257)) }
        // Too long outweighs forbidden: nobody looked inside.
        #expect(throws: refusal) { try Password(parsing: String(repeating: "\u{0}", count: 1_000_000)) }
        #expect(throws: Refusal.weakPassword(.tooShort(minimum: 1))) { try Password(parsing: "") }
    }

    @Test func `a password cannot be printed`() throws {
        let password = try Password(parsing: "correct horse")
        var dumped = ""
        dump(password, to: &dumped)
        #expect(!"\(password) \(String(reflecting: password)) \(dumped)".contains("horse"))
    }
}

@Suite struct LanguageTagTests {
    @Test(arguments: [
        ("en", "en"), ("DE", "de"), ("de-at", "de-AT"), ("ZH-hant-tw", "zh-Hant-TW"), ("es-419", "es-419"),
        ("sl-rozaj-biske", "sl-rozaj-biske"), ("de-1996", "de-1996"), ("en-US-u-hc-h12", "en-US-u-hc-h12"),
        ("en-x-US", "en-x-us"), ("yue", "yue"),
    ])
    func `a language tag is kept in its recommended case`(_ row: (text: String, tag: String)) {
        #expect(LanguageTag.normalized(row.text) == row.tag)
    }

    @Test(arguments: [
        "", "e", "-", "en-", "-en", "en--US", "en_US", "e1", "x-private", "i-klingon", "en-u", "en-toolonggg", "é",
        "en US", "en\n", "<script>", "../etc", "en-u-aa-bb-cc-dd-ee-ff-gg-hh-ii-jjjj",
    ])
    func `what has not the shape of a language tag is none`(_ text: String) {
        #expect(LanguageTag.normalized(text) == nil)
    }
}
