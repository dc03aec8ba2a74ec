import Testing
import UsherDomain
import UsherSecrets
import UsherUseCases

@Suite struct Argon2HasherTests {
    private static let password = Password(checked: "correct horse battery")

    /// The cheapest that Argon2 can be: what is tested is not its cost.
    private static func cheap() throws -> Argon2Parameters { try #require(Argon2Parameters(kibibytes: 8, passes: 1)) }

    private static func hasher(threads: Int = 2, queue: Int = 64) throws -> Argon2Hasher {
        try Argon2Hasher(parameters: cheap(), threads: threads, queue: queue)
    }

    @Test func `a password fits its hash, and no other does`() async throws {
        let hasher = try Self.hasher()
        let hash = try await hasher.hash(Self.password)
        #expect(hash.hasPrefix("$argon2id$v=19$m=8,t=1,p=1$"))
        #expect(try await hasher.verify(Self.password, against: hash) == .right(outdated: false))
        for other in ["", "correct horse batter", "correct horse battery ", "Correct horse battery"] {
            #expect(try await hasher.verify(Password(checked: other), against: hash) == .wrong)
        }
    }

    @Test func `byte 73 counts, and a NUL ends nothing (AUT-11)`() async throws {
        let hasher = try Self.hasher(), long = String(repeating: "x", count: 72)
        let hash = try await hasher.hash(Password(checked: long + "a"))
        #expect(try await hasher.verify(Password(checked: long + "b"), against: hash) == .wrong)
        let early = try await hasher.hash(Password(checked: "a\u{0}b"))
        #expect(try await hasher.verify(Password(checked: "a\u{0}c"), against: early) == .wrong)
        #expect(try await hasher.verify(Password(checked: "a"), against: early) == .wrong)
    }

    @Test func `by default a hash costs 19 MiB and two passes`() async throws {
        let hash = try await Argon2Hasher().hash(Self.password)
        #expect(hash.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
    }

    // AUT-28
    @Test func `hashes of weaker times still fit, and are outdated (AUT-28)`() async throws {
        let old = try await Self.hasher().hash(Self.password)
        let stronger = [
            try #require(Argon2Parameters(kibibytes: 16, passes: 1)),
            try #require(Argon2Parameters(kibibytes: 8, passes: 2)),
        ]
        for parameters in stronger {
            let today = try Argon2Hasher(parameters: parameters)
            #expect(try await today.verify(Self.password, against: old) == .right(outdated: true))
            #expect(try await today.verify(Password(checked: "wrong"), against: old) == .wrong)
            let new = try await today.hash(Self.password)
            #expect(try await today.verify(Self.password, against: new) == .right(outdated: false))
            // What costs more than today's is not outdated.
            #expect(try await Self.hasher().verify(Self.password, against: new) == .right(outdated: false))
        }
    }

    @Test func `each hash has a salt of its own, of 16 bytes (AUT-28)`() async throws {
        let hasher = try Self.hasher()
        var salts: Set<Substring> = []
        for _ in 0..<50 {
            let hash = try await hasher.hash(Self.password)
            let salt = hash.split(separator: "$")[3]
            #expect(salt.utf8.count == 22)
            salts.insert(salt)
        }
        #expect(salts.count == 50)
    }

    @Test func `without an account nobody gets in, after the same work`() async throws {
        let hasher = try Self.hasher()
        #expect(try await hasher.verify(Self.password, against: nil) == .wrong)
        #expect(try await hasher.verify(Password(checked: ""), against: nil) == .wrong)
        #expect(hasher.load.peak == 1)
    }

    private static let salt = "AAAAAAAAAAAAAAAAAAAAAA", digest = String(repeating: "A", count: 43)

    // AUT-27
    @Test(arguments: [
        "", "x", "$", "$$$$$", "correct horse battery", "$2b$12$abcdefghijklmnopqrstuv",
        "$argon2id$v=19$m=4194304,t=1,p=1$\(salt)$\(digest)",
        "$argon2id$v=19$m=262145,t=1,p=1$\(salt)$\(digest)",
        "$argon2id$v=19$m=8,t=11,p=1$\(salt)$\(digest)",
        "$argon2id$v=19$m=8,t=4294967295,p=1$\(salt)$\(digest)",
        "$argon2id$v=19$m=99999999999999999999,t=1,p=1$\(salt)$\(digest)",
        "$argon2id$v=19$m=-8,t=1,p=1$\(salt)$\(digest)",
        "$argon2id$v=19$m=+8,t=1,p=1$\(salt)$\(digest)",
        "$argon2id$v=19$m=08,t=1,p=1$\(salt)$\(digest)",
        "$argon2id$v=19$m=7,t=1,p=1$\(salt)$\(digest)",
        "$argon2id$v=19$m=8,t=0,p=1$\(salt)$\(digest)",
        "$argon2id$v=19$m=8,t=1,p=2$\(salt)$\(digest)",
        "$argon2id$v=19$m=8,t=1$\(salt)$\(digest)",
        "$argon2id$v=19$t=1,m=8,p=1$\(salt)$\(digest)",
        "$argon2id$v=16$m=8,t=1,p=1$\(salt)$\(digest)",
        "$argon2i$v=19$m=8,t=1,p=1$\(salt)$\(digest)",
        "$argon2id$m=8,t=1,p=1$\(salt)$\(digest)",
        "$argon2id$v=19$m=8,t=1,p=1$$",
        "$argon2id$v=19$m=8,t=1,p=1$\(salt)$",
        "$argon2id$v=19$m=8,t=1,p=1$\(salt)$\(digest)$",
        "$argon2id$v=19$m=8,t=1,p=1$\(salt)=$\(digest)",
        "$argon2id$v=19$m=8,t=1,p=1$$\(digest)",
        "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$\(digest)",
        "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAB$\(digest)",
        "$argon2id$v=19$m=8,t=1,p=1$\(salt)$\(String(repeating: "A", count: 42))",
        "$argon2id$v=19$m=8,t=1,p=1$\(salt)$\(String(repeating: "A", count: 50_000))",
        "\u{0}$argon2id$v=19$m=8,t=1,p=1$\(salt)$\(digest)",
    ])
    func `a row that is no hash of ours lets nobody in, and asks for no memory (AUT-27)`(_ row: String) async throws {
        #expect(PHCString(row) == nil)
        let hasher = try Self.hasher()
        #expect(try await hasher.verify(Self.password, against: row) == .wrong)
        // The work was done all the same, at today's price.
        #expect(hasher.load.peak == 1)
    }

    @Test func `parameters have bounds (AUT-27)`() {
        let largest = PHCString("$argon2id$v=19$m=262144,t=10,p=1$\(Self.salt)$\(Self.digest)")
        #expect(largest?.parameters == Argon2Parameters(kibibytes: 262_144, passes: 10))
        #expect(Argon2Parameters(kibibytes: 262_145, passes: 1) == nil)
        #expect(Argon2Parameters(kibibytes: 7, passes: 1) == nil)
        #expect(Argon2Parameters(kibibytes: 8, passes: 0) == nil)
        #expect(Argon2Parameters(kibibytes: 8, passes: 11) == nil)
    }
}
