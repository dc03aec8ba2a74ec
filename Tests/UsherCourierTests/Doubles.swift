import Logging
import Synchronization
import UsherCourier
import UsherDomain
import UsherMail
import UsherUseCases

/// Real time that a test can move forward.
final class TestClock: Sendable {
    private let start = ContinuousClock.now
    private let offset = Mutex(Duration.zero)

    var now: Timestamp {
        Timestamp(milliseconds: 1_795_476_024_000) + start.duration(to: .now) + offset.withLock { $0 }
    }

    func advance(by duration: Duration) { offset.withLock { $0 += duration } }

    func effects(node: String = "node") -> Effects {
        Effects(
            now: { self.now }, newID: { node }, newSecret: { "" }, hash: { $0 },
            derive: { purpose, text in "\(purpose.rawValue)-\(text)" })
    }
}

/// An outbox whose first claim that brings something takes until it may go on.
struct SlowOutbox: Outbox {
    let base: MemoryOutbox
    let claimed = Gate()
    let goOn = Gate()

    func claim(_ limit: Int, lease: Lease) async throws -> [Letter] {
        let letters = try await base.claim(limit, lease: lease)
        guard !letters.isEmpty else { return [] }
        claimed.open()
        await goOn.pass()
        return letters
    }

    func unknownKinds() async throws -> [String] { [] }
    func renew(_ letter: Letter, lease: Lease) async throws -> Bool { try await base.renew(letter, lease: lease) }
    func release(_ letter: Letter, lease: Lease) async throws { try await base.release(letter, lease: lease) }

    func settle(_ settlements: [Settlement], lease: Lease) async throws -> Set<ID<Letter>> {
        try await base.settle(settlements, lease: lease)
    }
}

/// An outbox in memory that keeps the promises of `StoreWriter`.
final class MemoryOutbox: Outbox {
    struct Row: Sendable {
        var letter: Letter
        var state = "pending"
        var node: String?
        var leasedUntil: Timestamp
        var dueAt: Timestamp
        var outcomes: [LetterOutcome] = []
        var isRevoked = false
    }

    struct Down: Error {}

    private struct State {
        var rows: [ID<Letter>: Row] = [:]
        var isDown = false
        var settleFails: Set<ID<Letter>> = []
        var settleDelay = Duration.zero
        var unknownKinds: [String] = []
        var looks = 0
    }

    private let clock: TestClock
    private let state = Mutex(State())

    init(_ clock: TestClock) { self.clock = clock }

    func add(_ letter: Letter, lease: Lease? = nil) {
        let now = clock.now
        state.withLock {
            $0.rows[letter.id] = Row(
                letter: letter, node: lease?.node, leasedUntil: lease?.until ?? now - .seconds(1), dueAt: now)
        }
    }

    func row(_ letter: Letter) -> Row? { state.withLock { $0.rows[letter.id] } }
    func count(_ condition: (Row) -> Bool) -> Int { state.withLock { $0.rows.values.count(where: condition) } }
    func revoke(_ letter: Letter) { state.withLock { $0.rows[letter.id]?.isRevoked = true } }
    func setUnknownKinds(_ kinds: [String]) { state.withLock { $0.unknownKinds = kinds } }
    /// How often it was asked for kinds that are not known.
    var looks: Int { state.withLock { $0.looks } }
    func setDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }
    func setSettleDelay(_ delay: Duration) { state.withLock { $0.settleDelay = delay } }
    func failSettling(_ letter: Letter, _ fails: Bool) {
        state.withLock { if fails { $0.settleFails.insert(letter.id) } else { $0.settleFails.remove(letter.id) } }
    }

    func claim(_ limit: Int, lease: Lease) async throws -> [Letter] {
        let now = clock.now
        return try state.withLock { state in
            guard !state.isDown else { throw Down() }
            for (id, row) in state.rows where row.state == "pending" && row.leasedUntil <= now {
                if row.isRevoked || row.letter.notAfter.map({ $0 <= now }) == true {
                    state.rows[id]?.state = "cancelled"
                }
            }
            let due = state.rows.values.filter { $0.state == "pending" && $0.leasedUntil <= now && $0.dueAt <= now }
                .sorted {
                    ($0.letter.isReset ? 0 : 1, $0.dueAt, $0.letter.id.rawValue)
                        < ($1.letter.isReset ? 0 : 1, $1.dueAt, $1.letter.id.rawValue)
                }
            return due.prefix(limit).compactMap { row in
                state.rows[row.letter.id]?.letter.attempt += 1
                state.rows[row.letter.id]?.node = lease.node
                state.rows[row.letter.id]?.leasedUntil = lease.until
                return state.rows[row.letter.id]?.letter
            }
        }
    }

    func unknownKinds() async throws -> [String] {
        state.withLock { state in
            state.looks += 1
            return state.unknownKinds
        }
    }

    func renew(_ letter: Letter, lease: Lease) async throws -> Bool {
        let now = clock.now
        return try state.withLock { state in
            guard !state.isDown else { throw Down() }
            guard let row = state.rows[letter.id], row.state == "pending", row.node == lease.node, !row.isRevoked,
                row.letter.attempt == letter.attempt, row.letter.notAfter.map({ $0 > now }) ?? true
            else { return false }
            state.rows[letter.id]?.leasedUntil = lease.until
            return true
        }
    }

    func release(_ letter: Letter, lease: Lease) async throws {
        state.withLock { state in
            guard let row = state.rows[letter.id], row.node == lease.node, row.letter.attempt == letter.attempt else {
                return
            }
            state.rows[letter.id]?.node = nil
            state.rows[letter.id]?.leasedUntil = Timestamp(milliseconds: 0)
            state.rows[letter.id]?.letter.attempt -= 1
        }
    }

    func settle(_ settlements: [Settlement], lease: Lease) async throws -> Set<ID<Letter>> {
        let delay = state.withLock { $0.settleDelay }
        if delay > .zero { try await Task.sleep(for: delay) }
        return try state.withLock { state in
            guard !state.isDown else { throw Down() }
            guard settlements.allSatisfy({ !state.settleFails.contains($0.letter.id) }) else { throw Down() }
            return Set(settlements.filter { Self.settle($0, lease, &state) }.map(\.letter.id))
        }
    }

    private static func settle(_ settlement: Settlement, _ lease: Lease, _ state: inout State) -> Bool {
        let id = settlement.letter.id
        guard var row = state.rows[id], row.state == "pending", row.node == lease.node,
            row.letter.attempt == settlement.letter.attempt
        else { return false }
        row.node = nil
        row.outcomes.append(settlement.outcome)
        switch settlement.outcome {
        case .handedOver: row.state = "sent"
        case .refused: row.state = "refused"
        case .failed: row.state = "failed"
        case .delayed(let until, _, _):
            row.leasedUntil = Timestamp(milliseconds: 0)
            row.dueAt = until
        }
        state.rows[id] = row
        return true
    }
}

/// A relay that answers as the test says, and remembers what it got.
final class ScriptedPost: Post {
    private let parcels = Mutex<[Parcel]>([])
    private let answer: @Sendable (Parcel) async -> RelayVerdict

    init(_ answer: @escaping @Sendable (Parcel) async -> RelayVerdict) { self.answer = answer }

    func hand(_ parcel: Parcel) async -> RelayVerdict {
        parcels.withLock { $0.append(parcel) }
        return await answer(parcel)
    }

    var count: Int { parcels.withLock { $0.count } }
    var recipients: [String] { parcels.withLock { $0.map(\.recipient.wire) } }
    var messageIDs: [Substring] {
        parcels.withLock { parcels in
            parcels.compactMap { parcel in
                String(decoding: parcel.bytes, as: UTF8.self).split(separator: "\r\n")
                    .first { $0.hasPrefix("Message-ID:") }.map { $0.dropFirst(12) }
            }
        }
    }
}

/// Lets tasks pass once it is open.
final class Gate: Sendable {
    private let isOpen = Mutex(false)

    func open() { isOpen.withLock { $0 = true } }

    func pass() async {
        while !isOpen.withLock({ $0 }), !Task.isCancelled { try? await Task.sleep(for: .milliseconds(5)) }
    }
}

/// What was logged.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.lines.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
        }
    }
}

extension Letter {
    var isReset: Bool { if case .passwordReset = content { true } else { false } }

    private static func id(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return "0190a5a0-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    static func invitation(
        _ number: Int, at now: Timestamp, notAfter: Timestamp? = nil, inviter: String = "Ada"
    ) -> Letter {
        let address = "invitee\(number)@example.org"
        let url = WebURL(text: "https://app.example.com", origin: Origin(stored: "https://app.example.com"))
        return Letter(
            id: ID(rawValue: id(number)),
            recipient: EmailAddress(typed: address, canonical: address, wire: address), locale: nil,
            notAfter: notAfter, createdAt: now,
            content: .invitation(
                InvitationLetter(
                    invitation: ID(rawValue: id(number)), generation: 1, organization: ID(rawValue: id(0)),
                    organizationName: DisplayName(stored: "Example Org"), inviterName: inviter, inviterEmail: nil,
                    role: .user, appURL: url, redirectURI: url, expiresAt: now + .days(7))))
    }

    static func reset(_ number: Int, at now: Timestamp) -> Letter {
        let address = "locked-out\(number)@example.org"
        return Letter(
            id: ID(rawValue: id(number)),
            recipient: EmailAddress(typed: address, canonical: address, wire: address), locale: nil,
            notAfter: now + .minutes(30), createdAt: now,
            content: .passwordReset(LinkLetter(link: ID(rawValue: id(number)), expiresAt: now + .minutes(30))))
    }
}
