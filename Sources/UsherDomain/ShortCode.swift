/// The code of 40 bits that stands beside the link in an invitation's letter, for who cannot follow the link: eight
/// characters of Crockford's base 32, which has no I, L, O and U. It proves nothing without the invited address, and
/// wrong tries are few (docs/decisions/0019-short-code.md).
package struct ShortCode: Equatable, Sendable {
    /// Eight characters, without the hyphen.
    package let text: String

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    package static let length = 8
    /// How often an address and a code that do not belong together may be tried, per address.
    package static let tries = Quota(.shortCode, 5, per: .hours(1))

    /// The first 40 bits of a derived secret (base64url).
    package init(of secret: String) {
        var bits: UInt64 = 0
        var count = 0
        for byte in secret.utf8 where count < 42 {
            bits = bits << 6 | UInt64(Self.sixBits(byte))
            count += 6
        }
        bits >>= 2
        text = String((0..<Self.length).map { Self.alphabet[Int(bits >> (35 - 5 * UInt64($0)) & 31)] })
    }

    /// What somebody typed: in either case, with or without hyphen and spaces, and with the letters that are easily
    /// taken for digits. Nil: it cannot be a code.
    package init?(typed: String) {
        var code = ""
        for character in typed.prefix(64).uppercased() {
            switch character {
            case "-", " ", "\u{2010}", "\u{2011}", "\u{2013}", "\u{A0}": continue
            case "O": code.append("0")
            case "I", "L": code.append("1")
            default:
                guard Self.alphabet.contains(character) else { return nil }
                code.append(character)
            }
        }
        guard code.count == Self.length else { return nil }
        text = code
    }

    /// As it stands in letters: `XXXX-XXXX`.
    package var shown: String { "\(text.prefix(4))-\(text.suffix(4))" }

    private static func sixBits(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "-"): 62
        default: 63
        }
    }
}
