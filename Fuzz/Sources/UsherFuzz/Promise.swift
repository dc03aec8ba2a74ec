import Foundation
import Glibc

/// Stops the process, so that libFuzzer keeps the input, when something does not hold.
func promise(
    _ holds: Bool, _ sentence: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) {
    if !holds { stop(sentence(), file, line) }
}

private func stop(_ sentence: String, _ file: StaticString, _ line: UInt) -> Never {
    let text = "BROKEN PROMISE at \(file):\(line): \(sentence)\n"
    write(STDERR_FILENO, text, text.utf8.count)
    abort()
}

/// The value of something that must not throw.
func promised<Value>(
    _ sentence: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line, _ work: () throws -> Value
) -> Value {
    do { return try work() } catch { stop("\(sentence()): \(error)", file, line) }
}

/// An input, taken apart: numbers from its beginning, texts from what is left.
struct Input {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var bytes: [UInt8] { Array(rest) }

    /// 0 when nothing is left.
    mutating func byte() -> Int { Int(rest.popFirst() ?? 0) }

    /// Up to the next byte 0xFF, which no UTF-8 has; what is not UTF-8 becomes U+FFFD.
    mutating func text() -> String {
        let end = rest.firstIndex(of: 0xFF) ?? rest.endIndex
        let text = String(decoding: rest[..<end], as: UTF8.self)
        rest = rest[end...].dropFirst()
        return text
    }

    mutating func texts(atMost count: Int) -> [String] {
        var texts: [String] = []
        while texts.count < count, !rest.isEmpty { texts.append(text()) }
        return texts
    }
}

extension StringProtocol {
    /// The same scalars: `==` takes two spellings of one character for equal.
    func isSame(as other: some StringProtocol) -> Bool { utf8.elementsEqual(other.utf8) }

    var isPrintableASCII: Bool { utf8.allSatisfy { (0x20...0x7E).contains($0) } }

    /// No control, no line end, no separator of lines or paragraphs.
    var isOneLine: Bool {
        unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
    }

    /// How often a text stands in it, byte for byte.
    func occurrences(of needle: String) -> Int {
        let hay = Data(utf8), needle = Data(needle.utf8)
        var count = 0, start = 0
        while let found = hay.range(of: needle, in: start..<hay.count) {
            count += 1
            start = found.lowerBound + 1
        }
        return count
    }
}
