/// Reads JSON as RFC 8259 has it and I-JSON (RFC 7493) narrows it: UTF-8 without a mark, no key twice, no lone
/// surrogate, numbers within double precision; beside that no NUL in texts, and at most 32 levels. Foundation's
/// decoder lets keys repeat and takes 512 levels, so that two readers could see two different bodies.
struct StrictJSON {
    static let maximumDepth = 32
    /// Digits, sign and exponent of a number; nothing that Usher reads needs more.
    private static let maximumNumberLength = 40
    /// Any whole number of so many characters is below 2^53.
    private static let exactNumberLength = 15

    private let bytes: [UInt8]
    private var index = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    static func parse(_ bytes: [UInt8]) throws(JSONProblem) -> JSONValue {
        var parser = StrictJSON(bytes)
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.index == bytes.count else { throw parser.problem(.trailingBytes) }
        return value
    }

    private func problem(_ kind: JSONProblem.Kind) -> JSONProblem { JSONProblem(kind: kind, offset: index) }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { index += 1 }
    }

    private mutating func value(depth: Int) throws(JSONProblem) -> JSONValue {
        skipSpace()
        guard let byte = current else { throw problem(.unexpectedEnd) }
        switch byte {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw problem(.unexpectedByte)
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONProblem) -> JSONValue {
        let matches = word.withUTF8Buffer { bytes[index...].starts(with: $0) }
        guard matches else { throw problem(.unexpectedByte) }
        index += word.utf8CodeUnitCount
        return value
    }

    // MARK: Containers

    private mutating func object(depth: Int) throws(JSONProblem) -> [String: JSONValue] {
        guard depth <= Self.maximumDepth else { throw problem(.tooDeep) }
        var members: [String: JSONValue] = [:]
        index += 1
        skipSpace()
        if take(UInt8(ascii: "}")) { return members }
        repeat {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw unexpected }
            let key = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw unexpected }
            guard members.updateValue(try value(depth: depth), forKey: key) == nil else {
                throw problem(.duplicateKey)
            }
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw unexpected }
        return members
    }

    private mutating func array(depth: Int) throws(JSONProblem) -> [JSONValue] {
        guard depth <= Self.maximumDepth else { throw problem(.tooDeep) }
        var elements: [JSONValue] = []
        index += 1
        skipSpace()
        if take(UInt8(ascii: "]")) { return elements }
        repeat {
            elements.append(try value(depth: depth))
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw unexpected }
        return elements
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        index += 1
        return true
    }

    private var unexpected: JSONProblem { problem(current == nil ? .unexpectedEnd : .unexpectedByte) }
}

// MARK: - Numbers

extension StrictJSON {
    private mutating func number() throws(JSONProblem) -> JSONValue {
        let start = index
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        var whole = true
        if take(UInt8(ascii: ".")) {
            whole = false
            try digits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            whole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        guard index - start <= Self.maximumNumberLength else { throw problem(.badNumber) }
        if whole, index - start <= Self.exactNumberLength { return .integer(integer(from: start)) }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        guard let double = Double(text), double.isFinite else { throw problem(.badNumber) }
        // I-JSON: an integer that a double can't hold exactly means something else to every other reader.
        guard abs(double) <= 9_007_199_254_740_991 else {
            if whole { throw problem(.badNumber) }
            return .fraction(double)
        }
        return Int(exactly: double).map { .integer($0) } ?? .fraction(double)
    }

    /// The whole number that ends here. It is short enough to be exact in a double, and in an integer.
    private func integer(from start: Int) -> Int {
        let isNegative = bytes[start] == UInt8(ascii: "-")
        var number = 0
        for digit in bytes[(isNegative ? start + 1 : start)..<index] {
            number = number * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return isNegative ? -number : number
    }

    private mutating func digits() throws(JSONProblem) {
        let start = index
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        guard index > start else { throw problem(.badNumber) }
    }
}

// MARK: - Texts

extension StrictJSON {
    private mutating func string() throws(JSONProblem) -> String {
        index += 1
        let start = index
        skipPlainText()
        if take(UInt8(ascii: "\"")) { return try validated(bytes[start..<(index - 1)]) }
        // Only a text with an escape has to be put together.
        var text = Array(bytes[start..<index])
        while let byte = current {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return try validated(text[...])
            case UInt8(ascii: "\\"): text.append(contentsOf: try escape())
            case 0..<0x20: throw problem(.badText)
            default:
                let start = index - 1
                skipPlainText()
                text += bytes[start..<index]
            }
        }
        throw problem(.unexpectedEnd)
    }

    private mutating func skipPlainText() {
        while let byte = current, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { index += 1 }
    }

    private func validated(_ text: ArraySlice<UInt8>) throws(JSONProblem) -> String {
        guard let string = String(validating: text, as: UTF8.self) else { throw problem(.badText) }
        return string
    }

    private mutating func escape() throws(JSONProblem) -> [UInt8] {
        guard let byte = current else { throw problem(.unexpectedEnd) }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(Character(try scalar())).utf8)
        default: throw problem(.badEscape)
        }
    }

    /// The scalar of `\uXXXX`, or of a pair of surrogates.
    private mutating func scalar() throws(JSONProblem) -> Unicode.Scalar {
        var value = try hexDigits()
        if (0xD800..<0xDC00).contains(value) {
            guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw problem(.badEscape) }
            let low = try hexDigits()
            guard (0xDC00..<0xE000).contains(low) else { throw problem(.badEscape) }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard value != 0, let scalar = Unicode.Scalar(value) else { throw problem(.badEscape) }
        return scalar
    }

    private mutating func hexDigits() throws(JSONProblem) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = current.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
                throw problem(.badEscape)
            }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }
}
