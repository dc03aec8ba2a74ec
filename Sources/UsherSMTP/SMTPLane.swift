import CCurl
import Synchronization
import UsherDomain
import UsherUseCases

/// One libcurl handle with the connection that it keeps.
///
/// `@unchecked Sendable`: a lane is taken out of the post's list of idle lanes before it is used and put back after, so
/// only one thread at a time touches it; libcurl allows a handle to move between threads.
final class SMTPLane: @unchecked Sendable {
    private let handle: UnsafeMutableRawPointer
    private var sockets: Set<Int32> = []
    private var dialogue = SMTPDialogue()
    private var body: UnsafeBufferPointer<UInt8>?
    private var bodyOffset = 0
    private var needsUTF8 = false
    /// What the relay offered when the connection that is kept was made.
    private var offersUTF8 = false
    private var lacksUTF8 = false
    private var cancellation: Cancellation?
    /// Whether this attempt made a connection of its own.
    private var isFresh = false

    /// Set from another thread when nobody waits for the verdict any more.
    final class Cancellation: Sendable {
        private let flag = Atomic(false)

        var isCancelled: Bool { flag.load(ordering: .relaxed) }

        func cancel() { flag.store(true, ordering: .relaxed) }
    }

    /// Nil when libcurl has no memory, or lacks what is asked of it.
    init?(_ settings: SMTPSettings) {
        guard let handle = curl_easy_init() else { return nil }
        self.handle = handle
        guard SMTPOptions(settings).apply(to: handle), listen() else { return nil }
    }

    deinit {
        // The goodbye to an idle connection is a courtesy: nobody waits long for the answer.
        _ = usher_curl_set_number(handle, CURLOPT_SERVER_RESPONSE_TIMEOUT, 2)
        curl_easy_cleanup(handle)
    }

    /// Sends one parcel, on the calling thread, until there is a verdict.
    func hand(_ parcel: Parcel, cancellation: Cancellation) -> RelayVerdict {
        self.cancellation = cancellation
        defer { self.cancellation = nil }
        let first = attempt(parcel)
        guard isStale(first) else { return first.verdict }
        // The relay had closed the connection while nobody used it. It has seen no message yet, so this cannot double it.
        return attempt(parcel).verdict
    }

    private struct Attempt {
        let code: CURLcode
        let dialogue: SMTPDialogue
        let verdict: RelayVerdict
    }

    private func isStale(_ attempt: Attempt) -> Bool {
        let talk = attempt.dialogue
        guard !isFresh, !lacksUTF8, cancellation?.isCancelled != true,
            attempt.code != CURLE_OPERATION_TIMEDOUT, talk.phase <= .sender
        else { return false }
        return attempt.code != CURLE_OK && talk.replies[.sender].map { $0.code == 421 } ?? true
    }

    private func attempt(_ parcel: Parcel) -> Attempt {
        dialogue = SMTPDialogue()
        needsUTF8 = parcel.recipient.needsSMTPUTF8
        lacksUTF8 = false
        bodyOffset = 0
        isFresh = false
        let recipients = curl_slist_append(nil, "<\(parcel.recipient.wire)>")
        defer { curl_slist_free_all(recipients) }
        _ = usher_curl_set_text(handle, CURLOPT_MAIL_FROM, "<\(parcel.sender)>")
        _ = usher_curl_set_list(handle, CURLOPT_MAIL_RCPT, recipients)
        _ = usher_curl_set_size(handle, CURLOPT_INFILESIZE_LARGE, parcel.bytes.count)
        let code = parcel.bytes.withUnsafeBufferPointer { bytes in
            body = bytes
            defer { body = nil }
            return curl_easy_perform(handle)
        }
        _ = usher_curl_set_list(handle, CURLOPT_MAIL_RCPT, nil)
        if code != CURLE_OK { abandonConnection() }
        _ = usher_curl_set_number(handle, CURLOPT_FRESH_CONNECT, code == CURLE_OK ? 0 : 1)
        return Attempt(code: code, dialogue: dialogue, verdict: verdict(code))
    }

    /// The library keeps a connection on which a reply is still due, as after a time-out at the final dot. The next
    /// message would take that reply for its own, so such a connection is ended and the next attempt makes a new one.
    private func abandonConnection() {
        for socket in sockets { usher_socket_stop(socket) }
    }

    private func verdict(_ code: CURLcode) -> RelayVerdict {
        if lacksUTF8 {
            return .refused(code: nil, reason: "the relay does not offer SMTPUTF8, which this address needs (RFC 6531)")
        }
        return dialogue.verdict(problem: code == CURLE_OK ? nil : Self.sentence(code))
    }

    /// What went wrong, in words; the library's own error text may have what the other side said.
    private static func sentence(_ code: CURLcode) -> String {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: "the relay's name is not known"
        case CURLE_COULDNT_CONNECT: "the relay does not answer"
        case CURLE_USE_SSL_FAILED: "the relay does not offer TLS"
        case CURLE_PEER_FAILED_VERIFICATION: "the relay's certificate is not trusted"
        case CURLE_SSL_CONNECT_ERROR: "TLS with the relay failed"
        case CURLE_LOGIN_DENIED: "the relay does not accept the sign-in"
        case CURLE_OPERATION_TIMEDOUT: "the relay took too long"
        case CURLE_ABORTED_BY_CALLBACK: "the attempt was broken off"
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING: "the relay dropped the connection"
        default: String(cString: curl_easy_strerror(code))
        }
    }
}

// The library's callbacks. Each runs on the thread that is in `curl_easy_perform` or `curl_easy_cleanup`.
extension SMTPLane {
    private func listen() -> Bool {
        let context = Unmanaged.passUnretained(self).toOpaque()
        let results = [
            usher_curl_on_debug(
                handle, { _, type, data, size, context in SMTPLane.from(context)?.heard(type, data, size) ?? 0 },
                context),
            usher_curl_on_read(
                handle, { data, size, count, context in SMTPLane.from(context)?.fill(data, size * count) ?? 0 }, context
            ),
            usher_curl_on_progress(
                handle, { context, _, _, _, _ in SMTPLane.from(context)?.shouldStop == true ? 1 : 0 }, context),
            usher_curl_on_request(
                handle, { context, _, _, _, _ in SMTPLane.from(context)?.mayBegin() == false ? 1 : 0 }, context),
            usher_curl_on_socket(
                handle,
                { context, socket, _ in
                    SMTPLane.from(context)?.isFresh = true
                    SMTPLane.from(context)?.sockets.insert(socket)
                    return CURL_SOCKOPT_OK
                },
                { context, socket in
                    SMTPLane.from(context)?.sockets.remove(socket)
                    return usher_socket_close(socket)
                }, context),
        ]
        return results.allSatisfy { $0 == CURLE_OK }
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> SMTPLane? {
        context.map { Unmanaged<SMTPLane>.fromOpaque($0).takeUnretainedValue() }
    }

    private var shouldStop: Bool { dialogue.isFlooded || cancellation?.isCancelled == true }

    private func heard(_ type: curl_infotype, _ data: UnsafeMutablePointer<CChar>?, _ size: Int) -> Int32 {
        guard let data, size > 0 else { return 0 }
        data.withMemoryRebound(to: UInt8.self, capacity: size) { start in
            let bytes = UnsafeBufferPointer(start: start, count: size)
            switch type {
            case CURLINFO_HEADER_OUT: dialogue.sent(bytes)
            case CURLINFO_HEADER_IN: dialogue.received(bytes)
            // The library drops a line that fills its buffer, and says only this.
            case CURLINFO_TEXT where bytes.starts(with: "Excessive server response".utf8): dialogue.discarded(8192)
            default: break
            }
        }
        if let offers = dialogue.offersUTF8 { offersUTF8 = offers }
        if dialogue.isFlooded {
            // A relay that never stops talking never lets the library look at its clock; an end of file does.
            abandonConnection()
        }
        return 0
    }

    private func fill(_ target: UnsafeMutablePointer<CChar>?, _ room: Int) -> Int {
        guard let target, let body, let start = body.baseAddress else { return 0 }
        let count = min(room, body.count - bodyOffset)
        if count > 0 {
            UnsafeMutableRawPointer(target).copyMemory(from: start + bodyOffset, byteCount: count)
            bodyOffset += count
        }
        // The library knows the length and does not ask again after the last byte.
        if bodyOffset == body.count { dialogue.sentBody() }
        return count
    }

    /// Called when the connection stands and MAIL is next.
    private func mayBegin() -> Bool {
        lacksUTF8 = needsUTF8 && !offersUTF8
        return !lacksUTF8 && !shouldStop
    }
}
