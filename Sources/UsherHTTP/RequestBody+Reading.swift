import HTTPTypes
package import Hummingbird
import NIOCore
import UsherDomain

/// The bytes of a body were no HTTP, or the connection broke; the server, not a route, deals with that.
package struct BrokenBody: Error {
    package let cause: any Error
}

extension Request {
    /// The body, when it is what it should be. Nothing is buffered of a body that says it is too large.
    /// - Parameters:
    ///   - types: media types, one of which it must have, without parameters.
    ///   - settings: how long it may be, and how long it may take.
    ///   - limit: bytes that this call takes; nil: as many as every other.
    /// - Throws: 415, 413, or 408 when it does not arrive in time.
    package func bytes(of types: String..., settings: HTTPSettings, limit: Int? = nil) async throws -> [UInt8] {
        guard isEncoded(as: types) else { throw HTTPFault.unsupportedMediaType }
        let (body, limit, patience) = (body, limit ?? settings.bodyLimit, settings.bodyPatience)
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw HTTPFault.bodyTooLarge(limit: limit)
        }
        return try await withThrowingTaskGroup(of: ByteBuffer?.self) { group in
            group.addTask {
                do { return try await body.collect(upTo: limit) } catch is NIOTooManyBytesError {
                    throw HTTPFault.bodyTooLarge(limit: limit)
                } catch { throw BrokenBody(cause: error) }
            }
            group.addTask {
                try await Task.sleep(for: patience)
                return nil
            }
            defer { group.cancelAll() }
            guard case .some(.some(let buffer)) = try await group.next() else { throw HTTPFault.requestTimeout }
            return Array(buffer.readableBytesView)
        }
    }

    /// UTF-8, said or not, and nothing around it.
    func isEncoded(as type: String) -> Bool { isEncoded(as: [type]) }

    private func isEncoded(as types: [String]) -> Bool {
        let encoding = headers[.contentEncoding]?.lowercased() ?? "identity"
        let values = headers[values: .contentType]
        guard encoding == "identity", values.count == 1, let value = values.first else { return false }
        let parts = value.split(separator: ";").map { $0.trimmed.lowercased() }
        return parts.first.map(types.contains) == true
            && parts.dropFirst().allSatisfy { parameter in
                !parameter.hasPrefix("charset=")
                    || ["utf-8", "\"utf-8\""].contains(parameter.dropFirst("charset=".count))
            }
    }
}
