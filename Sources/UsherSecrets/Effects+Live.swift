import Crypto
import Glibc
import UsherDomain
package import UsherUseCases

extension Effects {
    /// The real world: the system's clock and generator, and secrets derived from the server's key. Each purpose has
    /// a key of its own (HKDF-SHA-256, RFC 5869), made once.
    package static func live(key: ServerKey) -> Effects {
        let ids = UUIDv7Source(), keys = key.subkeys()
        return Effects(
            now: { Timestamp(milliseconds: systemMilliseconds()) },
            newID: { ids.next(at: systemMilliseconds()) },
            newSecret: { TextEncoding.base64URL(randomBytes(32)) },
            hash: sha256Hex,
            derive: { purpose, text in
                // There is a key for each case; an unknown one could only give a secret that matches nothing. A copy
                // begins where the key has been taken in already.
                var code = keys[purpose] ?? HMAC<SHA256>(key: SymmetricKey(size: .bits256)), text = text
                text.withUTF8 { code.update(data: UnsafeRawBufferPointer($0)) }
                return TextEncoding.base64URL(Array(code.finalize()))
            },
            seal: { bytes, secret in
                let box = try AES.GCM.seal(bytes, using: sealingKey(keys, secret))
                return TextEncoding.base64URL(box.nonce + box.ciphertext + box.tag)
            },
            unseal: { text, secret in
                guard let bytes = TextEncoding.decodeBase64(text, url: true),
                    let box = try? AES.GCM.SealedBox(combined: bytes),
                    let opened = try? AES.GCM.open(box, using: sealingKey(keys, secret))
                else { return nil }
                return Array(opened)
            }
        )
    }
}

extension ServerKey {
    /// One key for each purpose, so that a secret of one is worthless for another.
    fileprivate func subkeys() -> [DerivedSecret: HMAC<SHA256>] {
        let main = SymmetricKey(data: bytes)
        let pairs = DerivedSecret.allCases.map { purpose in
            let info = Array("usher/1/\(purpose.rawValue)".utf8)
            let key = HKDF<SHA256>.deriveKey(inputKeyMaterial: main, info: info, outputByteCount: 32)
            return (purpose, HMAC<SHA256>(key: key))
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }
}

/// Each secret has a key of its own, so that a random nonce of 96 bits never meets another one under the same key.
private func sealingKey(_ keys: [DerivedSecret: HMAC<SHA256>], _ secret: String) -> SymmetricKey {
    var code = keys[.keptAnswer] ?? HMAC<SHA256>(key: SymmetricKey(size: .bits256)), text = secret
    text.withUTF8 { code.update(data: UnsafeRawBufferPointer($0)) }
    return SymmetricKey(data: code.finalize())
}

/// SHA-256 of a text's UTF-8, in lower-case hexadecimal.
private func sha256Hex(_ text: String) -> String {
    var hasher = SHA256(), text = text
    text.withUTF8 { hasher.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    return TextEncoding.hex(Array(hasher.finalize()))
}

private func systemMilliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
}
