import UsherUseCases

/// Files that pages refer to. Their addresses change with their content, so browsers may keep them for a year.
struct Assets: Sendable {
    let stylesheet: Asset
    let script: Asset
    let icon = Asset(
        path: "/favicon.ico", type: "image/svg+xml",
        text: """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" \
            fill="#0b6656"/><path d="M10 8v9a6 6 0 0 0 12 0V8" fill="none" stroke="#fff" stroke-width="3.4" \
            stroke-linecap="round"/></svg>
            """, hash: nil)

    /// - Parameter hash: SHA-256, hexadecimal.
    init(hash: (String) -> String) {
        stylesheet = Asset(
            path: "/assets/usher.css", type: "text/css; charset=utf-8", text: Stylesheet.text,
            hash: hash(Stylesheet.text))
        script = Asset(
            path: "/assets/usher.js", type: "text/javascript; charset=utf-8", text: Script.text,
            hash: hash(Script.text))
    }
}

struct Asset: Sendable {
    let path: String
    let type: String
    let text: String
    /// What stands in the query of its address.
    let version: String?

    init(path: String, type: String, text: String, hash: String?) {
        self.path = path
        self.type = type
        self.text = text
        version = hash.map { String($0.prefix(16)) }
    }

    var address: String { version.map { "\(path)?v=\($0)" } ?? path }
}
