import Testing
import UsherMail
import UsherUseCases

/// Whole letters as they are sent. Whoever changes a text or the template changes them too; nothing else may.
enum Golden {
    static let letters = ["en": english, "de": german, "ar": arabic]
}

@Suite struct GoldenTests {
    @Test(arguments: ["en", "de", "ar"])
    func `an invitation has the same bytes as ever`(_ locale: String) throws {
        let bytes = try Sample.writer().write(Sample.invitation(locale: locale)).bytes
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
        let golden = (Golden.letters[locale] ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        // Line by line first, so that a failure shows where.
        for (line, expected) in zip(lines, golden) { #expect(line == expected) }
        #expect(lines.map { Array($0.utf8) } == golden.map { Array($0.utf8) })
    }
}
