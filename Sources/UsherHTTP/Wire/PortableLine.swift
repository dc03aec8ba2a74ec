import UsherAPI
package import UsherDomain
import UsherUseCases

/// The lines of an organization's export (docs/import.md): JSON objects with a `type`, the first one the head.
package enum PortableLine {
    /// What is wrong with a line.
    package struct Problem: Error {
        package let reason: String
    }

    /// The first line.
    package static func head(of organization: ID<Organization>, by whom: String, at now: Timestamp) -> String {
        object([
            ("type", quoted("export")), ("version", "\(ExportOrganization.version)"),
            ("organization_id", quoted(organization.rawValue)), ("by", quoted(whom)),
            ("at", quoted(APITime(now).text)),
        ])
    }

    /// The last line: without it, or with another number of rows, a file was cut.
    package static func end(rows: Int) -> String { object([("type", quoted("end")), ("rows", "\(rows)")]) }

    /// A row, with its end.
    package static func line(_ record: PortableRecord) -> String {
        let columns = record.kind.columns.compactMap { column in
            record.values[column.name].map { (column.name, json($0)) }
        }
        return object([("type", quoted(record.kind.rawValue))] + columns)
    }

    /// Checks the first line.
    package static func checkHead(_ line: [UInt8]) throws(Problem) {
        let members = try members(of: line)
        guard members["type"] == .string("export") else { throw Problem(reason: "it is no export of Usher's") }
        guard members["version"] == .integer(ExportOrganization.version) else {
            throw Problem(reason: "its version is not \(ExportOrganization.version)")
        }
    }

    /// Checks the last line.
    package static func checkEnd(_ line: [UInt8], rows: Int) throws(Problem) {
        guard let members = try? members(of: line), members["type"] == .string("end") else {
            throw Problem(reason: "it is not the last line of an export; the file was cut, export it again")
        }
        guard members["rows"] == .integer(rows) else {
            throw Problem(reason: "the file has \(rows) rows, and not as many as it says here; export it again")
        }
    }

    /// Reads another line.
    package static func record(_ line: [UInt8]) throws(Problem) -> PortableRecord {
        var members = try members(of: line)
        guard case .string(let type)? = members.removeValue(forKey: "type"),
            let kind = PortableRecord.Kind(rawValue: type)
        else { throw Problem(reason: "its type is unknown") }
        var values: [String: PortableValue] = [:]
        for column in kind.columns {
            guard let value = members.removeValue(forKey: column.name) else { continue }
            guard let read = portable(value, column.form) else { throw Problem(reason: "\(column.name) is malformed") }
            values[column.name] = read
        }
        guard members.isEmpty else { throw Problem(reason: "it has members that are unknown") }
        return PortableRecord(kind, values)
    }

    private static func members(of line: [UInt8]) throws(Problem) -> [String: JSONValue] {
        guard let value = try? StrictJSON.parse(line), case .object(let members) = value else {
            throw Problem(reason: "it is no JSON object")
        }
        return members
    }

    private static func portable(_ value: JSONValue, _ form: PortableColumn.Form) -> PortableValue? {
        switch (value, form) {
        case (.null, _): return .null
        case (.string(let text), .text): return .text(text)
        case (.integer(let number), .number): return .number(Int64(number))
        case (.string(let text), .time):
            return APITime(parsing: text).map { .time(Timestamp(milliseconds: $0.milliseconds)) }
        case (.array(let elements), .texts):
            let texts = elements.compactMap {
                if case .string(let text) = $0, !text.contains("\n") { text } else { nil }
            }
            return texts.count == elements.count ? .texts(texts) : nil
        default: return nil
        }
    }

    private static func json(_ value: PortableValue) -> String {
        switch value {
        case .null: "null"
        case .text(let text): quoted(text)
        case .number(let number): "\(number)"
        case .time(let time): quoted(APITime(time).text)
        case .texts(let texts): "[" + texts.map(quoted).joined(separator: ",") + "]"
        }
    }

    private static func object(_ members: [(String, String)]) -> String {
        "{" + members.map { "\(quoted($0.0)):\($0.1)" }.joined(separator: ",") + "}\n"
    }

    /// RFC 8259 section 7.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
