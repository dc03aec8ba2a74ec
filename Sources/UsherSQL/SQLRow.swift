/// One row of an answer, by position.
package struct SQLRow: Hashable, Sendable {
    package let values: [SQLValue]

    package init(_ values: [SQLValue]) { self.values = values }

    /// Reads the columns from left to right.
    package var columns: SQLColumns { SQLColumns(row: self) }
}

/// Reads a row from left to right, in the order of its select list.
package struct SQLColumns {
    private let row: SQLRow
    private var index = 0

    fileprivate init(row: SQLRow) { self.row = row }

    /// The next column, which must hold a value.
    package mutating func next<Value: SQLReadable>(_ type: Value.Type = Value.self) throws -> Value {
        guard let value = try nextIfAny(type) else { throw UnreadableRow(column: index - 1, type: "\(type)") }
        return value
    }

    /// The next column; nil when it is NULL.
    package mutating func nextIfAny<Value: SQLReadable>(_ type: Value.Type = Value.self) throws -> Value? {
        guard index < row.values.count else { throw UnreadableRow(column: index, type: "\(type)") }
        let stored = row.values[index]
        index += 1
        if stored == .null { return nil }
        guard let value = Value(sqlValue: stored) else { throw UnreadableRow(column: index - 1, type: "\(type)") }
        return value
    }
}

/// A column held what no statement of this program writes: a fault, of the file or of the program. It names the place
/// and never the value.
package struct UnreadableRow: Error, CustomStringConvertible {
    package let column: Int
    package let type: String

    package var description: String { "column \(column) of a row is no \(type)" }
}
