import Testing
import UsherDomain

@Suite struct SecretTextTests {
    private static let secret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

    // AUT-21
    @Test func `of each secret one spelling is accepted (AUT-21)`() {
        let secret = Self.secret
        #expect(SecretText.isWellFormed(secret))
        let head = secret.dropLast()
        let wrong: [String] = [
            "\(head)", "\(secret)A", "\(secret) ", "\(secret)%20", "\(secret)\n", "\(secret)=", " \(secret)",
            "\(head)9", "\(head)-", "\(head)_", "\(head)B", "\(head)=", "\(head)+", "\(head)\u{FF18}", "\(head)\u{0}",
            "+\(secret.dropFirst())", "/\(secret.dropFirst())", "\u{212A}\(secret.dropFirst(3))",
        ]
        for text in wrong { #expect(!SecretText.isWellFormed(text), "\(text)") }
        // Another case is another secret, not another spelling: it is looked up, and not found.
        #expect(secret.lowercased() != secret)
    }

    @Test func `the last of 43 characters has four bits to itself (AUT-21)`() {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        let accepted = alphabet.filter { SecretText.isWellFormed(Self.secret.dropLast() + String($0)) }
        #expect(accepted == "AEIMQUYcgkosw048")
    }

    @Test(arguments: ["", "null", "[]", "{}", "0", "token[]=", "undefined", " ", "\u{0}", "true", "NULL"])
    func `what stands for nothing is no secret (AUT-22)`(_ text: String) {
        #expect(!SecretText.isWellFormed(text))
        #expect(!APIKeyText.isWellFormed(text))
    }

    // AUT-19
    @Test func `a key with a wrong checksum is refused without a look into the database (AUT-19)`() {
        let key = APIKeyText.make(random: Self.secret)
        #expect(key.hasPrefix("ush_") && key.utf8.count == 53)
        #expect(APIKeyText.isWellFormed(key))
        for index in key.indices {
            var other = key
            other.replaceSubrange(index...index, with: key[index] == "A" ? "B" : "A")
            #expect(!APIKeyText.isWellFormed(other), "\(other)")
        }
        let wrong: [String] = [
            "\(key.dropLast())", "\(key)A", "\(key)\n", " \(key)", "Bearer \(key)", key.uppercased(), key.lowercased(),
            "usk_\(key.dropFirst(4))", "\(key.dropFirst(4))",
        ]
        for text in wrong { #expect(!APIKeyText.isWellFormed(text), "\(text)") }
    }

    @Test func `the checksum of a key is CRC-32 in base 62, most significant digit first`() {
        // CRC-32 of 43 zeros ("0" × 43) as zlib computes it, written in base 62.
        #expect(APIKeyText.make(random: String(repeating: "0", count: 43)).suffix(6) == "2CZclj")
    }

    @Test(arguments: [
        ("", "", true), ("a", "a", true), ("abc", "abc", true), ("abc", "abd", false), ("abc", "bbc", false),
        ("abc", "ab", false), ("ab", "abc", false), ("", "a", false), ("\u{E9}", "e\u{301}", false),
        ("K", "\u{212A}", false),
    ])
    func `secrets are compared by their bytes`(_ row: (left: String, right: String, equal: Bool)) {
        #expect(constantTimeEquals(row.left, row.right) == row.equal)
    }

    @Test func `a secret spells itself out to nobody`() {
        let secret = Secret("hunter-two")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!"\(secret) \(String(reflecting: secret)) \(dumped) \([secret])".contains("hunter"))
        #expect(secret.reveal() == "hunter-two")
    }
}
