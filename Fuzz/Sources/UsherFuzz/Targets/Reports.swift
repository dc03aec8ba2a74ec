@testable import UsherDomain
@testable import UsherMail
@testable import UsherUseCases

private let invitation = ID<Invitation>(rawValue: "0190a5a0-0000-7000-8000-000000000002")
private let sentAt = Timestamp(milliseconds: 1_795_476_024_000)

private let returnPath: ReturnPath = {
    guard let path = ReturnPath("bounces@example.com", effects: effects) else { preconditionFailure("no return path") }
    return path
}()

private let address: [UInt8] = Array((returnPath.address(of: invitation, generation: 1, at: sentAt) ?? "").utf8)

/// Catalogue EML-10, EML-11: mail that anybody sends to the return path. `@@` stands for the address of a letter, which
/// nobody else can make up; whatever else stands there, only that letter can be meant.
func fuzzReport(_ bytes: [UInt8]) {
    var message: [UInt8] = []
    var isTagged = false
    for byte in bytes {
        if byte == UInt8(ascii: "@"), message.last == byte {
            message.removeLast()
            message += address
            isTagged = true
        } else {
            message.append(byte)
        }
    }
    guard let report = ReportReader(returnPath).report(in: message, at: sentAt) else { return }
    promise(isTagged, "no report without the address")
    promise(report.invitation == invitation && report.generation == 1, "the letter is the one of the tag")
    promise(report.code.map { (400..<600).contains($0) } ?? true, "code \(String(describing: report.code))")
    let reason = report.reason ?? ""
    promise(reason.isPrintableASCII || reason.isEmpty, "reason \(reason.debugDescription)")
    promise(reason.utf8.count <= 200, "a short reason")
}
