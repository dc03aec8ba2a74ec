package import UsherDomain

extension EmailAddress {
    /// Octets of local part, `@` and domain in the wire form: 256 of a path less its brackets (RFC 5321 4.5.3.1.3).
    package static let maximumOctets = 254
    /// RFC 5321 section 4.5.3.1.1.
    package static let maximumLocalOctets = 64
    /// What a text may have at all, white space around it included, before anybody looks into it: a domain in
    /// U-labels takes more octets than on the wire.
    private static let maximumTextOctets = 1024

    /// Reads one address that mail can be sent to, as people type it; white space around it is dropped.
    ///
    /// Narrower than RFC 5322: a dot-atom before the `@`, without `%` and `!` (they once meant routes) and without
    /// encoded-words; at least two labels after it. Quoted local parts, comments, groups, brackets, routes and IP
    /// literals are refused: they are how one address is passed off as another. Beyond ASCII (RFC 6531, 6532), only
    /// visible characters with one spelling: what NFKC would change is refused, never mapped.
    ///
    /// - Throws: `Refusal.invalidEmail` with the first thing that is wrong.
    package init(parsing text: String) throws(Refusal) {
        guard text.utf8.count <= Self.maximumTextOctets else { throw .invalidEmail(.tooLong) }
        let typed = text.trimmed
        if let problem = Self.problem(with: typed) { throw .invalidEmail(problem) }
        // By bytes: with a mark behind it, no character is an `@` any more.
        let parts = typed.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
            .map { Substring($0) }
        guard parts.count == 2 else { throw .invalidEmail(.notOneAt) }

        let local = String(parts[0]).nfc
        guard Self.isLocalPart(local, typed: parts[0]) else { throw .invalidEmail(.localPart) }
        let canonicalLocal = local.lowercased().nfc
        guard max(local.utf8.count, canonicalLocal.utf8.count) <= Self.maximumLocalOctets else {
            throw .invalidEmail(.tooLong)
        }
        guard let domain = DomainName(parts[1]), Self.isMailDomain(domain) else { throw .invalidEmail(.domain) }
        let wire = "\(local)@\(domain.ascii)", canonical = "\(canonicalLocal)@\(domain.ascii)"
        guard max(wire.utf8.count, canonical.utf8.count) <= Self.maximumOctets else { throw .invalidEmail(.tooLong) }
        self.init(typed: typed, canonical: canonical, wire: wire)
    }

    /// What can be said of the text as a whole.
    private static func problem(with typed: String) -> AddressProblem? {
        if typed.isEmpty { return .empty }
        var ats = 0
        var spaced = false, special = false
        for scalar in typed.unicodeScalars {
            switch scalar {
            case ",", ";": return .several
            case "@": ats += 1
            case "<", ">", "(", ")", "[", "]", ":", "\\", "\"": special = true
            default:
                if scalar.isSpace { spaced = true }
                if scalar.isControl { special = true }
            }
        }
        if spaced && ats > 1 && !special { return .several }
        if spaced || special { return .malformed }
        return ats == 1 ? nil : .notOneAt
    }

    /// `typed` is looked at too: NFC itself turns some second spellings, like the Kelvin sign, into the first.
    private static func isLocalPart(_ local: String, typed: Substring) -> Bool {
        var previous: UInt8 = 0
        for byte in local.utf8 {
            switch (previous, byte) {
            case (UInt8(ascii: "="), UInt8(ascii: "?")), (UInt8(ascii: "?"), UInt8(ascii: "=")): return false
            default: previous = byte
            }
        }
        let atoms = local.unicodeScalars.split(separator: ".", omittingEmptySubsequences: false)
        return typed.unicodeScalars.allSatisfy(\.isAtomText)
            && atoms.allSatisfy { !$0.isEmpty && !$0.hasStrayMarks }
    }

    /// Delegation needs two labels, and a name that ends in digits is an address of a machine (RFC 3696 section 2).
    private static func isMailDomain(_ domain: DomainName) -> Bool {
        let labels = domain.labels
        return labels.count >= 2 && labels.last?.utf8.allSatisfy(\.isASCIIDigit) == false
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool {
        isASCII ? value < 0x20 || value == 0x7F : properties.generalCategory == .control
    }

    /// `atext` of RFC 5322 section 3.2.3 and RFC 6531 section 3.3 and the dot between atoms, without `%` and `!`.
    fileprivate var isAtomText: Bool {
        guard isASCII else { return !isUnfitForAddress }
        switch self {
        case "a"..."z", "A"..."Z", "0"..."9": return true
        case "#", "$", "&", "'", "*", "+", "-", "/", "=", "?", "^", "_", "`", "{", "|", "}", "~", ".": return true
        default: return false
        }
    }
}
