import FoundationEssentials
import HTTPTypes
import Hummingbird
import Mustache
import NIOCore
package import UsherHTTP

/// Pages that show the development mailbox. Mounted in development on a loopback listener only: anybody who can open
/// them can read every letter.
package struct MailboxRoutes: Sendable {
    private let mailbox: Mailbox
    private let templates: MailboxTemplates

    /// - Throws: when a template is malformed.
    package init(mailbox: Mailbox) throws {
        self.mailbox = mailbox
        templates = try MailboxTemplates()
    }

    package func add(to router: UsherRouter) {
        router.get("mailbox") { _, _ in page(templates.list.render(listView())) }
        router.get("mailbox.json") { _, _ in try json() }
        router.get("mailbox/{id}") { _, context in
            guard let message = found(context) else { return missing() }
            return page(templates.message.render(MessageView(message)), frames: true)
        }
        router.get("mailbox/{id}/html") { _, context in
            guard let message = found(context) else { return missing() }
            return letter(message.content.html)
        }
        router.get("mailbox/{id}/source") { _, context in
            guard let message = found(context) else { return missing() }
            return answer(message.raw, type: "text/plain; charset=utf-8", policy: Self.pagePolicy)
        }
    }

    private func found(_ context: UsherContext) -> MailboxMessage? {
        context.parameters.get("id").flatMap { mailbox.message($0) }
    }

    private func listView() -> [String: Any] {
        let rows = mailbox.all().map(MessageView.init)
        return ["rows": rows, "empty": rows.isEmpty]
    }
}

// MARK: - Answers

extension MailboxRoutes {
    private static let pagePolicy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    /// A letter may show itself and be clicked, and nothing else: no script, no form, nothing fetched from anywhere.
    private static let letterPolicy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'self'; sandbox allow-popups allow-top-navigation-by-user-activation "
        + "allow-popups-to-escape-sandbox"

    private func page(_ html: String, frames: Bool = false) -> Response {
        let policy = frames ? "\(Self.pagePolicy); frame-src 'self'" : Self.pagePolicy
        return answer(html, type: "text/html; charset=utf-8", policy: policy)
    }

    private func letter(_ html: String) -> Response {
        var response = answer(
            Self.openingLinksOnTop(html), type: "text/html; charset=utf-8", policy: Self.letterPolicy)
        // The frame around it is ours; `frame-ancestors` says so to browsers that know it.
        if let name = HTTPField.Name("X-Frame-Options") { response.headers[name] = "SAMEORIGIN" }
        return response
    }

    private func missing() -> Response {
        var response = page(templates.missing.render([String: Any]()))
        response.status = .notFound
        return response
    }

    private func json() throws -> Response {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.withoutEscapingSlashes]
        let bytes = try encoder.encode(mailbox.all().map(WireMessage.init))
        return answer(
            String(decoding: bytes, as: UTF8.self), type: "application/json; charset=utf-8", policy: Self.pagePolicy)
    }

    private func answer(_ body: String, type: String, policy: String) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = type
        headers[.contentSecurityPolicy] = policy
        headers[.cacheControl] = "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }

    /// Links of a letter lead out of its frame, as a mail program would open them.
    static func openingLinksOnTop(_ html: String) -> String {
        let base = "<base target=\"_top\">"
        guard let head = html.firstRange(of: "<head>") else { return base + html }
        return html[..<head.upperBound] + base + html[head.upperBound...]
    }
}
