import Testing
import UsherDomain

@Suite struct TypoFinderTests {
    @Test(arguments: [
        ("gmial.com", "gmail.com"), ("gmai.com", "gmail.com"), ("gmaill.com", "gmail.com"), ("gmsil.com", "gmail.com"),
        ("gmail.con", "gmail.com"), ("hotmial.com", "hotmail.com"), ("outlok.com", "outlook.com"),
        ("yaho.com", "yahoo.com"), ("iclould.com", "icloud.com"), ("gmx.ed", "gmx.de"), ("wbe.de", "web.de"),
        ("protn.me", "proton.me"),
    ])
    func `one slip from a well-known domain is found`(_ typed: String, _ meant: String) {
        #expect(TypoFinder(domains: [typed]).meant(by: typed) == meant)
    }

    @Test(arguments: [
        "gmail.com", "ymail.com", "mail.com", "email.com", "gmx.net", "gmx.at", "example.com", "gmial.cm",
        "we.com", "",
    ])
    func `what is meant, or further away, is left alone`(_ domain: String) {
        #expect(TypoFinder(domains: [domain]).meant(by: domain) == nil)
    }

    @Test func `a domain that three other rows have is meant`() {
        let three = ["acme.example", "acme.example", "acme.example"]
        #expect(TypoFinder(domains: three + ["acm.example"]).meant(by: "acm.example") == "acme.example")
        #expect(TypoFinder(domains: three + ["amce.example"]).meant(by: "amce.example") == "acme.example")
        #expect(TypoFinder(domains: three.dropLast() + ["acm.example"]).meant(by: "acm.example") == nil)
        #expect(
            TypoFinder(domains: three + ["acm.example", "acm.example", "acm.example"]).meant(by: "acm.example") == nil,
            "two that many have are two")
    }

    @Test func `ten thousand domains of their own take no time to speak of`() {
        let domains = (0..<10_000).map { "company-\($0).example" }
        let finder = TypoFinder(domains: domains + domains.prefix(2_500) + domains.prefix(2_500))
        let start = ContinuousClock.now
        #expect(domains.count { finder.meant(by: $0) != nil } > 0)
        #expect(ContinuousClock.now - start < .seconds(60))
    }
}
