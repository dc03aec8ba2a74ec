import Testing
import UsherDomain

/// The verdicts on addresses (VAL-03), fixed: a change of a row is a change of who people are.
enum AddressTable {
    struct Taken: Sendable, CustomTestStringConvertible {
        let text: String
        let canonical: String
        let wire: String

        init(_ text: String, _ canonical: String, wire: String? = nil) {
            self.text = text
            self.canonical = canonical
            self.wire = wire ?? canonical
        }

        var testDescription: String { text.debugDescription }
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let text: String
        let problem: AddressProblem

        init(_ text: String, _ problem: AddressProblem) {
            self.text = text
            self.problem = problem
        }

        var testDescription: String { String(text.prefix(80)).debugDescription }
    }

    static let local64 = String(repeating: "a", count: 64)
    static let label63 = String(repeating: "b", count: 63)
    /// 189 octets: with a local part of 64 the address has 254.
    static let domain189 = "\(label63).\(label63).\(String(repeating: "c", count: 57)).com"

    static let taken: [Taken] = ascii + unicodeLocal + unicodeDomain

    private static let ascii: [Taken] = [
        Taken("a@example.com", "a@example.com"),
        Taken("Robin.Smith@Example.COM", "robin.smith@example.com", wire: "Robin.Smith@example.com"),
        Taken("  robin@example.com \t\r\n", "robin@example.com"),
        Taken("\u{A0}robin@example.com\u{3000}", "robin@example.com"),
        // INV-26: dots and plus tags make other people.
        Taken("ab@example.com", "ab@example.com"),
        Taken("a.b@example.com", "a.b@example.com"),
        Taken("a+b@example.com", "a+b@example.com"),
        Taken("A+B@example.com", "a+b@example.com", wire: "A+B@example.com"),
        Taken("o'neil@example.com", "o'neil@example.com"),
        Taken("first-last@example.com", "first-last@example.com"),
        Taken("-dash@example.com", "-dash@example.com"),
        Taken("_under_score_@example.com", "_under_score_@example.com"),
        Taken("#$&'*+-/?^=_`{|}~@example.com", "#$&'*+-/?^=_`{|}~@example.com"),
        Taken("1234567890@example.com", "1234567890@example.com"),
        Taken("a=b@example.com", "a=b@example.com"),
        Taken("a?b@example.com", "a?b@example.com"),
        Taken("\(local64)@example.com", "\(local64)@example.com"),
        Taken("a@\(label63).com", "a@\(label63).com"),
        Taken("\(local64)@\(domain189)", "\(local64)@\(domain189)"),
        Taken("a@a.b.c.d.e.f.g.h.example.com", "a@a.b.c.d.e.f.g.h.example.com"),
        Taken("a@1.example.com", "a@1.example.com"),
        Taken("a@123.com", "a@123.com"),
        Taken("a@example.c0m", "a@example.c0m"),
        Taken("a@b-c.example.org", "a@b-c.example.org"),
        Taken("a@ab--cd.example.org", "a@ab--cd.example.org"),
        Taken("a@b.co", "a@b.co"),
    ]

    private static let unicodeLocal: [Taken] = [
        Taken("jürgen@example.com", "jürgen@example.com"),
        Taken("JÜRGEN@example.com", "jürgen@example.com", wire: "JÜRGEN@example.com"),
        // NFD becomes NFC.
        Taken("ju\u{308}rgen@example.com", "j\u{FC}rgen@example.com"),
        Taken("E\u{301}va@example.com", "\u{E9}va@example.com", wire: "\u{C9}va@example.com"),
        Taken("x\u{323}@example.com", "x\u{323}@example.com"),
        // AUT-06: dotless and dotted i are no i.
        Taken("mıke@example.com", "mıke@example.com"),
        Taken("MİKE@example.com", "mi\u{307}ke@example.com", wire: "MİKE@example.com"),
        Taken("straße@example.com", "straße@example.com"),
        Taken("STRAẞE@example.com", "straße@example.com", wire: "STRAẞE@example.com"),
        Taken("νίκος@example.com", "νίκος@example.com"),
        Taken("ΝΊΚΟΣ@example.com", "νίκοσ@example.com", wire: "ΝΊΚΟΣ@example.com"),
        Taken("иван@example.com", "иван@example.com"),
        Taken("Иван@example.com", "иван@example.com", wire: "Иван@example.com"),
        Taken("用户@example.com", "用户@example.com"),
        Taken("ユーザー@example.com", "ユーザー@example.com"),
        Taken("\u{1112}\u{1161}\u{11AB}@example.com", "\u{D55C}@example.com"),
        Taken("संपर्क@example.com", "संपर्क@example.com"),
        Taken("שלום@example.com", "שלום@example.com"),
        Taken("محمد@example.com", "محمد@example.com"),
        Taken("😀@example.com", "😀@example.com"),
        Taken("a.é@example.com", "a.é@example.com"),
        Taken("ø@example.com", "ø@example.com"),
        Taken("e\u{323}\u{302}\u{300}\u{331}@example.com", "\u{1EC7}\u{331}\u{300}@example.com"),
        Taken("\(String(repeating: "é", count: 32))@example.com", "\(String(repeating: "é", count: 32))@example.com"),
    ]

    private static let unicodeDomain: [Taken] = [
        Taken("a@bücher.example", "a@xn--bcher-kva.example"),
        Taken("a@BÜCHER.example", "a@xn--bcher-kva.example"),
        Taken("a@bu\u{308}cher.example", "a@xn--bcher-kva.example"),
        Taken("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
        Taken("a@XN--BCHER-KVA.Example", "a@xn--bcher-kva.example"),
        // Not transitional: ß stays what it is.
        Taken("a@faß.example", "a@xn--fa-hia.example"),
        Taken("a@fass.example", "a@fass.example"),
        Taken("a@βόλος.example", "a@xn--nxasmm1c.example"),
        Taken("a@例え.テスト", "a@xn--r8jz45g.xn--zckzah"),
        Taken("a@пример.испытание", "a@xn--e1afmkfd.xn--80akhbyknj4f"),
        Taken("a@مثال.إختبار", "a@xn--mgbh0fb.xn--kgbechtv"),
        Taken("a@דוגמה.טעסט", "a@xn--6dbbec0c.xn--deba0ad"),
        Taken("a@उदाहरण.परीक्षा", "a@xn--p1b6ci4b4b3a.xn--11b5bs3a9aj6g"),
        Taken("a@실례.테스트", "a@xn--9n2bp8q.xn--9t4b11yi5a"),
        Taken("a@l·l.example", "a@xn--ll-0ea.example"),
        Taken("ü@bücher.example", "ü@xn--bcher-kva.example"),
        Taken("a@sub.bücher.example", "a@sub.xn--bcher-kva.example"),
        Taken("a@ıı.example", "a@xn--cfaa.example"),
    ]
}

/// Code points that never are characters; a literal cannot spell them.
enum Noncharacter {
    static let xfdd0 = String(decoding: [0xEF, 0xB7, 0x90], as: UTF8.self)
    static let xfffe = String(decoding: [0xEF, 0xBF, 0xBE], as: UTF8.self)
    static let xffff = String(decoding: [0xEF, 0xBF, 0xBF], as: UTF8.self)
}
