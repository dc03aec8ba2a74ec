/// A credential of an organization, or of a user, for programs. Shown once; only its SHA-256 is stored.
package struct APIKey: Equatable, Sendable {
    package enum Holder: Equatable, Sendable {
        /// The organization itself: acts with the key's role.
        case organization(ID<Organization>)
        /// A person: acts with the lower of the key's role and the membership's, in any of their organizations.
        case user(ID<User>)
    }

    package let id: ID<APIKey>
    package let holder: Holder
    package var name: DisplayName
    package var role: Role
    /// Beside the role 0, of an organization's key only.
    package var customRole: AssignedRole?
    package var scopes: Scopes?
    package let createdAt: Timestamp
    package var updatedAt: Timestamp
    package var expiresAt: Timestamp?
    package var lastUsedAt: Timestamp?

    package init(
        id: ID<APIKey>, holder: Holder, name: DisplayName, role: Role, customRole: AssignedRole? = nil,
        scopes: Scopes?, createdAt: Timestamp, updatedAt: Timestamp, expiresAt: Timestamp?,
        lastUsedAt: Timestamp? = nil
    ) {
        self.id = id
        self.holder = holder
        self.name = name
        self.role = role
        self.customRole = customRole
        self.scopes = scopes
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.expiresAt = expiresAt
        self.lastUsedAt = lastUsedAt
    }
}

/// The text of a key: `ush_`, 43 characters of base64url (256 bit), 6 of checksum (CRC-32, base 62). The checksum
/// lets a mistyped or invented key be refused without the database, and lets scanners find leaked ones.
package enum APIKeyText {
    package static let prefix = "ush_"
    private static let randomLength = 43
    private static let checksumLength = 6

    /// Builds the text from 43 base64url characters of randomness.
    package static func make(random: String) -> String { prefix + random + checksum(of: random) }

    package static func isWellFormed(_ text: String) -> Bool {
        guard text.hasPrefix(prefix), text.utf8.count == prefix.utf8.count + randomLength + checksumLength else {
            return false
        }
        let rest = text.dropFirst(prefix.count)
        let random = String(rest.prefix(randomLength))
        return random.utf8.allSatisfy(\.isBase64URL) && rest.suffix(checksumLength) == checksum(of: random)
    }

    private static func checksum(of text: String) -> String {
        let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
        var rest = crc32(text.utf8)
        var digits: [Character] = []
        for _ in 0..<checksumLength {
            digits.append(alphabet[Int(rest % 62)])
            rest /= 62
        }
        return String(digits.reversed())
    }

    /// CRC-32 as in ISO 3309 and zlib.
    private static func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 {
                let carry = crc & 1 == 1
                crc >>= 1
                if carry { crc ^= 0xEDB8_8320 }
            }
        }
        return ~crc
    }
}

extension UInt8 {
    /// Whether it may stand in base64url text (RFC 4648 section 5).
    package var isBase64URL: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

/// The secret in an invitation's link, a session's cookie or a reset link: 256 bit, base64url without padding.
package enum SecretText {
    package static let length = 43

    /// Exactly one encoding of each secret is accepted: 43 characters, and no stray bits in the last.
    package static func isWellFormed(_ text: String) -> Bool {
        text.utf8.count == length && text.utf8.allSatisfy(\.isBase64URL)
            && text.last.map { "AEIMQUYcgkosw048".contains($0) } == true
    }
}
