/// The colours of a letter in one theme, `#rrggbb`.
package struct Palette: Sendable {
    package let page: String
    package let card: String
    package let text: String
    package let quiet: String
    package let button: String
    package let onButton: String

    package static let light = Palette(
        page: "#f4f4f1", card: "#ffffff", text: "#1c1c1a", quiet: "#5a5a55", button: "#1f5a46", onButton: "#ffffff")
    package static let dark = Palette(
        page: "#161615", card: "#222220", text: "#f0f0ec", quiet: "#b5b5ae", button: "#8fd6b8", onButton: "#10261d")

    /// Every colour of letters that stands on another, which a test computes the contrast of (WCAG 2.2, 1.4.3).
    package var pairs: [(front: String, back: String)] {
        [(text, card), (quiet, card), (text, page), (quiet, page), (onButton, button)]
    }
}
