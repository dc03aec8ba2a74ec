import Testing
import UsherDomain
import UsherText

@Suite struct WebURLTests {
    @Test(arguments: [
        ("https://example.com", "https://example.com"),
        ("https://example.com/", "https://example.com"),
        ("HTTPS://Example.COM/Path?Query#Fragment", "https://example.com"),
        ("https://example.com:443/a", "https://example.com"),
        ("http://example.com:80", "http://example.com"),
        ("http://example.com:443", "http://example.com:443"),
        ("https://example.com:8443/", "https://example.com:8443"),
        ("http://localhost:3000/welcome", "http://localhost:3000"),
        ("http://127.0.0.1:8080?x=1", "http://127.0.0.1:8080"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("http://[0:0:0:0:0:0:0:1]", "http://[::1]"),
        ("http://[2001:DB8::A]/", "http://[2001:db8::a]"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example"),
        ("https://example.com?next=https://evil.example/", "https://example.com"),
        ("https://example.com#@evil.example", "https://example.com"),
        ("https://example.com/@evil.example", "https://example.com"),
        ("https://example.com//evil.example", "https://example.com"),
        ("https://example.com/%E3%80%82%20", "https://example.com"),
        ("https://app/", "https://app"),
        ("https://example.com:65535", "https://example.com:65535"),
    ])
    func `a web address has one origin`(_ row: (text: String, origin: String)) throws {
        let url = try WebURL(parsing: row.text, field: "redirect_uri")
        #expect(url.origin.text == row.origin)
        #expect(url.text == row.text)
    }

    // WEB-10, INV-20
    @Test(arguments: [
        "", " ", "/", "/path", "path", "?x", "#x", "//e", "///e", "/\\e", "\\\\e", "/%5ce", "/%2fe", "@e", "%00",
        "https:e", "https:/e", "https:///e", "https:////e", "https:\\\\e", "https://\\e", "http:/\\e.example",
        "\t//e", "\thttps://example.com", " https://example.com", "https://example.com ", "https://exam\tple.com",
        "ht\ntps://example.com", "https://example.com\r\nLocation: x", "https://example.com/\u{0}",
        "https://example.com/%00", "https://example.com/%", "https://example.com/%2", "https://example.com/%zz",
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "javascript://example.com/%0aalert(1)", "data:text/html,x",
        "vbscript:x", "file:///etc/passwd", "ftp://example.com/", "ws://example.com/", "blob:https://example.com/x",
        "about:blank", "mailto:a@example.com", "httpss://example.com", "http//example.com", "://example.com",
        "http://good@evil", "http://good.example@evil.example/", "http://good:pass@evil.example/",
        "http://@evil.example",
        "https://good.example\\@evil.example", "https://example.com\\.evil.example", "https://exam\"ple.com",
        "https://<example.com>", "https://example.com/\"onclick=x", "https://example.com/<script>",
        "https://e%E3%80%82com", "https://e\u{3002}com", "https://e\u{FF0E}com", "https://e\u{FF61}com",
        "https://\u{FF45}xample.com", "https://bücher.example", "https://example.com/ü", "https://example.com/\u{202E}",
        "https://exam%70le.com", "https://example.com%2eevil.example", "https://.example.com", "https://example.com.",
        "https://example..com", "https://-example.com", "https://ex_ample.com", "https://*.example.com",
        "https://", "https://?x", "https://#x", "https://:443", "https://example.com:", "https://example.com:/",
        "https://example.com:0", "https://example.com:080", "https://example.com:65536", "https://example.com:99999999",
        "https://example.com:-1", "https://example.com:+1", "https://example.com:8o", "https://example.com:80:80",
        "http://127.1", "http://2130706433", "http://0x7f000001", "http://0x7f.0.0.1", "http://017700000001",
        "http://127.0.0.01", "http://127.0.0.256", "http://1.2.3.4.5", "http://127.0.0.0x1", "http://a.1",
        "http://[::1", "http://::1", "http://[::1]x", "http://[::1]:", "http://[fe80::1%25eth0]", "http://[127.0.0.1]",
        "http://[]", "http://[::g]", "http://[::1].evil.example", "https://xn--.example", "https://xn--a.example",
        "https://" + String(repeating: "a", count: 64) + ".example",
    ])
    func `what could be read in two ways is refused (WEB-10, INV-20)`(_ text: String) {
        #expect(throws: Refusal.invalidURL(field: "app_url")) { try WebURL(parsing: text, field: "app_url") }
    }

    @Test func `a URL may have 2048 octets and no more`() throws {
        let longest = "https://example.com/".padding(to: 2048)
        #expect(try WebURL(parsing: longest, field: "app_url").text == longest)
        #expect(throws: Refusal.invalidURL(field: "app_url")) { try WebURL(parsing: longest + "a", field: "app_url") }
        // VAL-14
        let hostile = "https://" + String(repeating: "a.", count: 25_000)
        #expect(throws: Refusal.invalidURL(field: "app_url")) { try WebURL(parsing: hostile, field: "app_url") }
    }

    @Test func `an origin is scheme, host and port alone`() {
        #expect(Origin(parsing: "https://Example.com:443/")?.text == "https://example.com")
        #expect(Origin(parsing: "http://localhost:3000")?.text == "http://localhost:3000")
        for text in ["https://example.com/a", "https://example.com?", "https://example.com#", "*", "null", ""] {
            #expect(Origin(parsing: text) == nil, "\(text)")
        }
        #expect(Origin(parsing: "http://[0::1]:8080")?.isLoopback == true)
        #expect(Origin(parsing: "http://127.0.0.1.example.com")?.isLoopback == false)
    }

    @Test(arguments: [
        ("", ""), ("AZaz09-._~", "AZaz09-._~"),
        ("https://example.com/a?b=c&d#e", "https%3A%2F%2Fexample.com%2Fa%3Fb%3Dc%26d%23e"),
        ("a b+c", "a%20b%2Bc"), ("ü", "%C3%BC"), ("%", "%25"), ("\r\n", "%0D%0A"), ("'\"<>", "%27%22%3C%3E"),
    ])
    func `a query value keeps only unreserved characters (RFC 3986)`(_ row: (text: String, encoded: String)) {
        #expect(percentEncodedQueryValue(row.text) == row.encoded)
    }
}

extension String {
    fileprivate func padding(to count: Int) -> String { self + String(repeating: "a", count: count - utf8.count) }
}
