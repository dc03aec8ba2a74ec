import HTTPTypes
import Testing
import UsherDomain
import UsherTestKit
import UsherUseCases

@testable import UsherPages

@Suite struct PagesMarkupTests {
    private static let everyPage = [
        "/invitation", "/invitation/declined", "/invitation/reported", "/signin", "/reset", "/reset/new",
        "/reset/done", "/setup", "/join", "/join/proof", "/letter/unsubscribe", "/account", "/", "/auth",
        "/.well-known/change-password",
    ]

    // MARK: Policy

    // WEB-01, WEB-11, WEB-12
    @Test func `every page and every error has the strict headers (WEB-01, WEB-11, WEB-12)`() async throws {
        let house = try await PageHouse()
        let (_, code) = try await house.invite()
        try await house.serve { open in
            let browser = open()
            var pages = [try await browser.open("/auth?inv_code=\(code)"), try await browser.post("/signin", [:], [:])]
            for path in Self.everyPage { pages.append(try await open().get(path)) }
            for page in pages {
                for (name, value) in [
                    ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
                    ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
                    ("Cache-Control", "no-store"),
                ] {
                    let name = try #require(HTTPField.Name(name))
                    #expect(page.headers[name] == value)
                }
                let policy = try #require(page.headers[.contentSecurityPolicy])
                #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
                #expect(!policy.contains("unsafe") && !policy.contains("*"))
                guard page.headers[.contentType]?.hasPrefix("text/html") == true else { continue }
                #expect(policy.contains("base-uri 'none'") && policy.contains("form-action 'self'"))
            }
            let offer = pages[0].headers[.contentSecurityPolicy] ?? ""
            #expect(offer.contains("form-action 'self' https://app.example.com;"))
        }
    }

    // WEB-03
    @Test func `every cookie is for this host alone and out of reach of scripts (WEB-03)`() async throws {
        let house = try await PageHouse()
        let (_, code) = try await house.invite()
        try await house.serve { open in
            let browser = open()
            var cookies: [String] = []
            let link = try await browser.get("/auth?inv_code=\(code)")
            let page = try await browser.get("/invitation")
            let joined = try await browser.submit(page, "/invitation/accept", ["password": "seven quiet pears"])
            let account = try await browser.get("/account")
            let out = try await browser.submit(account, "/signout")
            let token = try await browser.get("/reset?token=\(house.effects.newSecret())")
            for page in [link, page, joined, account, out, token] { cookies += page.cookies }
            #expect(cookies.count >= 7)
            for cookie in cookies {
                #expect(cookie.hasPrefix("__Host-usher_"))
                for attribute in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
                    #expect(cookie.contains(attribute))
                }
                #expect(!cookie.contains("Domain") && cookie.utf8.count < 4096)
                let age = cookie.between("Max-Age=", ";").flatMap { Int($0) } ?? .max
                #expect(age <= 400 * 86_400)
            }
        }
    }

    // WEB-18
    @Test func `a request for another host gets no page and no letter (WEB-18)`() async throws {
        let house = try await PageHouse(publicURL: "https://usher.example.com")
        _ = try await house.person("bob", password: "seven quiet pears")
        try await house.serve { open in
            let page = try await open().get("/signin")
            #expect([400, 421].contains(page.status))
            #expect(page.state == nil)
        }
        #expect(house.post.letters.isEmpty)
    }

    // WEB-13
    @Test func `pages and their files name no other origin, and weigh less than 50 KB (WEB-13)`() async throws {
        let house = try await PageHouse()
        let (_, code) = try await house.invite()
        try await house.serve { open in
            let browser = open()
            let page = try await browser.open("/auth?inv_code=\(code)")
            let assets = try #require(page.body.between("<link rel=\"stylesheet\" href=\"", "\""))
            let script = try #require(page.body.between("<script src=\"", "\""))
            let style = try await browser.get(assets)
            let code = try await browser.get(script)
            #expect(style.status == 200 && code.status == 200)
            for file in [style, code] {
                #expect(file.headers[.cacheControl] == "public, max-age=31536000, immutable")
                #expect(!file.body.contains("http:") && !file.body.contains("https:") && !file.body.contains("url("))
                #expect(!file.body.contains("@import"))
            }
            #expect(!page.body.contains("https:") && !page.body.contains("http:"))
            #expect(page.body.utf8.count + style.body.utf8.count + code.body.utf8.count < 50_000)
            #expect(try await browser.get("/assets/usher.css").headers[.cacheControl] == "public, max-age=3600")
        }
    }

    // MARK: Hostile names

    // WEB-08
    @Test(arguments: [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' autofocus onfocus=alert(1) x='",
        "\"\u{301} onfocus=alert(1) x=\"\u{301}", "</title><script>alert(1)</script>", "{{{state}}}", "{inviter}",
        "&lt;script&gt;", "<svg/onload=alert(1)>", "javascript:alert(1)", "<\u{338}b>", "]]><b>",
    ])
    func `names stay text, wherever they stand (WEB-08)`(_ name: String) async throws {
        let house = try await PageHouse(organization: name)
        let (_, code) = try await house.invite()
        try await house.serve { open in
            let browser = open()
            let page = try await browser.open("/auth?inv_code=\(code)")
            let back = try await browser.submit(
                page, "/invitation/accept", ["name": name, "password": "short", "email": "ada@example.com"])
            for body in [page.body, back.body] {
                let escaped = name.unicodeScalars.map { scalar in
                    switch scalar {
                    case "&": "&amp;"
                    case "<": "&lt;"
                    case ">": "&gt;"
                    case "\"": "&quot;"
                    case "'": "&#39;"
                    default: String(scalar)
                    }
                }.joined()
                #expect(Array(body.utf8).contains(Array("<bdi>\(escaped)</bdi>".utf8)))
                #expect(escaped == name || !Array(body.utf8).contains(Array(name.utf8)))
            }
        }
    }

    @Test func `nothing of a query or a referrer is said back (WEB-09)`() async throws {
        let house = try await PageHouse()
        try await house.serve { open in
            for path in ["/signin", "/reset", "/invitation", "/setup"] {
                let page = try await open().get(
                    path + "?error=zwieback&next=zwieback&email=zwieback", .get, ["Referer": "https://zwieback.example"]
                )
                #expect(!page.body.contains("zwieback"))
            }
        }
    }

    // MARK: Limits and trouble

    @Test func `too many sign-ins from one address are put off, and the page says until when`() async throws {
        let house = try await PageHouse()
        let (_, code) = try await house.invite()
        try await house.serve { open in
            let browser = open()
            _ = try await browser.open("/auth?inv_code=\(code)")
            let page = try await browser.get("/signin")
            var last = page
            for turn in 0..<11 {
                let fields = ["email": "bob@example.com", "password": "wrong password \(turn)"]
                last = try await browser.submit(page, "/signin", fields)
            }
            #expect(last.status == 429 && last.state == "M")
            #expect(last.headers[.retryAfter] == "900")
            #expect(last.body.contains("Your invitation is safe") && last.body.contains("<code>"))
        }
    }

    // MARK: Words

    @Test(arguments: Language.allCases)
    func `every language says everything, with the same places`(_ language: Language) {
        for phrase in Phrase.allCases {
            let text = Words.catalogue(of: language)[phrase]
            #expect(text != nil, "\(language) lacks \(phrase)")
            // A language that has a word for one or two needs no number.
            guard ![.daysZero, .daysOne, .daysTwo].contains(phrase) else { continue }
            // Some languages say the number in the word, or the word without the number.
            let known = Set(Self.places(Words.english[phrase])).union([
                "count", "inviter", "organization", "person",
            ])
            #expect(Set(Self.places(text)).isSubset(of: known), "\(language) \(phrase)")
        }
    }

    private static func places(_ text: String?) -> [String] {
        (text ?? "").split(separator: "{").dropFirst().compactMap { $0.split(separator: "}").first.map(String.init) }
            .sorted()
    }

    @Test func `the invitation's language comes first, then the browser's`() async throws {
        let house = try await PageHouse()
        let (_, german) = try await house.invite("a1", locale: "de-AT")
        let (_, arabic) = try await house.invite("a2", locale: "ar")
        let (_, none) = try await house.invite("a3", locale: nil)
        try await house.serve { open in
            let page = try await open().open("/auth?inv_code=\(german)")
            #expect(page.body.contains("<html lang=\"de\" dir=\"ltr\">") && page.body.contains("Konto anlegen"))
            #expect(try await open().open("/auth?inv_code=\(arabic)").body.contains("<html lang=\"ar\" dir=\"rtl\">"))
            let browser = open()
            _ = try await browser.get("/auth?inv_code=\(none)")
            let chosen = try await browser.get("/invitation", .get, ["Accept-Language": "fr, en;q=0.5, de;q=0.8"])
            #expect(chosen.body.contains("lang=\"de\""))
            #expect(chosen.headers[.contentLanguage] == "de")
        }
    }

    @Test(
        arguments: [
            (0, "1 January 1970, 00:00 UTC"), (1_709_208_000_000, "29 February 2024, 12:00 UTC"),
            (4_102_444_740_000, "31 December 2099, 23:59 UTC"), (-60_000, "31 December 1969, 23:59 UTC"),
        ] as [(Int64, String)])
    func `moments are written by the calendar`(_ milliseconds: Int64, _ text: String) {
        let markup = Words(.english).moment(Timestamp(milliseconds: milliseconds)).markup
        #expect(markup.contains(">\(text)</time>"))
    }

    @Test func `days are counted as each language counts`() {
        #expect(Words(.english).left(.days(1)) == "1 day left")
        #expect(Words(.english).left(.days(7) - .hours(2)) == "7 days left")
        #expect(Words(.english).left(.hours(23)) == "less than a day left")
        #expect(Words(.arabic).left(.days(2)) == "بقي يومان")
        #expect(Words(.arabic).left(.days(5)) == "بقيت 5 أيام")
        #expect(Words(.arabic).left(.days(90)) == "بقي 90 يومًا")
    }

    // MARK: Looks

    @Test func `all templates parse`() {
        let words = Words(.english)
        let assets = Assets(hash: { _ in "0" })
        let view = NoticePages(words: words).declined(isReported: true)
        let page = Templates(PageTemplates.all).render(
            Frame(view, words: words, app: "Usher", assets: assets), with: "page")
        #expect(page.markup.hasPrefix("<!doctype html>") && page.markup.contains("data-state=\"declined\""))
        #expect(!page.markup.contains("{{"))
    }

    /// WCAG 2.2: 1.4.3 for text, 1.4.11 for the edges of fields.
    @Test(arguments: [0, 1])
    func `colours have contrast enough in light and dark`(_ theme: Int) throws {
        let blocks = Stylesheet.text.components(of: ":root {")
        let colors = Self.colors(in: try #require(blocks[theme + 1].between("", "}")))
        for (front, back, least) in [
            ("ink", "card", 7.0), ("ink", "page", 7.0), ("muted", "card", 4.5), ("muted", "page", 4.5),
            ("accent", "card", 4.5), ("on-accent", "accent", 4.5), ("on-accent", "accent-strong", 4.5),
            ("accent-strong", "tint", 4.5), ("bad", "card", 4.5), ("bad", "bad-tint", 4.5), ("edge", "card", 3.0),
            ("accent", "page", 3.0),
        ] {
            let contrast = Self.contrast(try #require(colors[front]), try #require(colors[back]))
            #expect(contrast >= least, "\(front) on \(back): \(contrast)")
        }
    }

    private static func colors(in block: String) -> [String: UInt32] {
        var found: [String: UInt32] = [:]
        for part in block.components(of: "--").dropFirst() {
            guard let name = part.between("", ":"), let hex = part.between("#", ";") else { continue }
            found[name] = UInt32(hex, radix: 16)
        }
        return found
    }

    private static func contrast(_ one: UInt32, _ other: UInt32) -> Double {
        let (high, low) = (max(luminance(one), luminance(other)), min(luminance(one), luminance(other)))
        return (high + 0.05) / (low + 0.05)
    }

    private static func luminance(_ color: UInt32) -> Double {
        let weights = [0.2126, 0.7152, 0.0722]
        return zip([16, 8, 0], weights).reduce(0) { sum, part in
            let channel = Double(color >> part.0 & 0xFF) / 255
            return sum + part.1 * linear(channel)
        }
    }

    /// The sRGB curve; its power by repeated square roots is exact enough to a thousandth.
    private static func linear(_ channel: Double) -> Double {
        guard channel > 0.04045 else { return channel / 12.92 }
        let base = (channel + 0.055) / 1.055
        // base ^ 2.4 = base² · (base²)^(1/5), the fifth root by Newton's method.
        let square = base * base
        var root = 1.0
        for _ in 0..<60 { root = (4 * root + square / (root * root * root * root)) / 5 }
        return square * root
    }
}
