/// One statement and what is bound to it. Text can only be written in the source; a value can only be bound.
///
/// Each value gets the number of its place, `$1, $2 …`, once: PostgreSQL binds by that number, SQLite takes it for a
/// name, and both then mean the same (docs/decisions/0005-one-sql-text.md).
package struct SQLQuery: Hashable, Sendable {
    package private(set) var text: String
    package private(set) var binds: [SQLValue]

    /// Adds a fragment, whose values get the numbers that follow.
    package mutating func append(_ fragment: SQLQuery) {
        let offset = binds.count
        binds += fragment.binds
        guard offset > 0, !fragment.binds.isEmpty else {
            text += fragment.text
            return
        }
        let pieces = fragment.text.split(separator: "$", omittingEmptySubsequences: false)
        text += pieces[0]
        for piece in pieces.dropFirst() {
            let digits = piece.prefix { $0.isASCII && $0.isNumber }
            text += Int(digits).map { "$\($0 + offset)" } ?? "$\(digits)"
            text += piece.dropFirst(digits.count)
        }
    }

    package static func + (left: SQLQuery, right: SQLQuery) -> SQLQuery {
        var sum = left
        sum.append(right)
        return sum
    }
}

extension SQLQuery: ExpressibleByStringInterpolation {
    package init(stringLiteral text: String) {
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

        /// Binds each value, for `IN (…)`. No value at all gives `NULL`, which is in no list. The last one is repeated
        /// until there are 2, 4, 8 … of them: each text is prepared once, so there must be few.
        package mutating func appendInterpolation(_ values: [some SQLBindable]) {
            guard let last = values.last else { return query.text += "NULL" }
            var size = 1
            while size < values.count { size *= 2 }
            for index in 0..<size {
                if index > 0 { query.text += ", " }
                appendInterpolation(index < values.count ? values[index] : last)
            }
        }

        /// Adds another piece of a statement with what is bound to it.
        package mutating func appendInterpolation(_ fragment: SQLQuery) { query.append(fragment) }
    }
}
