import Testing
import UsherDomain
import UsherText

@Suite struct EmailAddressTests {
    @Test func `the table is as long as the catalogue asks (VAL-03)`() {
        #expect(AddressTable.taken.count + AddressTable.refused.count >= 150)
    }

    // VAL-03, INV-26, AUT-06
    @Test(arguments: AddressTable.taken)
    func `an address has one canonical form and one wire form`(_ row: AddressTable.Taken) throws {
        let address = try EmailAddress(parsing: row.text)
        #expect(Array(address.canonical.unicodeScalars) == Array(row.canonical.unicodeScalars))
        #expect(Array(address.wire.unicodeScalars) == Array(row.wire.unicodeScalars))
        #expect(row.text.contains(address.typed))
        #expect(address.typed.first?.isWhitespace == false && address.typed.last?.isWhitespace == false)
    }

    // VAL-03, VAL-06, VAL-07, VAL-08, VAL-14, EML-08, RES-18
    @Test(arguments: AddressTable.refused)
    func `what is no address of one person is refused, with the reason`(_ row: AddressTable.Refused) {
        #expect(throws: Refusal.invalidEmail(row.problem)) { try EmailAddress(parsing: row.text) }
    }

    @Test(arguments: AddressTable.taken)
    func `the canonical form of a canonical form is itself (VAL-04)`(_ row: AddressTable.Taken) throws {
        let address = try EmailAddress(parsing: row.text)
        for form in [address.canonical, address.wire] {
            let again = try EmailAddress(parsing: form)
            #expect(Array(again.canonical.utf8) == Array(address.canonical.utf8))
            #expect(again == address)
        }
    }

    @Test(arguments: AddressTable.taken)
    func `what is accepted is one argument of RCPT (VAL-04)`(_ row: AddressTable.Taken) throws {
        let wire = try EmailAddress(parsing: row.text).wire
        #expect(wire.utf8.count <= 254)
        #expect(wire.utf8.count { $0 == UInt8(ascii: "@") } == 1)
        #expect(
            wire.unicodeScalars.allSatisfy {
                !$0.properties.isWhitespace && !"<>()[]\\,;:\"".unicodeScalars.contains($0)
            })
        #expect(wire.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    }

    @Test func `no character at all makes a canonical form that is not one (VAL-04)`() {
        var taken = 0
        // Without the ideographs and syllables of U+3400 to U+D7FF, which have neither case nor marks.
        for value in Array(UInt32(0)..<0x3400) + Array(0xD7B0..<0x20000) {
            guard let scalar = Unicode.Scalar(value),
                let address = try? EmailAddress(parsing: "x\(scalar)@example.com")
            else { continue }
            taken += 1
            let again = try? EmailAddress(parsing: address.canonical)
            let isStable = again.map { Array($0.canonical.utf8) == Array(address.canonical.utf8) } ?? false
            if !isStable { Issue.record("U+\(String(value, radix: 16)): \(address.canonical)") }
        }
        #expect(taken > 20_000)
    }

    @Test(arguments: [
        ("mike@example.com", "mıke@example.com"), ("mike@example.com", "MİKE@example.com"),
        ("a.b@example.com", "ab@example.com"), ("a+b@example.com", "a@example.com"),
        ("a@faß.example", "a@fass.example"), ("рaul@example.com", "paul@example.com"),
        ("νίκος@example.com", "νίκοσ@example.com"), ("a@example.com", "a@example.org"),
    ])
    func `addresses that only look alike are two people (AUT-06, INV-26)`(_ pair: (String, String)) throws {
        #expect(try EmailAddress(parsing: pair.0) != EmailAddress(parsing: pair.1))
    }

    @Test(arguments: [
        ("Mike@Example.COM", "mike@example.com"), ("ju\u{308}rgen@example.com", "JÜRGEN@example.com"),
        ("a@bücher.example", "a@XN--BCHER-KVA.example"), (" a@example.com\n", "a@example.com"),
    ])
    func `spellings of one address are one person (INV-15)`(_ pair: (String, String)) throws {
        #expect(try EmailAddress(parsing: pair.0) == EmailAddress(parsing: pair.1))
    }

    @Test func `only a local part beyond ASCII needs SMTPUTF8`() throws {
        #expect(try EmailAddress(parsing: "ü@example.com").needsSMTPUTF8)
        #expect(try !EmailAddress(parsing: "a@bücher.example").needsSMTPUTF8)
        #expect(try EmailAddress(parsing: "a@Bücher.example").domain == "xn--bcher-kva.example")
    }
}
