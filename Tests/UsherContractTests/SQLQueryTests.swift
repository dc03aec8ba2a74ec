import Testing
import UsherSQL

/// Text can only be written, values can only be bound.
@Suite struct SQLQueryTests {
    @Test func `each value gets the next number`() {
        let query: SQLQuery = "SELECT \("a"), \(2), \(nil as String?)"
        #expect(query.text == "SELECT $1, $2, $3")
        #expect(query.binds == [.text("a"), .integer(2), .null])
    }

    @Test func `a hostile value stays a value`() {
        let query: SQLQuery = "SELECT \("'; DROP TABLE users; --")"
        #expect(query.text == "SELECT $1")
    }

    @Test func `a list becomes as many numbers, and an empty one NULL`() {
        #expect(("IN (\([1, 2, 3]))" as SQLQuery).text == "IN ($1, $2, $3)")
        let filled: SQLQuery = "IN (\(anyOf: [1, 2, 3]))"
        #expect(filled.text == "IN ($1, $2, $3, $4)")
        #expect(filled.binds == [.integer(1), .integer(2), .integer(3), .integer(3)])
        #expect(("IN (\(anyOf: [1, 2]))" as SQLQuery).text == "IN ($1, $2)")
        #expect(("IN (\(anyOf: [] as [Int]))" as SQLQuery).text == "IN (NULL)")
        #expect(("IN (\([] as [Int]))" as SQLQuery).text == "IN (NULL)")
    }

    @Test func `a fragment's numbers go on from where it is put`() {
        let inner: SQLQuery = "b = \(2) AND c IN (\([3, 4]))"
        var query: SQLQuery = "a = \(1) AND (\(inner)) AND d = \(5)"
        query.append(" AND e = \(6)")
        #expect(query.text == "a = $1 AND (b = $2 AND c IN ($3, $4)) AND d = $5 AND e = $6")
        #expect(query.binds == (1...6).map { .integer($0) })
    }

    @Test func `numbers beyond nine are moved whole`() {
        let many: SQLQuery = "(\(Array(1...11)))"
        #expect((("x = \(0) AND " as SQLQuery) + many).text.hasSuffix("$10, $11, $12)"))
    }
}
