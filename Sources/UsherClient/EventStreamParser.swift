/// Reads server-sent events (WHATWG HTML section 9.2.6): bytes in, however they are cut; events out, one at a time.
///
/// It holds the bytes that were put in last and the event that is under way, of so many bytes at most.
package struct EventStreamParser {
    /// What a blank line ended.
    package struct Event: Equatable, Sendable {
        /// `message` unless the stream named another.
        package let type: String
        /// Its lines, with a line feed between two.
        package let data: String

        package init(type: String, data: String) {
            self.type = type
            self.data = data
        }
    }

    /// A line, or the data of an event, is longer than this reader keeps.
    package struct TooLong: Error, Equatable {}

    /// Of the last event, or of one before it; empty: none had one.
    package private(set) var lastEventID = ""
    /// How long to wait before coming back, as the stream said last, whatever it said.
    package private(set) var reconnectionTime: Duration?

    private static let (lineFeed, carriageReturn, colon) = (UInt8(0x0A), UInt8(0x0D), UInt8(0x3A))
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private let limit: Int
    private var input: ArraySlice<UInt8> = []
    private var line: [UInt8] = []
    private var isAtStart = true
    /// A line feed that comes now belongs to the line end before it.
    private var isAfterReturn = false
    private var id = ""
    private var type = ""
    /// Nil: no line of data came, so a blank line ends nothing.
    private var data: String?

    /// - Parameter limit: bytes of a line with the data before it.
    package init(limit: Int = 1 << 20) { self.limit = limit }

    /// A new connection: what was under way is forgotten, what was learned is not.
    package mutating func restart() {
        let learned = (lastEventID, reconnectionTime)
        self = EventStreamParser(limit: limit)
        (lastEventID, reconnectionTime) = learned
    }

    /// Ask for events until there is none before more is put in.
    package mutating func append(_ bytes: [UInt8]) {
        if input.isEmpty { input = bytes[...] } else { input += bytes }
    }

    /// The next event that is complete; nil: none is.
    package mutating func next() throws(TooLong) -> Event? {
        while let line = try nextLine() {
            if let event = read(line[...]) { return event }
        }
        return nil
    }

    /// Lines end with a carriage return, a line feed, or both; the second byte of both may come much later.
    private mutating func nextLine() throws(TooLong) -> [UInt8]? {
        if isAfterReturn, let first = input.first {
            if first == Self.lineFeed { input = input.dropFirst() }
            isAfterReturn = false
        }
        let end = input.firstIndex { $0 == Self.lineFeed || $0 == Self.carriageReturn }
        line += input[..<(end ?? input.endIndex)]
        guard line.count + (data?.utf8.count ?? 0) <= limit else { throw TooLong() }
        guard let end else {
            input = []
            return nil
        }
        isAfterReturn = input[end] == Self.carriageReturn
        input = input[(end + 1)...]
        defer { line = [] }
        guard isAtStart else { return line }
        isAtStart = false
        return line.starts(with: Self.byteOrderMark) ? Array(line.dropFirst(Self.byteOrderMark.count)) : line
    }

    private mutating func read(_ line: ArraySlice<UInt8>) -> Event? {
        guard let first = line.first else { return dispatch() }
        guard first != Self.colon else { return nil }
        let end = line.firstIndex(of: Self.colon) ?? line.endIndex
        var value = line[end...].dropFirst()
        if value.first == 0x20 { value = value.dropFirst() }
        take(String(decoding: line[..<end], as: UTF8.self), String(decoding: value, as: UTF8.self))
        return nil
    }

    private mutating func take(_ name: String, _ value: String) {
        switch name {
        case "event": type = value
        case "data": data = data.map { "\($0)\n\(value)" } ?? value
        case "id": if !value.utf8.contains(0) { id = value }
        case "retry":
            guard !value.isEmpty, value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return }
            // Beyond a day it is all the same.
            reconnectionTime = .milliseconds(min(Int64(value) ?? .max, 86_400_000))
        default: break
        }
    }

    private mutating func dispatch() -> Event? {
        lastEventID = id
        defer { (type, data) = ("", nil) }
        return data.map { Event(type: type.isEmpty ? "message" : type, data: $0) }
    }
}
