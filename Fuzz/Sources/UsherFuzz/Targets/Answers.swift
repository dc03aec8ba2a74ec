import Dispatch
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

@testable import UsherAPI
@testable import UsherDomain
@testable import UsherHTTP
@testable import UsherPages
@testable import UsherText
@testable import UsherUseCases

/// Whatever is refused, and whatever stands in the refusal: one JSON object with a known code, and fields that cannot
/// end early.
func fuzzProblem(_ bytes: [UInt8]) {
    var input = Input(bytes)
    let kind = input.byte(), number = input.byte()
    let texts = input.texts(atMost: 6)
    let error = error(kind, number, texts)
    let answer = Answer(error)
    promise((400...599).contains(answer.status.code), "an error's status: \(answer.status)")
    for field in answer.headers {
        promise(field.value.isPrintableASCII, "\(field.name) is one line: \(field.value.debugDescription)")
    }
    let accept = texts.last ?? ""
    let request = Request(
        head: HTTPRequest(
            method: .post, scheme: "https", authority: "usher.example.com", path: "/api/invitation",
            headerFields: [.accept: accept]),
        body: RequestBody(buffer: ByteBuffer()))
    let response = answer.response(to: request, id: "0190a5a0-0000-7000-8000-000000000001")
    let type = response.headers[.contentType] ?? ""
    promise(["application/problem+json; charset=utf-8", "application/json; charset=utf-8"].contains(type), type)
    checkBody(Collected.bytes(of: response), answer)
}

private func checkBody(_ bytes: [UInt8], _ answer: Answer) {
    // A NUL can be written, but our own reader takes none.
    if !answer.sentence.contains("\0"), !answer.problems.contains(where: { $0.pointer.contains("\0") }) {
        promise((try? StrictJSON.parse(bytes)) != nil, "the strict reader takes it")
    }
    let problem = promised("clients read the problem") { try JSONDecoder().decode(Problem.self, from: Data(bytes)) }
    promise(ErrorCode(rawValue: problem.code) != nil, "a known code: \(problem.code)")
    promise(problem.status == answer.status.code, "the status is told")
    promise(problem.detail.isSame(as: answer.sentence), "the sentence is told as it is")
    promise(problem.message.isSame(as: problem.detail), "the sentence stands twice")
    promise((problem.errors ?? []).count == answer.problems.count, "every member is told")
}

/// The errors that hold something from outside.
private func error(_ kind: Int, _ number: Int, _ texts: [String]) -> any Error {
    let text = texts.first ?? ""
    let kinds: [FieldProblem.Kind] = [.missing, .malformed, .unknown, .wrongType, .tooLong, .outOfRange]
    let problems = texts.map { FieldProblem($0, kinds[number % kinds.count]) }
    let quota = Quota(Quota.Name.allCases[number % Quota.Name.allCases.count], number, per: .seconds(number))
    let after = Duration.milliseconds((number - 100) * 4001)
    return switch kind % 14 {
    case 0: Refusal.invalidBody(problems)
    case 1: Refusal.invalidQuery(problems)
    case 2: Refusal.outOfScope(route: text)
    case 3: Refusal.invalidURL(field: text)
    case 4: Refusal.originNotAllowed(field: text, origin: Origin(stored: texts.last ?? ""))
    case 5: Refusal.recipientRefused(code: number)
    case 6: Refusal.limited(quota, retryAfter: after)
    case 7: Refusal.busy(retryAfter: after)
    case 8: StoreUnavailable("the database is away", retryAfter: after)
    case 9: HTTPFault.badRequest(text)
    case 10: HTTPFault(HTTPResponse.Status(code: 400 + number % 200))
    case 11: HTTPError(HTTPResponse.Status(code: 400 + number % 200), message: text)
    case 12:
        (try? Members(Array(text.utf8), known: ["name"]).finish()).map { Refusal.busy(retryAfter: after) }
            ?? Refusal.roleTooLow(needed: .invitationCreate)
    default: Refusal.notSignedIn
    }
}

/// Reads a response's body.
private struct Collected: ResponseBodyWriter {
    let box: Box

    final class Box: @unchecked Sendable {
        // Written by one task, and read after a semaphore says that it ended.
        var bytes: [UInt8] = []
    }

    mutating func write(_ buffer: ByteBuffer) async throws { box.bytes += buffer.readableBytesView }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}

    static func bytes(of response: Response) -> [UInt8] {
        let box = Box(), ended = DispatchSemaphore(value: 0)
        Task {
            try await response.body.write(Collected(box: box))
            ended.signal()
        }
        ended.wait()
        return box.bytes
    }
}

private let templates = Templates(PageTemplates.all)
private let quiet = pageMarkup(["", "", "", "", "", ""])

/// A page with hostile texts has the same tags and attributes as one with none.
func fuzzPage(_ bytes: [UInt8]) {
    var input = Input(bytes)
    var texts = input.texts(atMost: 6)
    while texts.count < 6 { texts.append("") }
    let loud = pageMarkup(texts)
    promise(tags(loud) == tags(quiet), "a text became markup: \(texts)")
}

private func pageMarkup(_ texts: [String]) -> [UInt8] {
    var view = PageView("A", title: texts[0], headline: .strong(texts[1]), symbol: .clock)
    view.lead = [
        .sentence(
            "{inviter} invites you to {organization}.", ["inviter": .name(texts[2]), "organization": HTML(texts[3])])
    ]
    view.facts = [FactView(label: HTML(texts[4]), value: .time(texts[5], at: texts[0]))]
    view.notes = [.link(texts[1], to: texts[2])]
    view.action = LinkView(texts[3], to: texts[4])
    view.rows = [RowView(name: HTML(texts[0]), detail: HTML(texts[5]))]
    view.rowsTitle = HTML(texts[2])
    return Array(templates.render(view, with: "page").markup.utf8)
}

/// The markup with everything between tags and between quotation marks left out, as a browser cuts it.
private func tags(_ markup: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    var isTag = false, isQuoted = false
    for byte in markup {
        switch byte {
        case UInt8(ascii: "\"") where isTag:
            isQuoted.toggle()
            out.append(byte)
        case UInt8(ascii: "<") where !isQuoted, UInt8(ascii: ">") where !isQuoted:
            isTag = byte == UInt8(ascii: "<")
            out.append(byte)
        default: if isTag && !isQuoted { out.append(byte) }
        }
    }
    return out
}
