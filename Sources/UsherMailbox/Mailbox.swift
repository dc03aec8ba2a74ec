import Dispatch
import Synchronization
package import UsherDomain
package import UsherUseCases

/// The development mailbox: keeps what a relay would have been given, instead of sending it anywhere.
///
/// Each message is a JSON file in a folder, durable before the verdict says so, because a 204 promises as much here as
/// it does with a relay. The newest `capacity` messages are kept.
package final class Mailbox: Post {
    package static let capacity = 1000

    private let folder: MailboxFolder
    private let effects: Effects
    /// Newest last.
    private let messages: Mutex<[MailboxMessage]>
    /// Writing waits for the disk, so it has a thread of its own; one at a time keeps the order.
    private let queue = DispatchQueue(label: "usher.mailbox")

    /// Opens the folder, making it if it is not there, and reads the messages in it.
    /// - Throws: `MailboxError` when the folder can't be made or read.
    package init(folder path: String, effects: Effects) throws {
        folder = try MailboxFolder(path: path)
        self.effects = effects
        messages = Mutex(folder.load(newest: Self.capacity))
    }

    package func hand(_ parcel: Parcel) async -> RelayVerdict {
        let message = MailboxMessage(
            id: effects.newID(), to: parcel.recipient.typed, raw: String(decoding: parcel.bytes, as: UTF8.self),
            receivedAt: effects.now())
        return await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: self.keep(message)) }
        }
    }

    private func keep(_ message: MailboxMessage) -> RelayVerdict {
        do {
            try folder.save(message)
        } catch {
            return .deferred(code: nil, reason: "the mailbox folder could not be written")
        }
        let surplus = messages.withLock { messages in
            messages.append(message)
            guard messages.count > Self.capacity else { return [String]() }
            let surplus = messages.prefix(messages.count - Self.capacity).map(\.id)
            messages.removeFirst(surplus.count)
            return surplus
        }
        for id in surplus { folder.remove(id) }
        return .accepted(code: 250)
    }

    /// Newest first.
    package func all() -> [MailboxMessage] { messages.withLock { $0.reversed() } }

    package func message(_ id: String) -> MailboxMessage? {
        messages.withLock { $0.last { $0.id == id } }
    }
}

/// One message that was handed over.
package struct MailboxMessage: Sendable {
    package let id: String
    /// Envelope recipient, as typed.
    package let to: String
    /// RFC 5322 bytes as text, lines ending in CRLF.
    package let raw: String
    package let receivedAt: Timestamp

    package var content: MessageReader { MessageReader(raw) }
}

/// Why the mailbox can't be used.
package struct MailboxError: Error, CustomStringConvertible {
    package let description: String
}
