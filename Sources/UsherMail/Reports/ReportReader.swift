package import UsherDomain

/// Reads what mail systems send back: reports on delivery (RFC 3464, RFC 6522, RFC 6533) and complaints (RFC 5965). Whatever
/// is not clearly one of them, or contradicts itself, is none.
package struct ReportReader: Sendable {
    private let returnPath: ReturnPath

    package init(_ returnPath: ReturnPath) { self.returnPath = returnPath }

    /// Bytes of a message that are looked at; a report has what counts before the letter that it sends back.
    package static let longest = 1 << 20
    private static let mostAddresses = 50
    /// Where mail systems write down to whom a message was delivered.
    private static let recipientFields = ["delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to"]

    /// Nil when it is no report, or not about a letter of ours.
    package func report(in message: [UInt8], at now: Timestamp) -> DeliveryReport? {
        let top = MailPart(message.prefix(Self.longest))
        guard top.mediaType == "multipart/report" else { return nil }
        for part in top.parts() where part.isPlain {
            switch part.mediaType {
            case "message/delivery-status", "message/global-delivery-status":
                return delivery(part, of: top, at: now)
            case "message/feedback-report":
                return complaint(part, at: now)
            default: continue
            }
        }
        return nil
    }

    private func delivery(_ part: MailPart, of top: MailPart, at now: Timestamp) -> DeliveryReport? {
        // A letter has one recipient. More groups come from lists behind it, and count if they agree.
        let groups = part.groups().filter { $0.value(of: "action") != nil }
        let verdicts = Set(groups.map(Self.verdict))
        guard let group = groups.first, verdicts.count == 1, let verdict = verdicts.first ?? nil,
            let tag = tag(in: Self.recipientFields.flatMap(top.values), at: now)
        else { return nil }
        let (code, diagnosis) = Self.diagnosis(group)
        let status = group.value(of: "status").map { String($0.prefix { !$0.isWhitespace }) } ?? ""
        return DeliveryReport(
            invitation: tag.invitation, generation: tag.generation, verdict: verdict, code: code,
            reason: Self.printable("\(status) \(diagnosis)"))
    }

    private func complaint(_ part: MailPart, at now: Timestamp) -> DeliveryReport? {
        // Its fields stand in the body of the part (RFC 5965 section 3).
        guard let report = part.groups().first, word(report.value(of: "feedback-type")) == "abuse",
            let tag = tag(in: report.values(of: "original-mail-from"), at: now)
        else { return nil }
        return DeliveryReport(
            invitation: tag.invitation, generation: tag.generation, verdict: .complained,
            reason: "the recipient reported it as unwanted")
    }

    private func tag(in fields: [String], at now: Timestamp) -> ReturnPath.Tag? {
        fields.flatMap { $0.split { "<>,;:\"()[] \t".contains($0) } }.prefix(Self.mostAddresses)
            .lazy.compactMap { returnPath.tag(in: $0, at: now) }.first
    }

    /// Action and status must tell the same (RFC 3464 sections 2.3.3 and 2.3.4). A letter that was given up after days of
    /// trouble has failed, too, with a status of class 4.
    private static func verdict(_ group: MailPart) -> DeliveryReport.Verdict? {
        let status = group.value(of: "status").map { $0.prefix { !$0.isWhitespace }.split(separator: ".") } ?? []
        guard status.count == 3, status.allSatisfy({ (1...3).contains($0.count) && $0.allSatisfy(\.isNumber) }) else {
            return nil
        }
        return switch (word(group.value(of: "action")), status[0]) {
        case ("failed", "5"), ("failed", "4"): .bounced
        case ("delayed", "4"): .delayed
        case ("delivered", "2"): .delivered
        default: nil
        }
    }

    /// `smtp; 550 5.1.1 no such person`: the reply code and the text.
    private static func diagnosis(_ group: MailPart) -> (Int?, String) {
        guard let field = group.value(of: "diagnostic-code"), let end = field.firstIndex(of: ";") else {
            return (nil, "")
        }
        let text = field[field.index(after: end)...].drop(while: \.isWhitespace)
        let code = Int(text.prefix(3)).flatMap { (400..<600).contains($0) ? $0 : nil }
        return (code, String(text))
    }

    /// What ends in a database and before people.
    private static func printable(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars.prefix(200) {
            shown.unicodeScalars.append((0x20...0x7E).contains(scalar.value) ? scalar : "?")
        }
        while shown.hasSuffix(" ") { shown.removeLast() }
        return shown
    }
}

/// A field of one word, without comments and in lower case.
private func word(_ value: String?) -> String? {
    value.map { $0.prefix { !$0.isWhitespace && $0 != "(" }.lowercased() }
}
