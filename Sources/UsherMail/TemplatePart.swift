import Mustache

/// Some lines of a template, cut at their places by the engine.
struct TemplatePart: Sendable {
    private enum Piece {
        case text([UInt8])
        /// Where in the list of places.
        case place(Int)
    }

    /// Not an enum: it would keep its case in the pointer, where LeakSanitizer does not see that this is still in use.
    private struct Lines {
        /// Without a place, in quoted-printable already.
        var fixed: [UInt8] = []
        /// One line with places, without its end; or none.
        var open: [Piece] = []
    }

    private var lines: [Lines] = []

    /// - Parameter source: whole lines, with these places and no section.
    init(_ source: String, places: [String]) throws {
        let template = try MustacheTemplate(string: "{{% CONTENT_TYPE: \(ScalarHTML.name)}}" + source)
        let marks = places.map { Mark(renderText: "<mark of \($0)>") }
        let html = template.render(Marks(marks: Dictionary(uniqueKeysWithValues: zip(places, marks))))
        // A mark is looked for as it is when it was escaped: a place that does not escape is none.
        let escaped = marks.map { ScalarHTML().escapeText($0.renderText) }
        var fixed = ""
        for line in html.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let pieces = Self.pieces(of: line, at: escaped)
            guard pieces.count > 1 else {
                fixed += line + "\n"
                continue
            }
            addFixed(fixed)
            fixed = ""
            lines.append(Lines(open: pieces))
        }
        addFixed(fixed)
    }

    private mutating func addFixed(_ text: String) {
        guard !text.isEmpty else { return }
        lines.append(Lines(fixed: QuotedPrintable.encode(String(text.dropLast()))))
    }

    /// Texts and places in turn, a text first.
    private static func pieces(of line: Substring, at marks: [String]) -> [Piece] {
        var pieces: [Piece] = []
        var rest = line
        while true {
            let found = marks.enumerated().compactMap { place, mark in rest.firstRange(of: mark).map { (place, $0) } }
            guard let (place, range) = found.min(by: { $0.1.lowerBound < $1.1.lowerBound }) else { break }
            pieces += [.text(Array(rest[..<range.lowerBound].utf8)), .place(place)]
            rest = rest[range.upperBound...]
        }
        return pieces + [.text(Array(rest.utf8))]
    }

    /// Adds the lines in quoted-printable, with a value for each place, in their order.
    func append(_ values: [String], to out: inout [UInt8]) {
        var line: [UInt8] = []
        for part in lines {
            out += part.fixed
            guard !part.open.isEmpty else { continue }
            line.removeAll(keepingCapacity: true)
            for piece in part.open {
                switch piece {
                case .text(let text): line += text
                case .place(let place): ScalarHTML.append(values[place], to: &line)
                }
            }
            line.withUnsafeBufferPointer { QuotedPrintable.append($0, to: &out) }
        }
    }
}

/// What stands at a place while the engine renders.
private struct Mark: MustacheCustomRenderable {
    let renderText: String
    let isNull = false
}

private struct Marks: MustacheParent {
    let marks: [String: Mark]

    func child(named name: String) -> Any? { marks[name] }
}

/// Escapes by Unicode scalar. The engine's own type looks at whole characters, so a combining mark after a quotation mark
/// or a bracket would carry it through unescaped.
struct ScalarHTML: MustacheContentType {
    static let name = "USHER-HTML"

    func escapeText(_ text: String) -> String {
        var out: [UInt8] = []
        Self.append(text, to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    static func append(_ text: String, to out: inout [UInt8]) {
        var text = text
        text.withUTF8 { bytes in
            var run = 0
            for (index, byte) in bytes.enumerated() {
                guard byte <= UInt8(ascii: ">"), let escape = escape(byte) else { continue }
                out.append(contentsOf: bytes[run..<index])
                out.append(contentsOf: escape.utf8)
                run = index + 1
            }
            out.append(contentsOf: bytes[run...])
        }
    }

    private static func escape(_ byte: UInt8) -> String? {
        switch byte {
        case UInt8(ascii: "<"): "&lt;"
        case UInt8(ascii: ">"): "&gt;"
        case UInt8(ascii: "&"): "&amp;"
        case UInt8(ascii: "\""): "&quot;"
        case UInt8(ascii: "'"): "&#39;"
        default: nil
        }
    }
}
