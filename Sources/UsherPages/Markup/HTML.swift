import Mustache

/// Markup that may stand in a page as it is. Templates print nothing else, so what comes from outside has to pass
/// through `init(_:)` on its way in.
///
/// Escaping looks at single bytes. Mustache's own works on characters, where a quotation mark under a combining
/// accent is no quotation mark; a browser thinks otherwise.
struct HTML: Sendable, Equatable, ExpressibleByStringLiteral, MustacheCustomRenderable {
    let markup: String

    /// Text, escaped for the inside of an element and of a quoted attribute.
    init(_ text: String) { markup = Self.escaped(text) }

    /// Markup written in this program.
    init(stringLiteral markup: StaticString) { self.markup = markup.description }

    fileprivate init(markup: String) { self.markup = markup }

    var renderText: String { markup }
    var isNull: Bool { false }

    static func + (left: HTML, right: HTML) -> HTML { HTML(markup: left.markup + right.markup) }

    /// A text from outside inside a sentence: kept apart from the sentence's writing direction.
    static func name(_ text: String) -> HTML { HTML(markup: "<bdi>\(escaped(text))</bdi>") }

    /// The same, and it is what the sentence is about.
    static func strong(_ text: String) -> HTML { HTML(markup: "<strong><bdi>\(escaped(text))</bdi></strong>") }

    static func link(_ text: String, to target: String) -> HTML {
        HTML(markup: "<a href=\"\(escaped(target))\">\(escaped(text))</a>")
    }

    static func time(_ text: String, at machine: String) -> HTML {
        HTML(markup: "<time datetime=\"\(escaped(machine))\">\(escaped(text))</time>")
    }

    /// A sentence with `{places}`; what has no value stays as it is.
    static func sentence(_ template: String, _ values: [String: HTML]) -> HTML {
        var result = ""
        var rest = template[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            result += escaped(String(rest[..<open]))
            let key = String(rest[rest.index(after: open)..<close])
            result += values[key]?.markup ?? escaped("{\(key)}")
            rest = rest[rest.index(after: close)...]
        }
        return HTML(markup: result + escaped(String(rest)))
    }

    private static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes += Array("&amp;".utf8)
            case UInt8(ascii: "<"): bytes += Array("&lt;".utf8)
            case UInt8(ascii: ">"): bytes += Array("&gt;".utf8)
            case UInt8(ascii: "\""): bytes += Array("&quot;".utf8)
            case UInt8(ascii: "'"): bytes += Array("&#39;".utf8)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Renders templates; the only place that turns a template's output into markup.
struct Templates: Sendable {
    private let library: MustacheLibrary

    /// A template that does not parse is left out; a test sees to it that all do.
    init(_ sources: [String: String]) {
        library = MustacheLibrary(templates: sources.compactMapValues { try? MustacheTemplate(string: $0) })
    }

    func render(_ view: some Sendable, with name: String) -> HTML {
        HTML(markup: library.render(view, withTemplate: name) ?? "")
    }
}
