/// One statement and what is bound to it. Text can only be written in the source; a value can only be bound.
///
/// Each value gets the number of its place, `$1, $2 …`, once: PostgreSQL binds by that number, SQLite takes it for a
/// name, and both then mean the same (docs/decisions/0005-one-sql-text.md).
package struct SQLQuery: Hashable, Sendable {
    package private(set) var text: String
    package private(set) var binds: [SQLValue]

    /// Adds a fragment, whose values get the numbers that follow.
    package mutating func append(_ fragment: SQLQuery) {
        var number = binds.count
        binds += fragment.binds
        guard number > 0, !fragment.binds.isEmpty else {
            text += fragment.text
            return
        }
        // Its own numbers stand in order.
        var rest = fragment.text.utf8[...]
        while let sign = rest.firstIndex(of: UInt8(ascii: "$")) {
            number += 1
            text += String(Substring(rest[..<sign]))
            text += "$\(number)"
            rest = rest[sign...].dropFirst().drop { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        }
        text += String(Substring(rest))
    }

    package static func + (left: SQLQuery, right: SQLQuery) -> SQLQuery {
        var sum = left
        sum.append(right)
        return sum
    }
}

extension Int {
    fileprivate var isPowerOfTwo: Bool { self & (self - 1) == 0 }
}

extension SQLQuery: ExpressibleByStringInterpolation {
    package init(stringLiteral text: String) {
        assert(!text.utf8.contains(UInt8(ascii: "$")), "a number written by hand")
        self.text = text
        binds = []
    }

    package init(stringInterpolation built: StringInterpolation) { self = built.query }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var query: SQLQuery = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            query.text.reserveCapacity(literalCapacity + 3 * interpolationCount)
            query.binds.reserveCapacity(interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) {
            assert(!literal.utf8.contains(UInt8(ascii: "$")), "a number written by hand")
            query.text += literal
        }

        /// Binds a value.
        package mutating func appendInterpolation(_ value: some SQLBindable) {
            query.binds.append(value.sqlValue)
            query.text += "$\(query.binds.count)"
        }

        /// Binds a value, or NULL.
        package mutating func appendInterpolation(_ value: (some SQLBindable)?) {
            appendInterpolation(value?.sqlValue ?? .null)
        }

        /// Binds each value, for a list. No value at all gives `NULL`, which is in no list.
        package mutating func appendInterpolation(_ values: [some SQLBindable]) {
            guard !values.isEmpty else { return query.text += "NULL" }
            for (index, value) in values.enumerated() {
                if index > 0 { query.text += ", " }
                appendInterpolation(value)
            }
        }

        /// Binds each value, for `IN (…)` of many. The last one is repeated until there are 2, 4, 8 … of them: each text
        /// is prepared once, so there must be few.
        package mutating func appendInterpolation(anyOf values: [some SQLBindable]) {
            var filled = values.map(\.sqlValue)
            while let last = filled.last, !filled.count.isPowerOfTwo { filled.append(last) }
            appendInterpolation(filled)
        }

        /// Adds another piece of a statement with what is bound to it.
        package mutating func appendInterpolation(_ fragment: SQLQuery) { query.append(fragment) }
    }
}
