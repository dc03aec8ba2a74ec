import CCurl
import NIOPosix
import Synchronization
import UsherDomain
package import UsherUseCases

/// The post that takes letters to an SMTP relay (RFC 5321) with libcurl. libcurl blocks, so it gets threads of its own:
/// as many as connections, hence a free connection is always there.
package final class SMTPPost: Post {
    private static let started = usher_curl_start()

    private let threads: NIOThreadPool
    private let idle: Mutex<[SMTPLane]>

    /// Connects to nobody yet. Refuses settings that libcurl has no support for.
    package init(_ settings: SMTPSettings) throws(SMTPSettingsProblem) {
        let missing = SMTPSettingsProblem("libcurl lacks an option of this relay; version 7.85 or later is needed.")
        guard Self.started == CURLE_OK else { throw missing }
        if let name = settings.clientName, !name.utf8.allSatisfy(Self.isHostByte) {
            throw SMTPSettingsProblem("The name that Usher gives the relay must be a host name.")
        }
        var lanes: [SMTPLane] = []
        for _ in 0..<max(1, settings.lanes) {
            guard let lane = SMTPLane(settings) else { throw missing }
            lanes.append(lane)
        }
        threads = NIOThreadPool(numberOfThreads: lanes.count)
        idle = Mutex(lanes)
        threads.start()
    }

    /// Hands over one message. Waits for a free connection; a cancelled task breaks off what is under way.
    package func hand(_ parcel: Parcel) async -> RelayVerdict {
        if let problem = Self.problem(with: parcel) { return .refused(code: nil, reason: problem) }
        let cancellation = SMTPLane.Cancellation()
        do {
            return try await withTaskCancellationHandler {
                try await threads.runIfActive { self.handNow(parcel, cancellation) }
            } onCancel: {
                cancellation.cancel()
            }
        } catch {
            return .deferred(code: nil, reason: "the post is closed")
        }
    }

    /// Says goodbye on the kept connections, and ends the threads. Nothing can be handed over after it.
    package func close() async {
        try? await threads.shutdownGracefully()
        idle.withLock { $0 = [] }
    }

    private func handNow(_ parcel: Parcel, _ cancellation: SMTPLane.Cancellation) -> RelayVerdict {
        guard let lane = idle.withLock({ $0.popLast() }) else {
            return .deferred(code: nil, reason: "the post is closed")
        }
        defer { idle.withLock { $0.append(lane) } }
        return lane.hand(parcel, cancellation: cancellation)
    }

    /// The last look before the wire: an address is one argument of one command, and a message has no line end but CRLF.
    private static func problem(with parcel: Parcel) -> String? {
        let recipient = parcel.recipient.wire.utf8
        guard parcel.sender.utf8.allSatisfy(isAddressByte), parcel.sender.utf8.allSatisfy({ $0 < 0x80 }) else {
            return "the sender's address cannot be sent"
        }
        guard recipient.allSatisfy(isAddressByte), recipient.contains(UInt8(ascii: "@")), recipient.count <= 320 else {
            return "the recipient's address cannot be sent"
        }
        return hasOnlyCRLF(parcel.bytes) ? nil : "the message has a line that does not end in CRLF"
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte != 0x7F && byte != UInt8(ascii: "<") && byte != UInt8(ascii: ">")
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private static func hasOnlyCRLF(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            var previous: UInt8 = 0
            for byte in bytes {
                if (byte == 0x0A) != (previous == 0x0D) { return false }
                previous = byte
            }
            return previous != 0x0D
        }
    }
}
