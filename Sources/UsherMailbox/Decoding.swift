/// Quoted-printable (RFC 2045 section 6.7).
enum QuotedPrintableText {
    static func decode(_ text: String) -> String {
        String(decoding: bytes(Array(text.utf8), underscoreIsSpace: false), as: UTF8.self)
    }

    /// - Parameter underscoreIsSpace: the `Q` of encoded words (RFC 2047 section 4.2).
    static func bytes(_ input: [UInt8], underscoreIsSpace: Bool) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(input.count)
        var index = 0
        while index < input.count {
            let byte = input[index]
            if byte == UInt8(ascii: "="), let (decoded, length) = escape(input[index...]) {
                if let decoded { output.append(decoded) }
                index += length
                continue
            }
            output.append(byte == UInt8(ascii: "_") && underscoreIsSpace ? UInt8(ascii: " ") : byte)
            index += 1
        }
        return output
    }

    /// `=XX`, or the soft line break, which stands for nothing; and its length.
    private static func escape(_ rest: ArraySlice<UInt8>) -> (UInt8?, Int)? {
        let bytes = Array(rest.prefix(3))
        if bytes.count >= 2, bytes[1] == UInt8(ascii: "\n") { return (nil, 2) }
        guard bytes.count == 3, let high = bytes[1].hexValue, let low = bytes[2].hexValue else { return nil }
        return (high << 4 | low, 3)
    }
}

/// Encoded words in headers (RFC 2047), UTF-8 only, which is all that Usher writes.
enum EncodedWords {
    static func decode(_ text: String) -> String {
        var result = ""
        var pending: [UInt8] = []
        var gap = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if let bytes = bytes(of: word) {
                // White space between two encoded words is not part of the text (section 6.2), and a character may
                // be cut in two by it.
                if pending.isEmpty { result += gap }
                pending += bytes
            } else {
                result += String(decoding: pending, as: UTF8.self) + gap + word
                pending = []
            }
            gap = " "
        }
        return result + String(decoding: pending, as: UTF8.self)
    }

    private static func bytes(of word: Substring) -> [UInt8]? {
        guard word.hasPrefix("=?"), word.hasSuffix("?=") else { return nil }
        let parts = word.split(separator: "?", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[1].lowercased() == "utf-8" else { return nil }
        return switch parts[2].lowercased() {
        case "q": QuotedPrintableText.bytes(Array(parts[3].utf8), underscoreIsSpace: true)
        case "b": Base64Text.decode(String(parts[3]))
        default: nil
        }
    }
}

/// Base64 (RFC 4648 section 4), white space ignored.
enum Base64Text {
    static func decode(_ text: String) -> [UInt8]? {
        var output: [UInt8] = []
        var bits: UInt32 = 0
        var count: UInt32 = 0
        for byte in text.utf8 where byte != UInt8(ascii: "\n") && byte != UInt8(ascii: " ") {
            if byte == UInt8(ascii: "=") { break }
            guard let value = value(of: byte) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                output.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return output
    }

    private static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}

extension UInt8 {
    fileprivate var hexValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
