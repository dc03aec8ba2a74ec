public import FoundationEssentials

/// A moment on the wire: RFC 3339 in UTC, with milliseconds and `Z`.
public struct APITime: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public let milliseconds: Int64

    /// - Parameter milliseconds: since 1970-01-01T00:00:00Z.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Cuts what is finer than a millisecond.
    public init(_ date: Date) { milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded(.down)) }

    /// The same moment for Foundation.
    public var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

    /// The wire form: `2026-01-31T12:00:00.000Z`.
    public var text: String {
        // A fifth of a millisecond more, so that none is lost on the way through a binary fraction.
        Self.style.format(Date(timeIntervalSince1970: Double(milliseconds) / 1000 + 0.0002))
    }

    private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    /// Reads RFC 3339 with any offset, with or without a fraction; nil when it is not that.
    public init?(parsing text: String) {
        guard text.utf8.count <= 40 else { return nil }
        let seconds = Date.ISO8601FormatStyle()
        let fractions = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        guard let date = (try? fractions.parse(text)) ?? (try? seconds.parse(text)) else { return nil }
        milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded())
    }

    /// Earlier comes first.
    public static func < (left: APITime, right: APITime) -> Bool { left.milliseconds < right.milliseconds }
}

extension APITime: Codable {
    /// Reads the wire form.
    /// - Throws: `DecodingError.dataCorrupted` when the text is no RFC 3339 time.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let time = APITime(parsing: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 time")
        }
        self = time
    }

    /// Writes the wire form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
