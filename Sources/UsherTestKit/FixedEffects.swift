import Synchronization
package import UsherDomain
package import UsherUseCases

/// Effects that a test holds in its hand: a clock that stands until it is moved, ids that count, and secrets that are
/// random as ever. Its hashes are quick and no more than that.
package final class FixedEffects: Sendable {
    private let state: Mutex<(now: Timestamp, ids: Int)>

    package init(now: Timestamp = Sample.now) { state = Mutex((now, 0)) }

    package var now: Timestamp {
        get { state.withLock { $0.now } }
        set { state.withLock { $0.now = newValue } }
    }

    package func advance(by duration: Duration) { state.withLock { $0.now = $0.now + duration } }

    package func newID() -> String {
        let count = state.withLock { state in
            state.ids += 1
            return state.ids
        }
        let digits = String(count, radix: 16)
        return "01900000-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    package var effects: Effects {
        Effects(
            now: { [self] in now }, newID: { [self] in newID() }, newSecret: Self.newSecret, hash: Self.hash,
            derive: { Self.secretText(of: "\($0.rawValue)|\($1)") })
    }

    @Sendable package static func newSecret() -> String { secretText(of: "\(UInt64.random(in: 0...(.max)))") }

    /// 64 hexadecimal digits that differ where the texts do.
    @Sendable package static func hash(_ text: String) -> String {
        words(of: text).map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// 43 characters of base64url in the one right encoding of 256 bits.
    private static func secretText(of text: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let bits = words(of: text).flatMap { word in (0..<64).reversed().map { Int(word >> $0 & 1) } } + [0, 0]
        return String(
            stride(from: 0, to: bits.count, by: 6).map { start in
                alphabet[bits[start..<start + 6].reduce(0) { $0 << 1 | $1 }]
            })
    }

    /// FNV-1a from four beginnings, mixed.
    private static func words(of text: String) -> [UInt64] {
        ([1, 3, 5, 7] as [UInt64]).map { seed in
            var word: UInt64 = 0xcbf2_9ce4_8422_2325 &* seed
            for byte in text.utf8 { word = (word ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
            word ^= word >> 31
            word = word &* 0x9e37_79b9_7f4a_7c15
            return word ^ word >> 29
        }
    }
}
