import ArgumentParser
import Glibc
import UsherClient

/// How a command reaches a running server.
struct ServerOptions: ParsableArguments {
    @Option(help: "URL of the server; default: USHER_SERVER, USHER_PUBLIC_URL, else http://127.0.0.1:8080.")
    var server: String?
    @Option(
        name: .customLong("key-file"),
        help: """
            File with an API key of an admin; default: USHER_API_KEY_FILE, else the key in USHER_API_KEY. No option takes \
            the key itself: command lines can be seen by others.
            """)
    var keyFile: String?

    var url: String {
        server ?? Self.variable("USHER_SERVER") ?? Self.variable("USHER_PUBLIC_URL") ?? "http://127.0.0.1:8080"
    }

    func client() throws -> UsherClient {
        let key: String
        if let keyFile = keyFile ?? Self.variable("USHER_API_KEY_FILE") {
            key = String(decoding: try FileBytes.read(keyFile, limit: 4096), as: UTF8.self).trimmingSpaces
        } else {
            key = Self.variable("USHER_API_KEY")?.trimmingSpaces ?? ""
        }
        guard !key.isEmpty, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw CommandFailure(
                "No API key. Set USHER_API_KEY, or name a file with --key-file. `usher key create` makes one.",
                code: .unauthorized)
        }
        return try client(as: .apiKey(key))
    }

    func client(as credential: UsherClient.Credential) throws -> UsherClient {
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw CommandFailure("--server must be a URL like https://usher.example.com.", code: .usage)
        }
        var client = UsherClient(
            baseURL: url, credential: credential, transport: UsherClient.httpTransport(timeout: .seconds(120)))
        client.retries = 2
        client.streaming = UsherClient.httpStreaming()
        return client
    }

    /// Puts what went wrong on the way into words.
    func reaching<R>(_ work: () async throws -> R) async throws -> R {
        do {
            return try await work()
        } catch let error as UsherError {
            let code: CommandFailure.Code = [401, 403].contains(error.status) ? .unauthorized : .failed
            throw CommandFailure("\(error.message) (\(error.code))", code: code)
        } catch is CancellationError {
            throw CommandFailure("Broken off.")
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure("The server at \(url) does not answer, or is no Usher: \(error)")
        }
    }

    static func variable(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }
}

/// Files as a whole.
enum FileBytes {
    /// - Throws: `CommandFailure` when it cannot be read, or is larger than `limit` bytes.
    static func read(_ path: String, limit: Int) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandFailure("Cannot read \(path): \(Console.systemReason).", code: .usage)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else {
                throw CommandFailure("Cannot read \(path): \(Console.systemReason).", code: .usage)
            }
            if count == 0 { return bytes }
            bytes += buffer.prefix(count)
            guard bytes.count <= limit else {
                throw CommandFailure("\(path) is larger than \(limit) bytes. Split it.", code: .usage)
            }
        }
    }

    /// Replaces the file.
    static func write(_ bytes: [UInt8], to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CommandFailure("Cannot write \(path): \(Console.systemReason).") }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw CommandFailure("Cannot write \(path): \(Console.systemReason).") }
            rest = rest.dropFirst(count)
        }
    }
}
