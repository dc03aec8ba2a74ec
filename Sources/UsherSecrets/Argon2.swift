import CSodium
import UsherDomain

/// Argon2id (RFC 9106) as libsodium does it; slow, and never called but by `Argon2Hasher`'s threads.
enum Argon2 {
    /// libsodium's set-up, which must come before its first use; false when it failed.
    static let isReady = sodium_init() >= 0

    /// A PHC string with a new salt of 16 bytes; nil when there is not enough memory.
    static func hash(_ password: Password, _ parameters: Argon2Parameters) -> String? {
        var out = [CChar](repeating: 0, count: PHCString.maximumLength + 1)
        let code = withBytes(of: password) { bytes, count in
            crypto_pwhash_str_alg(
                &out, bytes, count, UInt64(parameters.passes), parameters.kibibytes * 1024,
                Int32(crypto_pwhash_argon2id_ALG_ARGON2ID13))
        }
        return code == 0 ? out.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } } : nil
    }

    /// Takes only what `PHCString` has read.
    static func verify(_ password: Password, against phc: String) -> Bool {
        var text = phc.utf8.map { CChar(bitPattern: $0) }
        text += [CChar](repeating: 0, count: max(1, PHCString.maximumLength + 1 - text.count))
        return withBytes(of: password) { bytes, count in crypto_pwhash_str_verify(text, bytes, count) } == 0
    }

    /// Lends the password's bytes, in memory that is wiped afterwards.
    private static func withBytes(
        of password: Password, _ body: (UnsafePointer<CChar>, UInt64) -> Int32
    ) -> Int32 {
        var text = password.secret.reveal()
        return text.withUTF8 { source in
            // One byte more, so that there is an address even for nothing.
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: source.count + 1) { copy in
                copy.initialize(repeating: 0)
                defer { sodium_memzero(copy.baseAddress, copy.count) }
                for (index, byte) in source.enumerated() { copy[index] = CChar(bitPattern: byte) }
                return copy.baseAddress.map { body($0, UInt64(source.count)) } ?? -1
            }
        }
    }
}
