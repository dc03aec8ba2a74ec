/// Encodings of secrets as text, without padding and without a detour through Foundation: they run on each request.
enum TextEncoding {
    private static let base64 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let base64URL = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let base64Values = values(of: base64)
    private static let base64URLValues = values(of: base64URL)
    private static let hexDigits = Array("0123456789abcdef".utf8)

    /// For each byte what it stands for; 64 for none.
    private static func values(of alphabet: [UInt8]) -> [UInt8] {
        alphabet.enumerated().reduce(into: Array(repeating: 64, count: 256)) { $0[Int($1.element)] = UInt8($1.offset) }
    }

    /// RFC 4648 section 4, as PHC strings have it.
    static func base64(_ bytes: some Collection<UInt8>) -> String { encode(bytes, with: base64) }

    /// RFC 4648 section 5.
    static func base64URL(_ bytes: some Collection<UInt8>) -> String { encode(bytes, with: base64URL) }

    /// Lower case.
    static func hex(_ bytes: some Collection<UInt8>) -> String {
        String(unsafeUninitializedCapacity: bytes.count * 2) { buffer in
            var end = 0
            for byte in bytes {
                buffer[end] = hexDigits[Int(byte >> 4)]
                buffer[end + 1] = hexDigits[Int(byte & 15)]
                end += 2
            }
            return end
        }
    }

    private static func encode(_ bytes: some Collection<UInt8>, with alphabet: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: (bytes.count * 4 + 2) / 3) { buffer in
            var end = 0, bits: UInt32 = 0, pending = 0
            for byte in bytes {
                bits = bits << 8 | UInt32(byte)
                pending += 8
                while pending >= 6 {
                    pending -= 6
                    buffer[end] = alphabet[Int(bits >> UInt32(pending) & 63)]
                    end += 1
                }
            }
            if pending > 0 {
                buffer[end] = alphabet[Int(bits << UInt32(6 - pending) & 63)]
                end += 1
            }
            return end
        }
    }

    /// Nil when a character is foreign, or the last one has stray bits: each value has one spelling.
    static func decodeBase64(_ text: some StringProtocol, url: Bool = false) -> [UInt8]? {
        let values = url ? base64URLValues : base64Values
        var bytes: [UInt8] = [], bits: UInt32 = 0, pending = 0
        for character in text.utf8 {
            let value = values[Int(character)]
            guard value < 64 else { return nil }
            bits = bits << 6 | UInt32(value)
            pending += 6
            if pending >= 8 {
                pending -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(pending)))
                bits &= (1 << UInt32(pending)) - 1
            }
        }
        return pending < 6 && bits == 0 ? bytes : nil
    }

    /// Either case; nil when it is not hexadecimal.
    static func decodeHex(_ text: some StringProtocol) -> [UInt8]? {
        let digits = text.utf8.map { hexDigits.firstIndex(of: $0 | ($0 > 0x40 ? 0x20 : 0)) }
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }
}
