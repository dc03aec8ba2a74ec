import Glibc
import Testing
import UsherSecrets

// AUT-25
@Suite struct ServerKeyTests {
    private static let good = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    private static let goodHex = "000102030405060708090A0B0C0D0E0F101112131415161718191a1b1c1d1e1f"

    @Test(arguments: [good, good + "\n", "  \(good)\r\n", good + "=", goodHex, goodHex.lowercased()])
    func `a key is 32 bytes, as base64url or hexadecimal`(_ text: String) throws {
        #expect(try ServerKey(text: text).text == Self.good)
    }

    @Test(arguments: ["", " ", "\n\n"])
    func `an empty key is refused (AUT-25)`(_ text: String) {
        #expect(throws: KeyProblem.empty) { try ServerKey(text: text) }
    }

    @Test(arguments: [
        "secret", "\(good.dropLast())", "\(good)A", "\(good.dropLast())9", "\(good)==", "\(goodHex.dropLast())",
        "\(goodHex)0", "\(goodHex.dropLast(2))zz", "\(good)\n\(good)", "\(good.dropLast())+", "\u{0}",
        "\(goodHex.prefix(32))", String(repeating: "A", count: 10_000), "\(good.dropLast())\u{FC}",
    ])
    func `a key of another length or alphabet is refused (AUT-25)`(_ text: String) {
        #expect(throws: KeyProblem.malformed) { try ServerKey(text: text) }
    }

    @Test(arguments: [
        String(repeating: "A", count: 43), String(repeating: "0", count: 64), String(repeating: "f", count: 64),
        String(repeating: "deadbeef", count: 8), String(repeating: "0123456789abcdef", count: 4), "changeme",
        "CHANGE-ME-CHANGE-ME-CHANGE-ME-CHANGE-ME-xxx", "your_secret_key_your_secret_key_your_secret_k",
        "placeholder0123456789abcdefghijklmnopqrstuv",
    ])
    func `a placeholder is refused (AUT-25)`(_ text: String) {
        #expect(throws: KeyProblem.placeholder) { try ServerKey(text: text) }
    }

    @Test func `new keys differ, read back, and cannot be printed`() throws {
        let keys = (0..<1000).map { _ in ServerKey() }
        #expect(Set(keys.map(\.text)).count == 1000)
        for key in keys { #expect(try ServerKey(text: key.text).text == key.text) }
        var dumped = ""
        dump(keys[0], to: &dumped)
        #expect(!"\(keys[0]) \(String(reflecting: keys[0])) \(dumped)".contains(keys[0].text))
    }

    @Test func `a key file is made once, whole, and for its owner alone (AUT-25)`() throws {
        try withFolder { folder in
            let path = "\(folder)/server.key"
            #expect(throws: KeyProblem.notThere(path: path)) { try ServerKey.load(path: path) }
            let key = try ServerKey.create(path: path)
            #expect(try mode(of: path) == 0o600)
            #expect(try ServerKey.load(path: path).text == key.text)
            #expect(try ServerKey.loadOrCreate(path: path).text == key.text)
            #expect(throws: KeyProblem.self) { try ServerKey.create(path: path) }
            #expect(try ServerKey.load(path: path).text == key.text)
            #expect(entries(of: folder) == ["server.key"])
        }
    }

    @Test func `processes that start at once get the same key`() async throws {
        try await withFolder { folder in
            let texts = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<20 { group.addTask { try ServerKey.loadOrCreate(path: "\(folder)/server.key").text } }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(texts.count == 1)
            #expect(entries(of: folder) == ["server.key"])
        }
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o644, 0o777] as [UInt32])
    func `a key file that others may read or write is refused (AUT-25)`(_ mode: UInt32) throws {
        try withFolder { folder in
            let path = "\(folder)/server.key"
            _ = try ServerKey.create(path: path)
            chmod(path, mode)
            let problem = KeyProblem.openToOthers(path: path, mode: mode)
            #expect(throws: problem) { try ServerKey.load(path: path) }
            #expect(throws: problem) { try ServerKey.loadOrCreate(path: path) }
            #expect(problem.description.contains("chmod 600 \(path)"))
        }
    }

    @Test func `a broken key file is named, and never replaced (AUT-25)`() throws {
        try withFolder { folder in
            let path = "\(folder)/server.key"
            for (text, problem) in [("", KeyProblem.empty), ("abc", .malformed), ("changeme", .placeholder)] {
                let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
                _ = Array(text.utf8).withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
                close(file)
                #expect(throws: problem) { try ServerKey.loadOrCreate(path: path) }
            }
            #expect(throws: KeyProblem.self) { try ServerKey.load(path: folder) }
            #expect(throws: KeyProblem.self) { try ServerKey.loadOrCreate(path: "\(folder)/missing/server.key") }
            #expect(entries(of: folder) == ["server.key"])
        }
    }
}

private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = try makeFolder()
    defer { removeFolder(folder) }
    try body(folder)
}

private func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = try makeFolder()
    defer { removeFolder(folder) }
    try await body(folder)
}

private func makeFolder() throws -> String {
    var template = Array("/tmp/usher-key-XXXXXX".utf8CString)
    return String(cString: try #require(mkdtemp(&template)))
}

private func removeFolder(_ folder: String) {
    for name in entries(of: folder) { unlink("\(folder)/\(name)") }
    rmdir(folder)
}

private func entries(of folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
}

private func mode(of path: String) throws -> UInt32 {
    var status = stat()
    try #require(stat(path, &status) == 0)
    return status.st_mode & 0o7777
}
