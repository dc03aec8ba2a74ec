import Foundation
import Synchronization
import UsherClient

/// A server that says what a test has written down: one step for each stream that is asked for, and another look at a plan
/// for each other request, the third of which shows it applied.
final class ScriptedServer: Sendable {
    enum Step: Sendable {
        /// These pieces, then the end.
        case stream([String])
        case refusal(Int)
        /// 200, and a page for people.
        case page
        case broken
    }

    struct Broken: Error {}

    static let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\n"

    private let state: Mutex<(steps: [Step], ids: [String?], looks: Int)>

    init(_ steps: [Step]) { state = Mutex((steps, [], 0)) }

    /// What each request for a stream said of the last event.
    var lastEventIDs: [String?] { state.withLock { $0.ids } }

    var client: UsherClient {
        var client = UsherClient(baseURL: "", credential: .none) { [self] _ in
            let look = state.withLock { state in
                state.looks += 1
                return state.looks
            }
            return UsherResponse(status: 200, headers: [], body: Array(Self.plan(look, ends: look == 3).utf8))
        }
        client.streaming = { [self] request in
            let step = state.withLock { state in
                state.ids.append(request.headers.first { $0.name == "Last-Event-ID" }?.value)
                return state.steps.isEmpty ? Step.broken : state.steps.removeFirst()
            }
            switch step {
            case .stream(let pieces): return stream(200, "Text/Event-Stream;charset=utf-8", pieces)
            case .refusal(let status): return stream(status, "application/problem+json", ["{}"])
            case .page: return stream(200, "text/html", ["<h1>Hello</h1>"])
            case .broken: throw Broken()
            }
        }
        return client
    }

    private func stream(_ status: Int, _ type: String, _ pieces: [String]) -> UsherStream {
        let bytes = pieces.map { Array($0.utf8) }
        let body = AsyncStream<[UInt8]> { continuation in
            for piece in bytes { continuation.yield(piece) }
            continuation.finish()
        }
        return UsherStream(status: status, headers: [("Content-Type", type)], body: body)
    }

    static func event(_ done: Int, ends: Bool = false) -> String {
        "event: \(ends ? "done" : "progress")\nid: \(done)\ndata: \(plan(done, ends: ends))\n\n"
    }

    private static func plan(_ done: Int, ends: Bool) -> String {
        """
        {"id":"p","organization_id":"o","state":"\(ends ? "applied" : "applying")","total":9,"outcomes":{},\
        "progress":{"done":\(done)},"app_url":"a","redirect_uri":"r","created_at":"2027-01-15T08:00:00Z",\
        "updated_at":"2027-01-15T08:00:00Z","expires_at":"2027-01-22T08:00:00Z"}
        """
    }
}

/// A socket that takes one connection, answers with a text and no end, and tells when the other side hangs up.
final class EndlessServer: Sendable {
    struct NoPort: Error {}

    let port: UInt16
    private let listener: CInt
    private let text: String

    init(_ text: String) throws {
        self.text = text
        listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, size) == 0 && listen(descriptor, 4) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isBound else { throw NoPort() }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(listener) }

    /// False: nobody did within half a minute. On a thread of its own, because sockets block.
    func untilHungUp() -> Task<Bool, Never> {
        Task { [self] in
            await withCheckedContinuation { continuation in
                Thread.detachNewThread { [self] in continuation.resume(returning: talk()) }
            }
        }
    }

    private func talk() -> Bool {
        guard isReadable(listener) else { return false }
        let connection = accept(listener, nil, nil)
        guard connection >= 0, fcntl(connection, F_SETFD, FD_CLOEXEC) == 0 else { return false }
        defer { close(connection) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        guard isReadable(connection), recv(connection, &buffer, buffer.count, 0) > 0 else { return false }
        _ = text.withCString { send(connection, $0, strlen($0), CInt(MSG_NOSIGNAL)) }
        return isReadable(connection) && recv(connection, &buffer, buffer.count, 0) <= 0
    }

    private func isReadable(_ descriptor: CInt) -> Bool {
        var waited = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&waited, 1, 30_000) > 0
    }
}
