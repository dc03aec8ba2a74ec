/// A whole page: the card and what stands around it.
struct Frame: Sendable {
    let language: HTML
    let direction: HTML
    let app: HTML
    let stylesheet: HTML
    let script: HTML
    let title: HTML
    let view: PageView

    init(_ view: PageView, words: Words, app: String, assets: Assets) {
        language = HTML(words.language.rawValue)
        direction = HTML(words.language.direction)
        self.app = HTML(app)
        stylesheet = HTML(assets.stylesheet.address)
        script = HTML(assets.script.address)
        // Who listens to a page hears its title first.
        title = view.alert == nil ? view.title : words.html(.errorPrefix, ["title": view.title])
        self.view = view
    }
}
