import SwiftCSV

/// A table as people keep one: a header row, and rows of cells. Lines end in CRLF, LF or CR, cells are parted by comma,
/// semicolon or tab, and a quoted cell may hold all of these (RFC 4180, and what spreadsheets make of it).
package struct CSVTable: Sendable {
    /// Names of the columns, without white space around them; no two are alike, in whatever case, but for empty ones.
    package let header: [String]
    /// Each as wide as the header at least; lines without any text are left out.
    package let rows: [[String]]

    /// Why bytes are no such table.
    package enum Problem: Equatable, Error, Sendable {
        case notUTF8
        /// It holds characters that no text has: NUL.
        case notText
        case empty
        case tooManyColumns
        case tooManyRows
        /// A quote is opened and never closed.
        case openQuote
        /// Text stands behind a closed quote.
        case badQuote
        case doubledColumn(String)
    }

    package static let maximumColumns = 64
    /// So many cells a row, on average, have room for a comma in every sentence of a message.
    private static let cellsForRow = 100

    /// - Parameter maximumRows: more of them are refused.
    package init(_ bytes: [UInt8], maximumRows: Int) throws(Problem) {
        guard !bytes.contains(0) else { throw .notText }
        guard var text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        // What spreadsheets put before UTF-8.
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        guard text.count(where: { $0 == "\"" }).isMultiple(of: 2) else { throw .openQuote }
        let delimiter = Self.delimiter(of: text)
        // A row of commas alone would take more memory than it has bytes.
        let mark = delimiter.rawValue.asciiValue ?? 0
        guard bytes.count(where: { $0 == mark }) <= maximumRows * Self.cellsForRow else { throw .tooManyColumns }
        let parsed = try Self.parse(text, delimiter, maximumRows: maximumRows)
        header = parsed.header.map(Self.trimmed)
        guard header.contains(where: { !$0.isEmpty }) else { throw .empty }
        guard header.count <= Self.maximumColumns else { throw .tooManyColumns }
        var seen: Set<String> = []
        for name in header where !name.isEmpty && !seen.insert(name.lowercased()).inserted {
            throw .doubledColumn(name)
        }
        let width = header.count
        rows = parsed.rows.map { $0 + Array(repeating: "", count: max(0, width - $0.count)) }
    }

    private static func parse(
        _ text: String, _ delimiter: CSVDelimiter, maximumRows: Int
    ) throws(Problem) -> (header: [String], rows: [[String]]) {
        var rows: [[String]] = []
        do {
            // No rows yet: each is taken as it comes, and only so many.
            let csv = try EnumeratedCSV(string: text, delimiter: delimiter, loadColumns: false, rowLimit: 0)
            // Blank lines are lines, too: as many are read over as there may be rows.
            try csv.enumerateAsArray(startAt: 1, rowLimit: 2 * maximumRows + 1) { row in
                if row.contains(where: { !trimmed($0).isEmpty }) { rows.append(row) }
            }
            guard rows.count <= maximumRows else { throw Problem.tooManyRows }
            return (csv.header, rows)
        } catch let problem as Problem {
            throw problem
        } catch {
            throw .badQuote
        }
    }

    /// The one of the three that stands most often in the header row, outside of quotes.
    private static func delimiter(of text: String) -> CSVDelimiter {
        var counts: [Character: Int] = [:]
        var isQuoted = false
        for character in text {
            if character == "\"" { isQuoted.toggle() }
            if character.isNewline, !isQuoted { break }
            if !isQuoted { counts[character, default: 0] += 1 }
        }
        let found = [",", ";", "\t"].max { counts[$0, default: 0] < counts[$1, default: 0] }
        guard let found, counts[found, default: 0] > 0 else { return .comma }
        return found == "," ? .comma : found == ";" ? .semicolon : .tab
    }

    private static func trimmed(_ text: String) -> String {
        let head = text.drop(while: \.isWhitespace)
        guard let last = head.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(head[...last])
    }
}
