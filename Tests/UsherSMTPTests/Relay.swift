import Foundation
import Synchronization
import UsherDomain
import UsherSMTP
import UsherUseCases

/// A relay that does as it is told, in Python: a plain socket, so that every byte of the client is seen as it was sent.
final class ScriptedRelay: Sendable {
    /// What one connection does; the last of a list is for all further ones.
    struct Connection: Encodable {
        var greeting = "220 relay.example.com ready"
        var extensions = ["8BITMIME", "SIZE 10000000"]
        /// Extensions after STARTTLS; nil: the same without STARTTLS.
        var extensionsInTLS: [String]?
        /// Replies by command; `.` is the final dot. `drop` closes, `hang` says nothing, `late` says the usual too late, `flood` never ends its reply,
        /// `long` is one line of ten megabytes, `slow` sends a byte a second, `inject` adds clear text to a reply.
        var replies: [String: String] = [:]
        /// Closes after so many messages, without a word or with one.
        var closeAfter: Int?
        var closingWord: String?
        /// `good` or `bad`: which certificate STARTTLS uses.
        var certificate = "good"
        var isImplicitTLS = false
    }

    /// What the client said in one connection.
    struct Record: Decodable {
        /// Lines outside of messages.
        let clear: [String]
        let encrypted: [String]
        /// Messages as they came over the wire, base64, without the final dot's line.
        let messages: [String]

        var commands: [String] { clear + encrypted }
        var wireMessages: [Data] { messages.compactMap { Data(base64Encoded: $0) } }
    }

    let port: Int
    let folder: URL
    private let process: Process

    var authorities: String { folder.appending(path: "good.pem").path }

    init(_ connections: Connection...) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "usher-relay-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let script = String(decoding: try JSONEncoder().encode(connections), as: UTF8.self)
        process.arguments = ["python3", "-c", Self.program, script, folder.path]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var text = ""
        while !text.hasSuffix("\n"), let byte = try output.fileHandleForReading.read(upToCount: 1) {
            text += String(decoding: byte, as: UTF8.self)
        }
        port = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    }

    /// What was said so far, by connection, once so many have said something. A connection's record is there when the
    /// connection has ended or a message has.
    func records(_ count: Int = 0) throws -> [Record] {
        for _ in 0..<1000 {
            if try saved().count >= count { break }
            usleep(20_000)
        }
        return try saved()
    }

    private func saved() throws -> [Record] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "json" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
            .map { try JSONDecoder().decode(Record.self, from: Data(contentsOf: $0)) }
    }

    func stop() {
        process.end()
        try? FileManager.default.removeItem(at: folder)
    }

    private static let program = #"""
        import base64, json, os, socket, ssl, subprocess, sys, threading, time

        script, folder = json.loads(sys.argv[1]), sys.argv[2]

        def certificate(name, host):
            path = os.path.join(folder, name + ".pem")
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-nodes", "-keyout", path + ".key", "-out", path, "-days", "2", "-subj", "/CN=" + host,
                "-addext", "subjectAltName=DNS:" + host], check=True, capture_output=True)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(path, path + ".key")
            return context

        needs_tls = any(c["isImplicitTLS"] or "STARTTLS" in c["extensions"] for c in script)
        contexts = {"good": certificate("good", "localhost"), "bad": certificate("bad", "other.example.com")} \
            if needs_tls else {}

        class Talk:
            def __init__(self, sock, plan, number):
                self.sock, self.plan, self.number, self.buffer, self.tls = sock, plan, number, b"", False
                self.record = {"clear": [], "encrypted": [], "messages": []}

            def save(self):
                path = os.path.join(folder, "%03d" % self.number)
                with open(path + ".tmp", "w") as file: json.dump(self.record, file)
                os.rename(path + ".tmp", path + ".json")

            def line(self, end=b"\r\n"):
                while end not in self.buffer:
                    data = self.sock.recv(65536)
                    if not data: raise EOFError
                    self.buffer += data
                found, self.buffer = self.buffer.split(end, 1)
                return found

            def answer(self, command, usual):
                reply = self.plan["replies"].get(command, usual)
                if reply == "drop": raise EOFError
                if reply == "late": time.sleep(2.5); reply = usual
                if reply == "hang":
                    time.sleep(20); raise EOFError
                while reply == "flood": self.sock.sendall(b"250-more and more and more of it\r\n" * 1000)
                if reply == "long":
                    for _ in range(160): self.sock.sendall(b"2" * 65536)
                    self.sock.sendall(b"\r\n"); return
                if reply == "slow":
                    for byte in b"250-so slow\r\n" * 10: self.sock.sendall(bytes([byte])); time.sleep(1)
                self.sock.sendall(reply.encode("latin-1") + b"\r\n")
                return reply[0] in "23"

            def secure(self):
                context = contexts[self.plan["certificate"]]
                self.sock, self.buffer, self.tls = context.wrap_socket(self.sock, server_side=True), b"", True

            def run(self):
                plan, count = self.plan, 0
                if plan["isImplicitTLS"]: self.secure()
                self.answer("CONNECT", plan["greeting"])
                while True:
                    line = self.line()
                    self.record["encrypted" if self.tls else "clear"].append(line.decode("latin-1"))
                    word = line.split(b" ")[0].split(b":")[0].decode("latin-1").upper()
                    if word in ("EHLO", "HELO"):
                        extensions = plan["extensions"]
                        if self.tls: extensions = plan.get("extensionsInTLS") or [e for e in extensions if e != "STARTTLS"]
                        if word == "HELO": extensions = []
                        names = ["relay.example.com"] + extensions
                        text = "".join("250%s%s\r\n" % ("-" if i + 1 < len(names) else " ", n) for i, n in enumerate(names))
                        self.answer(word, text[:-2])
                    elif word == "STARTTLS":
                        if self.answer(word, "220 go ahead"): self.secure()
                    elif word == "AUTH":
                        kind = line.split(b" ")[1]
                        steps = 0 if len(line.split(b" ")) > 2 else 1
                        if kind == b"LOGIN": steps += 1
                        for _ in range(steps):
                            self.sock.sendall(b"334 \r\n")
                            self.record["encrypted" if self.tls else "clear"].append(self.line().decode("latin-1"))
                        self.answer("AUTH", "235 welcome")
                    elif word == "DATA":
                        if not self.answer("DATA", "354 go on"): continue
                        body = self.line(b"\r\n.\r\n")
                        self.record["messages"].append(base64.b64encode(body + b"\r\n").decode())
                        self.save()
                        self.answer(".", "250 taken")
                        count += 1
                        if plan.get("closeAfter") == count:
                            if plan.get("closingWord"): self.sock.sendall(plan["closingWord"].encode() + b"\r\n")
                            raise EOFError
                    elif word == "QUIT":
                        self.answer("QUIT", "221 bye"); raise EOFError
                    else: self.answer(word, "250 fine")

        def serve(talk):
            try: talk.run()
            except (EOFError, OSError): pass
            finally:
                talk.save()
                try: talk.sock.close()
                except OSError: pass

        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        print(listener.getsockname()[1], flush=True)
        number = 0
        while True:
            sock, _ = listener.accept()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            plan = script[min(number, len(script) - 1)]
            threading.Thread(target=serve, args=(Talk(sock, plan, number),), daemon=True).start()
            number += 1
        """#
}

/// Postfix's test relay.
final class SMTPSink: Sendable {
    let port: Int
    private let folder: URL
    private let process: Process

    init(_ options: [String]) throws {
        folder = URL(filePath: "/tmp").appending(path: "usher-sink-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o777])
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
        let port = Self.freePort()
        self.port = port
        process = Process()
        process.executableURL = URL(filePath: "/usr/sbin/smtp-sink")
        let user = getuid() == 0 ? ["-u", "nobody"] : []
        process.arguments = user + options + ["-d", "\(folder.path)/mail.", "127.0.0.1:\(port)", "100"]
        process.standardError = FileHandle.nullDevice
        try process.run()
        for _ in 0..<3000 {
            guard process.isRunning, !Self.answers(port) else { break }
            usleep(20_000)
        }
    }

    /// How many messages it took.
    func count() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: folder.path).count }

    func stop() {
        process.end()
        try? FileManager.default.removeItem(at: folder)
    }

    private static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        return address
    }

    private static func withAddress<R>(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        var address = address(port)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }

    private static func answers(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        return withAddress(port) { connect(descriptor, $0, $1) } == 0
    }

    private static let given = Mutex<Set<Int>>([])

    /// Below the range that outgoing connections and other listeners take theirs from, and never twice. It binds none to
    /// find out: a process that another test starts at that moment would inherit the socket, and keep the port.
    static func freePort() -> Int {
        while true {
            let port = Int.random(in: 15_000..<32_000)
            guard !answers(port) else { continue }
            if given.withLock({ $0.insert(port).inserted }) { return port }
        }
    }
}

extension Process {
    /// Kills it: a child inherits the signal mask of the thread that started it, where SIGTERM is blocked. Not waited
    /// for: that would hold a thread of the pool that the other tests run on.
    fileprivate func end() { if processIdentifier > 0 { kill(processIdentifier, SIGKILL) } }
}

/// A message to hand over.
func parcel(to recipient: String = "invitee@example.org", _ text: String = "Subject: x\r\n\r\nhello\r\n") -> Parcel {
    Parcel(
        sender: "invitations@example.com",
        recipient: EmailAddress(typed: recipient, canonical: recipient, wire: recipient), bytes: Array(text.utf8))
}

/// A post for one test, closed after it.
func withPost<R>(
    _ url: String, lanes: Int = 1, timeout: Duration = .seconds(10), _ body: (SMTPPost) async throws -> R
) async throws -> R {
    var settings = try SMTPSettings(url: url)
    settings.lanes = lanes
    settings.timeout = timeout
    settings.connectTimeout = min(timeout, .seconds(5))
    let post = try SMTPPost(settings)
    do {
        let result = try await body(post)
        await post.close()
        return result
    } catch {
        await post.close()
        throw error
    }
}

extension RelayVerdict {
    var isAccepted: Bool { if case .accepted = self { true } else { false } }
    var isRefused: Bool { if case .refused = self { true } else { false } }
    var isDeferred: Bool { if case .deferred = self { true } else { false } }

    var reason: String {
        switch self {
        case .accepted: ""
        case .refused(_, let reason), .deferred(_, let reason): reason
        }
    }
}
