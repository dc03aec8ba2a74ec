import Testing
import UsherDomain
import UsherSecrets
import UsherUseCases

@Suite struct EffectsTests {
    private static let keyText = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

    private static func effects(_ text: String = keyText) throws -> Effects { .live(key: try ServerKey(text: text)) }

    @Test func `a hundred thousand secrets, and no two alike (INV-01)`() throws {
        let effects = try Self.effects()
        var seen: Set<String> = []
        for _ in 0..<100_000 {
            let secret = effects.newSecret()
            guard SecretText.isWellFormed(secret) else {
                Issue.record("\(secret)")
                return
            }
            seen.insert(secret)
        }
        #expect(seen.count == 100_000)
        // Each of the first 42 places uses the whole alphabet: nothing is fixed, all 256 bits are random.
        let secrets = seen.prefix(5000).map { Array($0.utf8) }
        for place in 0..<42 { #expect(Set(secrets.map { $0[place] }).count == 64, "place \(place)") }
        #expect(Set(secrets.map { $0[42] }).count == 16)
    }

    @Test func `ids are UUIDs of version 7 that grow, and no two are alike`() throws {
        let effects = try Self.effects(), before = effects.now()
        let ids = (0..<20_000).map { _ in effects.newID() }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == ids.count)
        for id in ids.prefix(100) {
            let characters = Array(id)
            #expect(ID<User>(parsing: id)?.rawValue == id)
            #expect(characters[14] == "7" && "89ab".contains(characters[19]))
            let milliseconds = try #require(Int64(id.filter { $0 != "-" }.prefix(12), radix: 16))
            #expect((before.milliseconds...before.milliseconds + 60_000).contains(milliseconds))
        }
    }

    @Test func `ids made by many at once are different`() async throws {
        let effects = try Self.effects()
        let ids = await withTaskGroup(of: [String].self) { group in
            for _ in 0..<20 { group.addTask { (0..<500).map { _ in effects.newID() } } }
            return await group.reduce(into: Set<String>()) { $0.formUnion($1) }
        }
        #expect(ids.count == 10_000)
    }

    @Test func `a secret's hash is SHA-256 in hexadecimal`() throws {
        let effects = try Self.effects()
        #expect(effects.hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(effects.hash("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test func `a derived secret depends on key, purpose and text, and on nothing else`() throws {
        let one = try Self.effects(), same = try Self.effects()
        let other = Effects.live(key: ServerKey())
        let code = one.derive(.invitationCode, "a")
        #expect(SecretText.isWellFormed(code))
        #expect(code == same.derive(.invitationCode, "a"))
        #expect(code != other.derive(.invitationCode, "a"))
        #expect(code != one.derive(.invitationCode, "b"))
        #expect(Set(DerivedSecret.allCases.map { one.derive($0, "a") }).count == DerivedSecret.allCases.count)
    }

    /// Computed by another implementation of HKDF and HMAC: codes in letters must outlive a new release.
    @Test(
        arguments: [
            (.invitationCode, "EnkWuWlvl1NyjPxgSL8ySPdPHe5-yXNl7AfpHmBrFO8"),
            (.oneTimeLink, "yi69eG1RludFwMOjuMq0MfbEJ2YBP9HGZ2NgNsW8158"),
            (.emailHash, "zx5V_GZoH88i1ksku_FQ-FpeaCkzq45udwPzXHlGiPY"),
            (.formToken, "d4_NAT530LrFpGUwiR3zGRjmDgacrjaYGamc7ukcW7E"),
            (.cursor, "n02i6mCBG5Jpa-5GLdxQ3GBN7qnrhJttab5xcwqzovE"),
            (.unsubscribe, "bsz5e83KMrlRGTz8wxvre754lZ_wdMv3MA_qEbHZI_I"),
        ] as [(DerivedSecret, String)])
    func `derivation never changes`(_ row: (purpose: DerivedSecret, secret: String)) throws {
        #expect(try Self.effects().derive(row.purpose, "text") == row.secret)
    }

    @Test func `what is sealed opens with the same secret and key, unchanged, and not otherwise`() throws {
        let one = try Self.effects(), same = try Self.effects(), other = Effects.live(key: ServerKey())
        let bytes = Array("200 \n{\"api_key\":\"ush_x\"}".utf8)
        let sealed = try one.seal(bytes, "a")
        #expect(same.unseal(sealed, "a") == bytes)
        #expect(one.unseal(sealed, "b") == nil)
        #expect(other.unseal(sealed, "a") == nil)
        #expect(try one.seal(bytes, "a") != sealed, "no nonce is used twice")
        var letters = Array(sealed)
        for index in [0, letters.count / 2, letters.count - 2] {
            letters = Array(sealed)
            letters[index] = letters[index] == "A" ? "B" : "A"
            #expect(one.unseal(String(letters), "a") == nil)
        }
        #expect(one.unseal("", "a") == nil && one.unseal("?", "a") == nil)
        #expect(try same.unseal(one.seal([], "a"), "a") == [])
    }
}
