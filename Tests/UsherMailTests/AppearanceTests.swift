import Foundation
import Testing
import UsherMail
import UsherUseCases

@Suite struct AppearanceTests {
    @Test func `every text stands out from its ground in both themes (WCAG 2.2, 1.4.3)`() {
        for palette in [Palette.light, Palette.dark] {
            for pair in palette.pairs {
                let ratio = Self.contrast(pair.front, pair.back)
                #expect(ratio >= 4.5, "\(pair.front) on \(pair.back): \(ratio)")
            }
        }
        #expect(Self.contrast("#000000", "#ffffff") == 21)
    }

    @Test(arguments: ["en", "de", "ar"])
    func `a letter uses the palette's colours only, so the contrast is that of the palette`(_ locale: String) throws {
        let html = try ReadMessage(try Sample.writer().write(Sample.invitation(locale: locale)).bytes).html
        let used = Set(html.matches(of: /#[0-9a-fA-F]{3,8}\b/).map { String($0.0) })
        let known = [Palette.light, Palette.dark].flatMap {
            [$0.page, $0.card, $0.text, $0.quiet, $0.button, $0.onButton]
        }
        #expect(used == Set(known))
    }

    @Test(arguments: ["en", "de", "ar"])
    func `nothing in a letter is fetched from anywhere or counts who reads it (EML-22)`(_ locale: String) throws {
        for letter in Sample.all(locale: locale) {
            let mail = try ReadMessage(try Sample.writer().write(letter).bytes)
            for word in [
                "<img", "<link", "<script", "<iframe", "<object", "url(", "@import", "src=", "background=", "<form",
            ] {
                #expect(!mail.html.lowercased().contains(word), "\(word)")
            }
            let links = mail.html.matches(of: /href="([^"]*)"/).map { String($0.1) }
            #expect(links.count <= 1)
            #expect(
                links.allSatisfy { link in
                    ["app.example.com/auth?", "usher.example.com/reset?", "usher.example.com/somewhere?i=1"]
                        .contains { link.hasPrefix("https://" + $0) }
                })
        }
    }

    private static func contrast(_ one: String, _ other: String) -> Double {
        let (a, b) = (luminance(one), luminance(other))
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    /// Relative luminance (WCAG 2.2).
    private static func luminance(_ color: String) -> Double {
        let value = Int(color.dropFirst(), radix: 16) ?? 0
        let channels = [value >> 16 & 255, value >> 8 & 255, value & 255].map { channel in
            let share = Double(channel) / 255
            return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
    }
}
