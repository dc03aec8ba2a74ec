import Testing
import UsherDomain
import UsherText

/// AZ-13: a domain is read as those of addresses are, so that the two can be compared.
@Suite struct OrganizationDomainTests {
    @Test(arguments: [
        ("example.org", "example.org"), ("EXAMPLE.Org", "example.org"), ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"), ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("a.b.c.example.org", "a.b.c.example.org"),
    ])
    func `AZ-13 a domain has one form`(_ text: String, _ name: String) throws {
        #expect(try OrganizationDomain.name(parsing: text) == name)
    }

    @Test(arguments: [
        "", "example", "example.org.", ".example.org", "*.example.org", "a..example", "a b.example", "a@b.example",
        "example.org/", "-a.example", "192.0.2.1", "[192.0.2.1]", "exa\u{202E}mple.org", "example\u{3002}org",
        "example.org\n",
    ])
    func `AZ-13 what is no domain is refused`(_ text: String) {
        #expect(throws: Refusal.invalidBody([FieldProblem("/domain", .malformed)])) {
            try OrganizationDomain.name(parsing: text)
        }
    }

    @Test func `a domain leaves room for its record's name`() throws {
        let label = String(repeating: "a", count: 59)
        let longest = "\(label).\(label).\(label).\(String(repeating: "a", count: 48)).example"
        #expect(longest.utf8.count == DomainRecord.longestDomain)
        #expect(DomainRecord(domain: try OrganizationDomain.name(parsing: longest), token: "").name.utf8.count == 253)
        #expect(throws: Refusal.invalidBody([FieldProblem("/domain", .tooLong)])) {
            try OrganizationDomain.name(parsing: "a" + longest)
        }
    }

    @Test(arguments: ["gmail.com", "GMAIL.com", "outlook.com", "gmx.de", "co.uk", "github.io"])
    func `AZ-13 a domain where anybody gets an address or a name is nobody's`(_ text: String) {
        #expect(throws: Refusal.domainPublic) { try OrganizationDomain.name(parsing: text) }
    }

    @Test func `a record is exactly what was told, with white space around it at most`() {
        let record = DomainRecord(domain: "example.org", token: "abc")
        #expect(record.isAmong(["x", "usher-verification=abc"]))
        #expect(record.isAmong([" usher-verification=abc\t"]))
        let others = ["usher-verification=abcd", "usher-verification=ab", "Usher-Verification=abc", "abc", "", "x=abc"]
        for text in others {
            #expect(!record.isAmong([text]), "\(text)")
        }
    }
}
