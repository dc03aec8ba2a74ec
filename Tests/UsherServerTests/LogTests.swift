import Foundation
import Logging
import Synchronization
import Testing
import UsherDomain

@testable import UsherServer

/// Collects lines.
private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

private func logger(_ style: LineLogHandler.Style, _ lines: Lines) -> Logger {
    Logger(label: "test") { label in
        LineLogHandler(
            label: label, style: style, level: .info, now: { Timestamp(milliseconds: 951_782_400_123) },
            write: { lines.add($0) })
    }
}

/// VAL-22.
@Suite struct LogTests {
    @Test func `what is hostile stays inside one JSON line`() throws {
        let lines = Lines()
        let hostile = "a\nb\r\u{1B}[31m\u{2028}\u{202E}\"\\\u{0}\(String(repeating: "x", count: 1_000_000))"
        logger(.json, lines).info("handled", metadata: ["agent": "\(hostile)", "message": "forged"])
        let line = try #require(lines.all.first)
        #expect(lines.all.count == 1)
        #expect(line.utf8.count < 3000)
        #expect(
            line.dropLast().unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E && $0.value != 0x2028 })
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
        #expect(object["agent"]?.hasPrefix("a\nb\r\u{1B}[31m") == true)
        #expect(object["message"] == "handled")
        #expect(object["_message"] == "forged")
        #expect(object["time"] == "2000-02-29T00:00:00.123Z")
    }

    @Test func `people read one line too`() {
        let lines = Lines()
        logger(.human, lines).warning("two\nlines", metadata: ["a": "x y", "b": "plain", "c": "e\u{1B}[2J"])
        #expect(
            lines.all == [
                "2000-02-29T00:00:00.123Z warning two\\nlines a=\"x y\" b=plain c=\"e\\u001b[2J\"\n"
            ])
    }

    @Test func `a secret cannot be logged`() {
        let lines = Lines()
        logger(.json, lines).info("x", metadata: ["key": "\(Secret("hunter2"))"])
        #expect(lines.all.first?.contains("hunter2") == false)
    }
}
