import CIDN2

/// A domain name as the DNS knows it: letters, digits and hyphens (RFC 1123), anything else as A-labels that IDNA2008
/// (RFC 5891) and UTS #46 agree on.
struct DomainName {
    static let maximumOctets = 253
    static let maximumLabelOctets = 63

    /// A-labels in lower case.
    let ascii: String

    /// Reads labels between full stops (U+002E, no other). Nil when the text is no name, is too long, has a second
    /// spelling under NFKC, or has an A-label that is nobody's.
    init?(_ text: some StringProtocol) {
        // A label of 63 octets holds fewer than 63 scalars of at most 4 bytes: what is longer cannot become a name.
        guard (1...Self.maximumOctets * 4).contains(text.utf8.count) else { return nil }
        // What was encoded is checked too: beside labels beyond ASCII there may be A-labels that are nobody's.
        guard let encoded = text.isASCII ? text.lowercased() : Self.encoded(String(text)),
            let ascii = Self.checkedASCII(encoded), ascii.utf8.count <= Self.maximumOctets,
            Self.labels(of: ascii).allSatisfy(Self.isLDH)
        else { return nil }
        self.ascii = ascii
    }

    var labels: [Substring] { Self.labels(of: ascii) }

    private static func labels(of text: String) -> [Substring] {
        text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map { Substring($0) }
    }

    private static func isLDH(_ label: Substring) -> Bool {
        let bytes = label.utf8
        return (1...maximumLabelOctets).contains(bytes.count) && bytes.allSatisfy(\.isLetterDigitHyphen)
            && bytes.first != UInt8(ascii: "-") && bytes.last != UInt8(ascii: "-")
    }

    /// A-labels must be the ones that their U-labels have, so that one name has one spelling.
    private static func checkedASCII(_ lower: String) -> String? {
        guard lower.utf8.count <= maximumOctets else { return nil }
        guard labels(of: lower).contains(where: { $0.utf8.starts(with: "xn--".utf8) }) else { return lower }
        guard let unicode = unicodeForm(of: lower), !unicode.isASCII, encoded(unicode) == lower else { return nil }
        return lower
    }

    private static func encoded(_ unicode: String) -> String? {
        let scalars = unicode.unicodeScalars
        guard scalars.count <= maximumOctets, scalars.allSatisfy({ $0.isStable && !$0.isForeignFullStop }) else {
            return nil
        }
        let lower = unicode.lowercased().nfc
        guard let strict = convert(lower, by: usher_idn_strict), strict == convert(lower, by: usher_idn_mapped) else {
            return nil
        }
        let count = unicode.split(separator: ".", omittingEmptySubsequences: false).count
        return labels(of: strict).count == count ? strict : nil
    }

    private typealias Output<Byte> = UnsafeMutablePointer<UnsafeMutablePointer<Byte>?>

    private static func convert(
        _ name: String, by conversion: (UnsafePointer<UInt8>?, Output<UInt8>?) -> Int32
    ) -> String? {
        var result: UnsafeMutablePointer<UInt8>?
        defer { idn2_free(result) }
        let code = (Array(name.utf8) + [0]).withUnsafeBufferPointer { conversion($0.baseAddress, &result) }
        guard code == IDN2_OK.rawValue, let result else { return nil }
        return String(cString: result)
    }

    private static func unicodeForm(of ascii: String) -> String? {
        var result: UnsafeMutablePointer<CChar>?
        defer { idn2_free(result) }
        guard usher_idn_unicode(ascii, &result) == IDN2_OK.rawValue, let result else { return nil }
        return String(validatingCString: result)
    }
}

extension Unicode.Scalar {
    /// Full stops of other scripts, which some software reads as the dot between labels (UTS #46 section 2.3).
    fileprivate var isForeignFullStop: Bool { value == 0x3002 || value == 0xFF0E || value == 0xFF61 }
}

extension UInt8 {
    var isLetterDigitHyphen: Bool { isASCIIAlphanumeric || self == UInt8(ascii: "-") }

    var isASCIIAlphanumeric: Bool { isASCIILetter || isASCIIDigit }

    var isASCIILetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }

    var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    /// The digit's value in hexadecimal, either case.
    var hexValue: UInt8? {
        if isASCIIDigit { return self - UInt8(ascii: "0") }
        let lower = self | 0x20
        return (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(lower) ? lower - UInt8(ascii: "a") + 10 : nil
    }
}
