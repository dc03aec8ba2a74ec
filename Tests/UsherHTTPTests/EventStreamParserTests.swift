import Testing
import UsherClient

/// Server-sent events as WHATWG HTML has them, however a network cuts them.
@Suite struct EventStreamParserTests {
    private typealias Event = EventStreamParser.Event

    /// Every rule once: a byte order mark, each line end, comments, several lines of data, empty and unknown fields, an id
    /// with a NUL, numbers that are none, bytes that are no UTF-8, and an event that no blank line ends.
    private static let stream: [UInt8] =
        [0xEF, 0xBB, 0xBF]
        + Array(
            """
            : hello\r\nretry: 1500\revent: progress\nid: 7\r\ndata: Grüße\rdata:  漢字 🎉\ndata\r\n\r\
            id: a\0b\ndata: two: colons\n\nevent: nothing\n\n:\nunknown: x\ndata: {"a":1}\r\rretry: 12x\nretry\n
            """.utf8)
        + Array("data: broken ".utf8) + [0xFF, 0xC3] + Array(" bytes\n\ndata: never ended\n".utf8)

    private static let events = [
        EventStreamParser.Event(type: "progress", data: "Grüße\n 漢字 🎉\n"),
        EventStreamParser.Event(type: "message", data: "two: colons"),
        EventStreamParser.Event(type: "message", data: #"{"a":1}"#),
        EventStreamParser.Event(type: "message", data: "broken \u{FFFD}\u{FFFD} bytes"),
    ]

    private func read(_ chunks: [[UInt8]], _ parser: inout EventStreamParser) throws -> [Event] {
        var found: [Event] = []
        for chunk in chunks {
            parser.append(chunk)
            while let event = try parser.next() { found.append(event) }
        }
        return found
    }

    private func expectAll(_ chunks: [[UInt8]], _ comment: Comment) throws {
        var parser = EventStreamParser()
        #expect(try read(chunks, &parser) == Self.events, comment)
        #expect(parser.lastEventID == "7", comment)
        #expect(parser.reconnectionTime == .milliseconds(1500), comment)
    }

    @Test func `INV-29 a stream says the same in one piece, in single bytes, and cut at any place`() throws {
        let all = Self.stream
        try expectAll([all], "in one")
        try expectAll(all.map { [$0] }, "byte by byte")
        try expectAll(all.flatMap { [[], [$0], []] }, "with nothing between")
        for place in 0...all.count { try expectAll([Array(all[..<place]), Array(all[place...])], "cut at \(place)") }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            var chunks: [[UInt8]] = [], rest = all[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...min(9, rest.count), using: &random)
                chunks.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            try expectAll(chunks, "\(chunks.map(\.count))")
        }
    }

    @Test func `an event is there with its blank line, before the next byte comes`() throws {
        var parser = EventStreamParser()
        #expect(try read([Array("data: a\r\r".utf8)], &parser).map(\.data) == ["a"])
        #expect(try read([Array("\ndata: b\r\n\r".utf8)], &parser).map(\.data) == ["b"])
        #expect(try read([Array("\ndata: c\n".utf8), [0x0A]], &parser).map(\.data) == ["c"])
    }

    @Test func `what has no end is given up, and what ends may go on for ever`() throws {
        let endless = ["data: ", ": ", "x"]
        for start in endless {
            var parser = EventStreamParser(limit: 64)
            #expect(throws: EventStreamParser.TooLong.self) {
                try read([Array((start + String(repeating: "y", count: 80)).utf8)], &parser)
            }
        }
        var lines = EventStreamParser(limit: 64)
        #expect(throws: EventStreamParser.TooLong.self) {
            try read((0..<80).map { _ in Array("data: z\n".utf8) }, &lines)
        }
        var many = EventStreamParser(limit: 64)
        let small = Array("data: z\n\n: still here\n\n".utf8)
        #expect(try read((0..<10_000).map { _ in small }, &many).count == 10_000)
    }

    @Test func `after a break the half event is forgotten, and the id and the pause are not`() throws {
        var parser = EventStreamParser()
        #expect(try read([Array("retry: 5\nid: 3\ndata: a\n\nid: 4\nevent: x\ndata: ha".utf8)], &parser).count == 1)
        #expect(parser.lastEventID == "3", "an event that never ended has no id")
        parser.restart()
        #expect(parser.lastEventID == "3" && parser.reconnectionTime == .milliseconds(5))
        let after = try read([[0xEF, 0xBB, 0xBF] + Array("data: b\n\n".utf8)], &parser)
        #expect(after == [Event(type: "message", data: "b")])
    }

    @Test func `a pause is a number without sign, however long`() throws {
        let cases: [(String, Duration?)] = [
            ("0", .zero), ("007", .milliseconds(7)), ("99999999999999999999", .seconds(86_400)), ("-1", nil),
            ("+1", nil), ("1.5", nil), ("", nil), ("１", nil),
        ]
        for (text, expected) in cases {
            var parser = EventStreamParser()
            _ = try read([Array("retry:\(text)\n".utf8)], &parser)
            #expect(parser.reconnectionTime == expected, "\(text)")
        }
    }
}
