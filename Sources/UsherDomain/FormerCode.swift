/// The secret in the link of a letter: one that this server made, or one that another system put into the links of its
/// letters and that was taken in with the invitation.
package enum InvitationCode {
    /// Parameters of links that hold one: ours, and those of WorkOS, Auth0 and Clerk (docs/import.md).
    package static let linkParameters = ["inv_code", "invitation_token", "invitation", "__clerk_ticket", "ticket"]

    /// Whether it is worth looking it up at all.
    package static func isWellFormed(_ text: String) -> Bool {
        SecretText.isWellFormed(text) || FormerCode.isWellFormed(text)
    }
}

/// A code that another system made. It opens an offer like one of ours, so it has to be as hard to guess: at least
/// 128 bit, as far as its letters can tell.
package enum FormerCode {
    /// Bytes; a browser keeps it in a cookie for a while.
    package static let maximumLength = 2048
    /// Bits that cannot be guessed (NIST SP 800-63B section 5.1.3, with room).
    package static let minimumBits = 128
    /// Fewer different letters than this are no random text of that length.
    private static let minimumLetters = 10

    package static func isWellFormed(_ text: String) -> Bool {
        guard text.utf8.count <= maximumLength, text.utf8.allSatisfy(isUnreserved), !isUUID(text) else { return false }
        // Of a signed token (RFC 7515) the last part alone is the proof: the others can be read by anybody.
        let proof = text.split(separator: ".", omittingEmptySubsequences: false).last ?? ""
        return bits(of: proof) >= minimumBits && Set(proof.utf8).count >= minimumLetters
    }

    /// RFC 3986 section 2.3: they stand in a link, and in a cookie, as they are.
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        byte.isBase64URL || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "~")
    }

    /// At most 122 bits of one are random (RFC 9562 section 5.4), of most far fewer: they are names and no secrets.
    private static func isUUID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [8, 4, 4, 4, 12] && parts.joined().allSatisfy(\.isHexDigit)
    }

    /// So many bits as the text has when each letter was drawn from the smallest usual alphabet that holds them all.
    private static func bits(of text: Substring) -> Int {
        let bytes = text.utf8
        let isHex =
            bytes.allSatisfy { Self.digits.contains($0) || (0x61...0x66).contains($0) }
            || bytes.allSatisfy { Self.digits.contains($0) || (0x41...0x46).contains($0) }
        let hasDigits = bytes.contains(where: digits.contains)
        let hasLower = bytes.contains { (0x61...0x7A).contains($0) }
        let hasUpper = bytes.contains { (0x41...0x5A).contains($0) }
        let hundredths =
            switch (hasDigits, hasLower, hasUpper) {
            case (_, false, false): 332
            case _ where isHex: 400
            case (false, true, false), (false, false, true): 470
            case (true, true, false), (true, false, true): 516
            case (false, true, true): 570
            case (true, true, true): 595
            }
        return bytes.count * hundredths / 100
    }

    private static let digits: ClosedRange<UInt8> = 0x30...0x39
}

/// In whose words a table of invitations is written.
package enum ImportFormat: String, Sendable, CaseIterable {
    case usher, clerk, workos, auth0
}
