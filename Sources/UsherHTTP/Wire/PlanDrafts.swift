import FoundationEssentials
import UsherAPI
import UsherCSV
import UsherDomain
import UsherText
import UsherUseCases

/// Reads the rows of a plan, from JSON or from a table. What is wrong with the whole is refused; what is wrong with one
/// row is that row's outcome.
enum PlanReader {
    static let columns: Set<String> = ["email", "role", "name", "message", "locale", "expires_at"]
    /// Stand in what failed and comes back; they say nothing that is not found out anew.
    private static let ignoredColumns: Set<String> = ["outcome", "detail"]
    private static let metadataPrefix = "metadata."
    /// SHA-256 of the code of an old link, in what failed of an import.
    static let codeColumn = "former_code_hash"

    /// A plan as it was sent.
    struct Sent {
        var appURL: String?
        var redirectURI: String?
        var resendsPending = false
        var rows: [PlanRow] = []
    }

    /// `{"app_url", "redirect_uri", "resend_pending", "rows": […]}`
    static func json(_ bytes: [UInt8]) throws(Refusal) -> Sent {
        var members = try Members(bytes, known: ["app_url", "redirect_uri", "resend_pending", "rows"])
        let resendsPending = members.flag("resend_pending") ?? false
        let appURL = members.optionalString("app_url")
        let redirectURI = members.optionalString("redirect_uri")
        let elements = members.elements("rows")
        if let count = elements?.count, !(1...InvitationPlan.maximumRows).contains(count) {
            members.report("rows", count == 0 ? .outOfRange : .tooLong)
        }
        try members.finish()
        var sent = Sent(appURL: appURL, redirectURI: redirectURI, resendsPending: resendsPending)
        for (index, element) in (elements ?? []).enumerated() {
            sent.rows.append(try row(element, at: index))
        }
        return sent
    }

    private static func row(_ value: JSONValue, at index: Int) throws(Refusal) -> PlanRow {
        guard case .object(let members) = value else {
            throw .invalidBody([FieldProblem("/rows/\(index)", .wrongType)])
        }
        let unknown = members.keys.filter { !columns.contains($0) && !["metadata", "role_id"].contains($0) }.sorted()
        guard unknown.isEmpty else {
            throw .invalidBody(unknown.prefix(10).map { FieldProblem("/rows/\(index)/\($0.prefix(64))", .unknown) })
        }
        var input = PlanRow.Input()
        func text(_ name: String) throws(Refusal) -> String? {
            switch members[name] {
            case nil, .null?: return nil
            case .string(let text)?: return text
            case .integer(let number)? where name == "role": return String(number)
            default: throw .invalidBody([FieldProblem("/rows/\(index)/\(name)", .wrongType)])
            }
        }
        (input.email, input.role, input.name) = (try text("email"), try text("role"), try text("name"))
        (input.message, input.locale) = (try text("message"), try text("locale"))
        input.expiresAt = try text("expires_at")
        switch members["metadata"] {
        case nil, .null?: break
        case .object(let metadata)?:
            let texts = metadata.compactMapValues { if case .string(let text) = $0 { text } else { nil } }
            guard texts.count == metadata.count else { fallthrough }
            input.metadata = encoded(texts)
        default: throw .invalidBody([FieldProblem("/rows/\(index)/metadata", .wrongType)])
        }
        guard let id = try text("role_id") else { return read(input, number: index + 1, fault: nil) }
        guard let role = ID<CustomRole>(parsing: id) else {
            throw .invalidBody([FieldProblem("/rows/\(index)/role_id", .malformed)])
        }
        // Beside the number 0, or instead of it.
        let isBeside = PlannedRole(text: input.role)?.base == .user
        if isBeside { input.role = role.rawValue }
        return read(input, number: index + 1, fault: isBeside ? nil : "invalid_role")
    }

    /// A table with a header row.
    static func csv(_ bytes: [UInt8]) throws(Refusal) -> [PlanRow] {
        let table: CSVTable
        do { table = try CSVTable(bytes, maximumRows: InvitationPlan.maximumRows) } catch {
            throw .invalidTable(TableProblem(error))
        }
        let names = table.header.map { $0.lowercased() }
        let unknown = zip(table.header, names).filter { _, name in
            !name.isEmpty && !columns.contains(name) && !ignoredColumns.contains(name)
                && !(name.hasPrefix(metadataPrefix) && name.count > metadataPrefix.count)
        }
        guard unknown.isEmpty else { throw .invalidTable(.unknownColumns(unknown.prefix(10).map(\.0))) }
        guard names.contains("email") else { throw .invalidTable(.noEmailColumn) }
        guard !table.rows.isEmpty else { throw .invalidTable(.empty) }
        return table.rows.enumerated().map { index, cells in
            row(cells, header: table.header, names: names, number: index + 1)
        }
    }

    private static func row(_ cells: [String], header: [String], names: [String], number: Int) -> PlanRow {
        var input = PlanRow.Input()
        var metadata: [String: String] = [:]
        for (index, name) in names.enumerated() {
            let cell = CSVText.unguarded(cells[index])
            guard !cell.isEmpty else { continue }
            switch name {
            case "email": input.email = cell
            case "role": input.role = cell
            case "name": input.name = cell
            case "message": input.message = cell
            case "locale": input.locale = cell
            case "expires_at": input.expiresAt = cell
            case _ where name.hasPrefix(metadataPrefix):
                // Its own spelling: names of metadata are the application's.
                metadata[String(header[index].dropFirst(metadataPrefix.count))] = cell
            default: break
            }
        }
        input.metadata = encoded(metadata)
        let hasMore = zip(cells, names + Array(repeating: "", count: cells.count - names.count))
            .contains { $1.isEmpty && !$0.allSatisfy(\.isWhitespace) }
        return read(input, number: number, fault: hasMore ? "too_many_cells" : nil)
    }

    /// The row, ready to be planned, or invalid by the first thing that is wrong.
    static func read(_ input: PlanRow.Input, number: Int, fault: String?) -> PlanRow {
        // A blank text is none.
        var kept = input
        kept.name = kept.name.flatMap { $0.isBlank ? nil : $0 }
        kept.message = kept.message.flatMap { $0.isBlank ? nil : $0 }
        var row = PlanRow(number: number, input: kept)
        var reason = fault
        func take<Value>(_ reasonIfNil: String, _ value: Value?) -> Value? {
            if value == nil { reason = reason ?? reasonIfNil }
            return value
        }
        row.email = take("invalid_email", try? EmailAddress(parsing: input.email ?? ""))
        if let role = take("invalid_role", PlannedRole(text: input.role)) {
            row.role = role.base
            if role.base == nil { row.input.role = role.text }
        }
        if let name = input.name, !name.isBlank {
            row.input.name = take("invalid_name", try? DisplayName(parsing: name))?.text ?? name
        }
        if let message = input.message, !message.isBlank {
            row.input.message = take("invalid_message", try? InviterMessage(parsing: message))?.text ?? message
        }
        if let locale = input.locale, !locale.isBlank {
            row.language = take("invalid_locale", LanguageTag.normalized(locale.trimmedText))
        }
        if let end = input.expiresAt, !end.isBlank {
            row.expiresAt = take("invalid_expires_at", APITime(parsing: end.trimmedText)).map {
                Timestamp(milliseconds: $0.milliseconds)
            }
        }
        if !isFit(metadata(input.metadata)) { reason = reason ?? "invalid_metadata" }
        return reason.map { row.judged(.invalid, reason: $0) } ?? row
    }

    private static func isFit(_ metadata: [String: String]) -> Bool {
        metadata.count <= Metadata.maximumCount
            && metadata.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count } <= Metadata.maximumBytes
            && metadata.keys.allSatisfy { !$0.isEmpty && $0.count <= Metadata.maximumNameLength }
    }

    static func encoded(_ metadata: [String: String]) -> String? {
        guard !metadata.isEmpty else { return nil }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(metadata)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// What `encoded` made.
    static func metadata(_ text: String?) -> [String: String] {
        guard let text, case .object(let members)? = try? StrictJSON.parse(Array(text.utf8)) else { return [:] }
        return members.compactMapValues { if case .string(let text) = $0 { text } else { nil } }
    }
}

extension ApplyPlan.Options {
    /// Reads the body of `POST /api/invitation/plan/{plan_id}/apply`.
    init(body: [UInt8]) throws(Refusal) {
        self.init()
        var members = try Members(body, known: ["confirm_typos"])
        confirmsTypos = members.flag("confirm_typos") ?? false
        try members.finish()
    }
}

extension String {
    var isBlank: Bool { allSatisfy(\.isWhitespace) }

    /// Without white space around it.
    var trimmedText: String {
        let head = drop(while: \.isWhitespace)
        return head.lastIndex { !$0.isWhitespace }.map { String(head[...$0]) } ?? ""
    }
}

extension TableProblem {
    init(_ problem: CSVTable.Problem) {
        switch problem {
        case .notUTF8: self = .notUTF8
        case .notText: self = .notText
        case .empty: self = .empty
        case .tooManyColumns: self = .tooManyColumns
        case .tooManyRows: self = .tooManyRows
        case .openQuote: self = .openQuote
        case .badQuote: self = .badQuote
        case .doubledColumn(let name): self = .doubledColumn(name)
        }
    }

    /// What is wrong, and what to do about it.
    package var sentence: String {
        switch self {
        case .notUTF8: "The file is not UTF-8. Save it as \"CSV UTF-8\"."
        case .notText: "The file holds bytes that no text has. Save it as \"CSV UTF-8\"."
        case .empty: "The file has no rows. It needs a header row with the column email, and a row for each person."
        case .noEmailColumn: "The header row names no column email."
        case .missingColumns(let names, let format):
            "The table is none of \(format.rawValue): it lacks \(Self.shown(names)). Choose another format, or rename "
                + "columns."
        case .notJSON: "The file is no JSON list of invitations."
        case .unknownColumns(let names):
            "The header row names columns that are not known here: \(Self.shown(names)). "
                + "Known are email, role, name, message, locale, expires_at and metadata.NAME."
        case .doubledColumn(let name): "The header row names \(Self.shown([name])) twice."
        case .tooManyColumns: "The file has more columns than this server takes (\(CSVTable.maximumColumns))."
        case .tooManyRows:
            "The file has more rows than a plan takes (\(InvitationPlan.maximumRows)). Split it."
        case .openQuote: "A quote in the file is opened and never closed."
        case .badQuote: "A cell of the file goes on behind its closing quote. Double the quotes inside of a cell."
        }
    }

    /// The client's own words stand in the answer, so they are cut.
    private static func shown(_ names: [String]) -> String {
        names.map { "\"\($0.prefix(64))\"" }.joined(separator: ", ")
    }
}
