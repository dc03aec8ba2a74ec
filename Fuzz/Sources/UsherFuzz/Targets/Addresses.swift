import FoundationEssentials

@testable import UsherDomain
@testable import UsherMail
@testable import UsherText

/// Catalogue VAL-04: what is accepted is one address for every reader, and reading it again changes nothing.
func fuzzAddress(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let address = try? EmailAddress(parsing: text) else { return }
    for form in [address.typed, address.canonical, address.wire] { checkOneAddress(form) }
    promise(max(address.wire.utf8.count, address.canonical.utf8.count) <= 254, "at most 254 octets")
    promise(address.needsSMTPUTF8 == !address.wire.isPrintableASCII, "SMTPUTF8 is what is beyond ASCII")
    checkDomain(address)

    for form in [address.typed, address.wire, "\t \(address.typed)\n"] {
        let again = promised("\(form) is read again") { try EmailAddress(parsing: form) }
        promise(again.canonical.isSame(as: address.canonical), "canonical form of \(form) stays: \(again.canonical)")
        promise(again.wire.isSame(as: address.wire), "wire form of \(form) stays: \(again.wire)")
    }
    let canonical = promised("the canonical form \(address.canonical) is an address") {
        try EmailAddress(parsing: address.canonical)
    }
    promise(canonical.canonical.isSame(as: address.canonical), "canonical form of the canonical form is itself")
    promise(canonical == address && canonical.hashValue == address.hashValue, "both are the same person's")
    checkCarried(address)
}

private func checkOneAddress(_ text: String) {
    promise(text.isOneLine, "no control in \(text.debugDescription)")
    promise(text.unicodeScalars.count { $0 == "@" } == 1, "one @ in \(text)")
    promise(!text.unicodeScalars.contains { $0.properties.isWhitespace }, "no white space in \(text)")
    promise(!text.unicodeScalars.contains { "<>()[]:;,\\\"%!".unicodeScalars.contains($0) }, "no special in \(text)")
}

private func checkDomain(_ address: EmailAddress) {
    let labels = address.domain.split(separator: ".", omittingEmptySubsequences: false)
    promise(labels.count >= 2, "two labels in \(address.domain)")
    for label in labels {
        promise((1...63).contains(label.utf8.count), "length of label \(label)")
        promise(
            label.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D },
            "letters, digits and hyphens in \(label)")
    }
    promise(address.wire.hasSuffix("@" + address.domain), "the wire form has the same domain")
    let local = address.wire.prefix { $0 != "@" }
    promise(local.utf8.count <= 64 || !address.wire.isPrintableASCII, "at most 64 octets in \(local)")
    let loud = promised("case of the domain does not count") {
        try EmailAddress(parsing: "\(address.wire.dropLast(address.domain.count))\(address.domain.uppercased())")
    }
    promise(loud == address, "case of the domain does not count: \(loud.canonical)")
}

/// What the letter writer and libcurl make of it.
private func checkCarried(_ address: EmailAddress) {
    let header = promised("the address can be written in a header") {
        try Header(.to, address: address.wire, charset: address.needsSMTPUTF8 ? .utf8 : .ascii)
    }
    promise(header.text.isSame(as: "To: <\(address.wire)>"), "one header with the address as it is")
    promise(address.masked.isOneLine, "the masked form is one line")
}

/// What is accepted is a URL that a second parser reads as the same host.
func fuzzURL(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    let origin = Origin(parsing: text)
    guard let url = try? WebURL(parsing: text, field: "app_url") else {
        promise(origin == nil, "\(text) is an origin but no URL")
        return
    }
    promise(url.text.isSame(as: text), "the text stays as it came")
    promise(text.utf8.count <= 2048 && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "short printable ASCII")
    promise(origin == nil || origin == url.origin, "one origin")
    let own = url.origin.text
    promise(own.hasPrefix("http://") || own.hasPrefix("https://"), "scheme of \(own)")
    promise(own.isSame(as: own.lowercased()), "\(own) is in lower case")
    promise(Origin(parsing: own) == url.origin, "reading the origin \(own) again gives itself")
    promise(Origin(parsing: own + "/") == url.origin, "a slash behind an origin changes nothing")
    _ = url.origin.isLoopback
    compare(url)
}

private func compare(_ url: WebURL) {
    guard let other = URL(string: url.text) else { return }
    promise(other.user() == nil && other.password() == nil, "no user in \(url.text)")
    let scheme = (other.scheme ?? "").lowercased()
    promise(url.origin.text.hasPrefix(scheme + "://"), "scheme of \(url.text)")
    guard let host = other.host(), !host.contains(":") else { return }
    var origin = "\(scheme)://\(host.lowercased())"
    if let port = other.port, port != (origin.hasPrefix("https:") ? 443 : 80) { origin += ":\(port)" }
    promise(origin == url.origin.text, "two readers: \(origin) and \(url.origin)")
}

/// Names, passwords and language tags: reading what was read changes nothing, and a letter can show every name.
func fuzzNames(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    if let name = try? DisplayName(parsing: text) {
        promise(!name.text.isEmpty && name.text.count <= 100 && name.text.utf8.count <= 400, "length of a name")
        promise(name.text.isOneLine, "a name is one line")
        let again = promised("a name is read again") { try DisplayName(parsing: name.text) }
        promise(again.text.isSame(as: name.text), "a name read again is the same")
        let shown = promised("a letter can show every name") { try ShownName(name.text, field: "name") }
        checkShown(shown.text, of: name.text)
    }
    if let password = try? Password(parsing: text) {
        let again = promised("a password is read again") { try Password(parsing: password.secret.reveal()) }
        promise(again.secret.reveal().isSame(as: password.secret.reveal()), "a password read again is the same")
        promise("\(password.secret)" == "<secret>", "a password cannot be printed")
    }
    if let tag = LanguageTag.normalized(text) {
        promise(tag.isPrintableASCII && tag.utf8.count <= LanguageTag.maximumLength, "shape of \(tag)")
        promise(LanguageTag.normalized(tag) == tag, "a tag read again is the same")
        promise(LanguageTag.normalized(text.uppercased()) == tag, "case of a tag does not count")
    }
}

private func checkShown(_ shown: String, of name: String) {
    promise(shown.isOneLine, "what is shown is one line")
    let scalars = Array(shown.unicodeScalars)
    let breaking = Set(".@:\\".unicodeScalars)
    for (index, scalar) in scalars.enumerated().dropLast() where breaking.contains(scalar) {
        promise(scalars[index + 1].properties.isWhitespace, "a link is broken in \(shown.debugDescription)")
    }
    promise(shown.unicodeScalars.filter { $0 != "\u{200A}" }.count <= name.unicodeScalars.count, "nothing is added")
}
