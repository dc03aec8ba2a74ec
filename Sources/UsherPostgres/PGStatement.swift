import UsherSQL

/// One statement in the form in which it goes over the wire.
struct PGStatement {
    let text: String
    /// Prepared once on each connection. What is not comes rarely, and would only take room on the server.
    let isPrepared: Bool
    /// The values in text form, each ended by NUL, one after another.
    private var bytes: [UInt8] = []
    /// Where each value begins; nil: NULL.
    private var starts: [Int?] = []

    /// A statement of this module's own, without values.
    init(_ text: String, isPrepared: Bool = true) {
        self.text = text
        self.isPrepared = isPrepared
    }

    /// Throws for a value that cannot be stored, before anything is sent.
    init(_ query: SQLQuery) throws {
        self.init(query.text)
        starts.reserveCapacity(query.binds.count)
        bytes.reserveCapacity(32 * query.binds.count)
        for value in query.binds {
            switch value {
            case .text(let text):
                guard !text.utf8.contains(0) else {
                    throw PostgresFault(state: "22021", details: "a text with NUL was to be stored")
                }
                append(text)
            case .integer(let integer): append(String(integer))
            case .null: starts.append(nil)
            }
        }
    }

    private mutating func append(_ value: String) {
        starts.append(bytes.count)
        bytes.append(contentsOf: value.utf8)
        bytes.append(0)
    }

    /// The values as libpq takes them, for as long as the body runs.
    func withValues<R>(_ body: (UnsafePointer<UnsafePointer<CChar>?>?, CInt) -> R) -> R {
        bytes.withUnsafeBytes { buffer in
            let first = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            return withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: starts.count) { values in
                for (index, start) in starts.enumerated() {
                    values.initializeElement(at: index, to: start.flatMap { first?.advanced(by: $0) })
                }
                return body(values.baseAddress.map { UnsafePointer($0) }, CInt(starts.count))
            }
        }
    }
}

/// What the server answered to one statement.
struct PGAnswer {
    let rows: [SQLRow]
    /// What it did, in its words: `COMMIT`, `ROLLBACK`, `INSERT 0 1`.
    let command: String
}
