import Mustache

/// The HTML of every letter. Values are escaped by the template engine, never by hand; there is no unescaped place.
struct LetterTemplate: Sendable {
    /// Compiled once: registering the content type and reading it back must not run side by side.
    private static let compiled = Result {
        MustacheContentTypes.register(ScalarHTML(), named: ScalarHTML.name)
        return try MustacheTemplate(string: source)
    }

    private let template: MustacheTemplate

    init() throws(LetterProblem) {
        guard case .success(let template) = Self.compiled else { throw .template }
        self.template = template
    }

    func html(_ body: LetterBody) -> String {
        var values: [String: Any] = [
            "lang": Value(body.language), "dir": Value(body.direction), "title": Value(body.title),
            "intro": Value(body.intro),
            "facts": body.facts.map { Values(["label": Value($0.label), "value": Value($0.value)]) },
            "notes": body.notes.map(Value.init), "signature": Value(body.signature),
        ]
        if let action = body.action {
            values["action"] = Values([
                "label": Value(action.label), "lead": Value(action.lead), "url": Value(action.url),
            ])
        }
        return template.render(Values(values))
    }

    /// No image, nothing from elsewhere, one link. Light colours stand in the elements, for the programs that drop style
    /// sheets; dark ones where the sheet is kept.
    static let source = """
        {{% CONTENT_TYPE: USHER-HTML}}<!doctype html>
        <html lang="{{lang}}" dir="{{dir}}">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="supported-color-schemes" content="light dark">
        <meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
        <title>{{title}}</title>
        <style>
        :root { color-scheme: light dark; }
        @media (prefers-color-scheme: dark) {
        .page { background: \(Palette.dark.page) !important; }
        .card { background: \(Palette.dark.card) !important; }
        .text { color: \(Palette.dark.text) !important; }
        .quiet { color: \(Palette.dark.quiet) !important; }
        .button { background: \(Palette.dark.button) !important; color: \(Palette.dark.onButton) !important; }
        }
        </style>
        </head>
        <body class="page" dir="{{dir}}" style="margin: 0; padding: 16px; background: \(Palette.light.page); \
        font-family: system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; font-size: 16px; line-height: 1.5">
        <div class="card" style="max-width: 560px; margin: 0 auto; padding: 24px; border-radius: 12px; \
        background: \(Palette.light.card)">
        <h1 class="text" style="margin: 0 0 16px; font-size: 22px; line-height: 1.3; color: \(Palette.light.text); \
        overflow-wrap: anywhere">{{title}}</h1>
        <p class="text" style="margin: 0 0 16px; color: \(Palette.light.text); overflow-wrap: anywhere">{{intro}}</p>
        {{#facts}}
        <p class="text" style="margin: 0 0 8px; color: \(Palette.light.text); overflow-wrap: anywhere">\
        <span class="quiet" style="color: \(Palette.light.quiet)">{{label}}:</span> {{value}}</p>
        {{/facts}}
        {{#action}}
        <p style="margin: 24px 0"><a class="button" href="{{url}}" style="display: inline-block; padding: 12px 24px; \
        border-radius: 8px; font-weight: 600; text-decoration: none; background: \(Palette.light.button); \
        color: \(Palette.light.onButton)">{{label}}</a></p>
        <p class="quiet" style="margin: 0 0 4px; font-size: 14px; color: \(Palette.light.quiet)">{{lead}}</p>
        <p class="text" dir="ltr" style="margin: 0 0 24px; font-size: 14px; color: \(Palette.light.text); \
        overflow-wrap: anywhere; word-break: break-all">{{url}}</p>
        {{/action}}
        {{#notes}}
        <p class="quiet" style="margin: 0 0 8px; font-size: 14px; color: \(Palette.light.quiet); \
        overflow-wrap: anywhere">{{.}}</p>
        {{/notes}}
        <p class="quiet" style="margin: 16px 0 0; font-size: 14px; color: \(Palette.light.quiet)">{{signature}}</p>
        </div>
        </body>
        </html>

        """
}

/// What stands at a place. A type of our own, because the engine describes any other by reflection, which took most of
/// a letter's time.
private struct Value: MustacheCustomRenderable {
    let renderText: String
    let isNull = false

    init(_ text: String) { renderText = text }
}

/// The places of a letter or of a section, likewise without reflection.
private struct Values: MustacheParent {
    private let values: [String: Any]

    init(_ values: [String: Any]) { self.values = values }

    func child(named name: String) -> Any? { values[name] }
}

/// Escapes by Unicode scalar. The engine's own type looks at whole characters, so a combining mark after a quotation mark
/// or a bracket would carry it through unescaped.
private struct ScalarHTML: MustacheContentType {
    static let name = "USHER-HTML"

    func escapeText(_ text: String) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count + 16)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "<"): out += Array("&lt;".utf8)
            case UInt8(ascii: ">"): out += Array("&gt;".utf8)
            case UInt8(ascii: "&"): out += Array("&amp;".utf8)
            case UInt8(ascii: "\""): out += Array("&quot;".utf8)
            case UInt8(ascii: "'"): out += Array("&#39;".utf8)
            default: out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
