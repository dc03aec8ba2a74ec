package import UsherDomain

extension InviterMessage {
    /// Reads an inviter's words: lines of visible text as in a `DisplayName`. Each line end becomes LF, a tab a space;
    /// white space around the whole is dropped, and so is all but one of several empty lines.
    ///
    /// - Throws: `missing` when nothing is left, `too_long` beyond 1000 characters or 4000 bytes, else `malformed`.
    package init(parsing text: String) throws(FieldProblem.Kind) {
        guard text.utf8.count <= Self.maximumBytes * 4 else { throw .tooLong }
        let scalars = text.trimmed.nfc.unicodeScalars.map { $0 == "\t" ? " " : $0 }
        var plain = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            if scalar == "\n", index > 0, scalars[index - 1] == "\r" { continue }
            plain.append(scalar == "\r" ? "\n" : scalar)
        }
        let lines = String(plain).split(separator: "\n", omittingEmptySubsequences: false).map { String($0).trimmed }
        let kept = lines.enumerated().filter { !$1.isEmpty || !lines[max($0 - 1, 0)].isEmpty }.map(\.1)
        let message = kept.joined(separator: "\n")
        guard !message.isEmpty else { throw .missing }
        guard message.utf8.count <= Self.maximumBytes, message.count <= Self.maximumCharacters else { throw .tooLong }
        guard kept.allSatisfy({ DisplayName.isVisible($0) }) else { throw .malformed }
        self.init(stored: message)
    }
}
