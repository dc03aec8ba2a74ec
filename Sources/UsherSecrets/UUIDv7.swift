import Synchronization

/// Makes UUIDs of version 7 (RFC 9562 section 5.7) that grow with each call of this process: 12 bits count within a
/// millisecond (section 6.2, method 1), 62 are random. When the clock goes back, they go on from where they were.
final class UUIDv7Source: Sendable {
    private struct State {
        var milliseconds: Int64 = 0
        var counter: UInt16 = 0
    }

    private static let digits = Array("0123456789abcdef".utf8)
    private let state = Mutex(State())

    /// Lower case, for a moment in milliseconds since 1970.
    func next(at now: Int64) -> String {
        var generator = SystemRandomNumberGenerator()
        let random = generator.next(), seed = UInt16(truncatingIfNeeded: generator.next()) & 0x7FF
        let (milliseconds, counter) = state.withLock { state in
            if now > state.milliseconds {
                state = State(milliseconds: now, counter: seed)
            } else if state.counter == 0xFFF {
                state = State(milliseconds: state.milliseconds + 1, counter: seed)
            } else {
                state.counter += 1
            }
            return (state.milliseconds, state.counter)
        }
        let high = UInt64(bitPattern: milliseconds) << 16 | 0x7000 | UInt64(counter)
        let low = random & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return Self.text(high, low)
    }

    private static func text(_ high: UInt64, _ low: UInt64) -> String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            var end = 0
            for nibble in 0..<32 {
                if [8, 12, 16, 20].contains(nibble) {
                    buffer[end] = UInt8(ascii: "-")
                    end += 1
                }
                let word = nibble < 16 ? high : low
                buffer[end] = digits[Int(word >> UInt64(60 - nibble % 16 * 4) & 15)]
                end += 1
            }
            return end
        }
    }
}
