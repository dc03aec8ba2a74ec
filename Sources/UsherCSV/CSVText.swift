/// Writes tables (RFC 4180): CRLF, commas, quotes where they are needed.
package enum CSVText {
    /// Spreadsheets take a cell that begins with one of these for a formula (CWE-1236).
    private static let formulaStarts: Set<Character> = ["=", "+", "-", "@", "\t", "\r", "\r\n", "\n"]

    package static func line(_ cells: [String]) -> String { cells.map(quoted).joined(separator: ",") + "\r\n" }

    private static func quoted(_ cell: String) -> String {
        let needsQuotes =
            cell.contains { $0 == "\"" || $0 == "," || $0 == ";" || $0 == "\t" || $0.isNewline }
            || cell.first?.isWhitespace == true || cell.last?.isWhitespace == true
        guard needsQuotes else { return cell }
        return "\"" + cell.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
    }

    /// The cell with an apostrophe before it where a spreadsheet would calculate instead of show.
    package static func guarded(_ cell: String) -> String { isFormula(cell.drop { $0 == "'" }) ? "'" + cell : cell }

    /// The cell without the apostrophe that `guarded` put there.
    package static func unguarded(_ cell: String) -> String {
        cell.first == "'" && isFormula(cell.drop { $0 == "'" }) ? String(cell.dropFirst()) : cell
    }

    private static func isFormula(_ cell: Substring) -> Bool { cell.first.map(formulaStarts.contains) ?? false }
}
