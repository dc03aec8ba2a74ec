import FoundationEssentials
import Mustache
import UsherDomain

/// A message in `/mailbox.json`.
struct WireMessage: Encodable {
    let id: String
    let to: String
    let subject: String
    let text: String
    let html: String
    let raw: String
    let receivedAt: String

    init(_ message: MailboxMessage) {
        let content = message.content
        (id, to, raw) = (message.id, message.to, message.raw)
        (subject, text, html) = (content.subject, content.text, content.html)
        receivedAt = message.receivedAt.rfc3339
    }
}

/// A message on a page.
struct MessageView {
    let id: String
    let to: String
    let subject: String
    let text: String
    let receivedAt: String

    init(_ message: MailboxMessage) {
        let content = message.content
        (id, to, receivedAt) = (message.id, message.to, message.receivedAt.rfc3339)
        (subject, text) = (content.subject, content.text)
    }
}

extension Timestamp {
    /// RFC 3339 in UTC, to the second.
    fileprivate var rfc3339: String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(.iso8601)
    }
}

/// The mailbox's three pages; Mustache escapes what it puts in.
struct MailboxTemplates: Sendable {
    let list: MustacheTemplate
    let message: MustacheTemplate
    let missing: MustacheTemplate

    init() throws {
        list = try MustacheTemplate(string: Self.page(title: "Mailbox", body: Self.listBody))
        message = try MustacheTemplate(string: Self.page(title: "{{subject}}", body: Self.messageBody))
        missing = try MustacheTemplate(string: Self.page(title: "No such message", body: Self.missingBody))
    }

    private static let missingBody = """
        <h1>No such message</h1>
        <p><a href="/mailbox">Back to the mailbox</a></p>
        """

    private static let listBody = """
        <h1>Mailbox</h1>
        <p>Letters that a relay would have been given. They stay on this machine; the newest 1,000 are kept.</p>
        {{#empty}}<p>Nothing here yet. Send an invitation and load this page again.</p>{{/empty}}
        {{^empty}}<table>
        <thead><tr><th scope="col">Subject</th><th scope="col">To</th><th scope="col">Received</th></tr></thead>
        <tbody>
        {{#rows}}<tr><td><a href="/mailbox/{{id}}"><bdi>{{subject}}</bdi></a></td><td><bdi>{{to}}</bdi></td>
        <td><time datetime="{{receivedAt}}">{{receivedAt}}</time></td></tr>
        {{/rows}}
        </tbody></table>{{/empty}}
        """

    private static let messageBody = """
        <p><a href="/mailbox">Mailbox</a></p>
        <h1><bdi>{{subject}}</bdi></h1>
        <p>To <bdi>{{to}}</bdi> · <time datetime="{{receivedAt}}">{{receivedAt}}</time> ·
        <a href="/mailbox/{{id}}/source">Source</a></p>
        <h2>HTML</h2>
        <iframe title="The letter as HTML" src="/mailbox/{{id}}/html"
        sandbox="allow-popups allow-top-navigation-by-user-activation allow-popups-to-escape-sandbox"></iframe>
        <h2>Text</h2>
        <pre>{{text}}</pre>
        """

    private static func page(title: String, body: String) -> String {
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>\(title)</title>
        <meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
        <style>\(style)</style></head>
        <body><main>\(body)</main></body></html>

        """
    }

    private static let style = """
        :root{color-scheme:light dark}
        body{font:16px/1.5 system-ui,sans-serif;margin:0}
        main{max-width:60rem;margin:0 auto;padding:1rem}
        h1{font-size:1.5rem;overflow-wrap:anywhere}h2{font-size:1rem}
        table{border-collapse:collapse;width:100%}
        th,td{text-align:start;padding:.5rem;border-bottom:1px solid #8888;overflow-wrap:anywhere}
        @media(max-width:40rem){thead{display:none}tr,td{display:block}td{border:0;padding:.125rem 0}
        tr{padding:.5rem 0;border-bottom:1px solid #8888}}
        iframe{width:100%;height:36rem;border:1px solid #8888;background:#fff}
        pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #8888;padding:1rem}
        """
}
