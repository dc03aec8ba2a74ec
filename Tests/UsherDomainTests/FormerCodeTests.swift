import Testing
import UsherDomain

/// Codes that other systems made.
@Suite struct FormerCodeTests {
    @Test(arguments: [
        // As WorkOS, Auth0 and Clerk make them, by letters and length.
        "Q7rT2mXbN4vK9sLpW3dZ8cYhJ", "g81eXXZa7hAHjjyDu9Ib1uyClMHOdBZs",
        "eyJhbGciOiJSUzI1NiJ9.eyJzaWQiOiJpbnYifQ.Zx0aB3cD4eF5gH6iJ7kL8mN9oP0qR1sT2uV3wX4yZ",
        "9f86d081884c7d659a2feaa0c55ad015", "9F86D081884C7D659A2FEAA0C55AD015", "k3j9x0q2m8v5c7b1n4z6l0p2s4d",
        "0123456789012345678901234567890123456789",
    ])
    func `INV-29 what cannot be guessed is a code`(_ text: String) {
        #expect(FormerCode.isWellFormed(text))
        #expect(InvitationCode.isWellFormed(text))
    }

    @Test(arguments: [
        "", "secret", "12345678", "Q7rT2mXbN4vK9sLpW3d", "9f86d081884c7d659a2feaa0c55ad01",
        // Names, and no secrets.
        "0190a5a0-0000-7000-8000-000000000001", "f47ac10b-58cc-4372-a567-0e02b2c3d479",
        String(repeating: "a", count: 60), String(repeating: "ab", count: 40),
        // Nothing, or little, is signed.
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbnlib2R5QGV4YW1wbGUuY29tIn0.", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.short",
        // No letters of a link or a cookie.
        "Q7rT2mXbN4vK9sLpW3dZ8cYhJ;x=1", "Q7rT2mXbN4vK9sLpW3d Z8cYhJ", "Q7rT2mXbN4vK9sLpW3dZ8cYhJ\r\nX",
        "Q7rT2mXbN4vK9sLpW3dZ8cYhJé", String(repeating: "Q7rT2mXbN4vK9sLpW3dZ8cYhJ", count: 100),
    ])
    func `INV-29 what is short, a name or unsigned is none`(_ text: String) {
        #expect(!FormerCode.isWellFormed(text))
        #expect(!InvitationCode.isWellFormed(text))
    }
}
