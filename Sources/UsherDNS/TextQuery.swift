import CCares
import UsherUseCases

/// One question for TXT records by c-ares, on the calling thread.
struct TextQuery {
    /// Of the first try; each further one waits twice as long.
    private static let firstTimeout: Int32 = 1500
    private static let tries: Int32 = 2
    /// Of all together, whatever the servers do.
    private static let deadline = Duration.seconds(5)
    /// What is read of an answer: what proves anything is short, and TXT records can be many.
    private static let maximumRecords = 200
    private static let maximumBytes = 4096

    private static let started = ares_library_init(ARES_LIB_INIT_ALL)

    /// `address[:port]` by comma; nil: those of the system.
    let servers: String?

    func texts(at name: String) throws(DomainLookupProblem) -> [String] {
        var channel: ares_channel?
        guard Self.started == ARES_SUCCESS,
            usher_ares_open(&channel, Self.firstTimeout, Self.tries) == ARES_SUCCESS, let channel
        else { throw .temporary(reason: "the resolver cannot be started") }
        defer { ares_destroy(channel) }
        if let servers, ares_set_servers_ports_csv(channel, servers) != ARES_SUCCESS {
            throw .temporary(reason: "the resolver does not take its servers")
        }
        let answer = Answer()
        // The channel is destroyed before this frame ends, and calls nobody after that.
        let context = Unmanaged.passUnretained(answer).toOpaque()
        usher_ares_ask_texts(
            channel, name,
            { context, status, _, bytes, length in
                guard let context else { return }
                Unmanaged<Answer>.fromOpaque(context).takeUnretainedValue().result =
                    TextQuery.result(status, bytes, length)
            }, context)
        let end = ContinuousClock.now + Self.deadline
        while answer.result == nil {
            let left = end - ContinuousClock.now
            guard left > .zero, usher_ares_step(channel, Self.milliseconds(left)) != 0 else { break }
        }
        if answer.result == nil { ares_cancel(channel) }
        return try (answer.result ?? .failure(.temporary(reason: "no answer"))).get()
    }

    private static func milliseconds(_ duration: Duration) -> Int32 {
        let (seconds, attoseconds) = duration.components
        return Int32(seconds * 1000 + attoseconds / 1_000_000_000_000_000) + 1
    }

    /// Where the library puts what it learned, while the frame that asked waits for it.
    private final class Answer {
        var result: Result<[String], DomainLookupProblem>?
    }

    private static func result(
        _ status: Int32, _ bytes: UnsafeMutablePointer<UInt8>?, _ length: Int32
    ) -> Result<[String], DomainLookupProblem> {
        switch status {
        case ARES_SUCCESS: read(bytes, length)
        case ARES_ENODATA: .success([])
        case ARES_ENOTFOUND: .failure(.noSuchName)
        default: .failure(.temporary(reason: String(cString: ares_strerror(status))))
        }
    }

    private static func read(
        _ bytes: UnsafeMutablePointer<UInt8>?, _ length: Int32
    ) -> Result<[String], DomainLookupProblem> {
        var first: UnsafeMutablePointer<ares_txt_ext>?
        let status = ares_parse_txt_reply_ext(bytes, length, &first)
        defer { if let first { ares_free_data(first) } }
        guard status == ARES_SUCCESS else {
            return status == ARES_ENODATA
                ? .success([]) : .failure(.temporary(reason: "the answer cannot be read"))
        }
        var records: [[UInt8]] = []
        var next = first
        while let part = next?.pointee {
            next = part.next
            if part.record_start != 0 || records.isEmpty {
                if records.count == maximumRecords { break }
                records.append([])
            }
            let room = max(0, maximumBytes - records[records.count - 1].count)
            if let text = part.txt {
                records[records.count - 1] += UnsafeBufferPointer(start: text, count: min(part.length, room))
            }
        }
        return .success(records.map { String(decoding: $0, as: UTF8.self) })
    }
}
