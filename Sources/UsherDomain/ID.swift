/// An identifier that cannot be mistaken for another kind's: a UUID (RFC 9562) in lower case, text form.
package struct ID<Kind>: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: String

    /// Takes the text as it is: for values that Usher made itself.
    package init(rawValue: String) { self.rawValue = rawValue }

    /// Reads a UUID that came from outside, in either case; nil when it is not one.
    package init?(parsing text: some StringProtocol) {
        let lower = text.lowercased()
        let bytes = Array(lower.utf8)
        guard bytes.count == 36 else { return nil }
        for (index, byte) in bytes.enumerated() {
            switch index {
            case 8, 13, 18, 23: guard byte == UInt8(ascii: "-") else { return nil }
            default: guard byte.isLowerHexDigit else { return nil }
            }
        }
        rawValue = lower
    }

    package var description: String { rawValue }
}

extension UInt8 {
    fileprivate var isLowerHexDigit: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self)
    }
}
