/// Comma-separated values (RFC 4180), made for people who open them in a spreadsheet.
package enum CSV {
    /// One record with its end. Cells are quoted where they must be, and one that a spreadsheet would take for a
    /// formula gets an apostrophe before it (OWASP, CSV injection).
    package static func record(_ cells: [String]) -> String {
        cells.map(cell).joined(separator: ",") + "\r\n"
    }

    private static func cell(_ text: String) -> String {
        let isFormula = text.utf8.first.map { "=+-@\t\r".utf8.contains($0) } ?? false
        let safe = isFormula ? "'" + text : text
        guard safe.utf8.contains(where: { "\",\r\n".utf8.contains($0) }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
}
