/// An entry of the audit log as it is stored, tampered with or not.
package struct RecordedEntry: Equatable, Sendable {
    /// Its number: grows with the log, not always in the order of commits, and some are never used.
    package let sequence: Int64
    package let id: String
    package let action: String
    package let organization: String?
    package let actor: String
    package let subject: String
    package let requestID: String?
    package let at: Timestamp

    package init(
        sequence: Int64, id: String, action: String, organization: String?, actor: String, subject: String,
        requestID: String?, at: Timestamp
    ) {
        self.sequence = sequence
        self.id = id
        self.action = action
        self.organization = organization
        self.actor = actor
        self.subject = subject
        self.requestID = requestID
        self.at = at
    }

    /// What its hash is taken of: each column with its length in bytes before it, so that no two entries have the same
    /// text. Columns in order: number, id, action, organization, actor, subject, request, milliseconds since 1970; one
    /// that is NULL is `~`.
    package var canonicalText: String {
        let columns: [String?] = [
            String(sequence), id, action, organization, actor, subject, requestID, String(at.milliseconds),
        ]
        return "usher-audit-1\n" + columns.map { $0.map { "\($0.utf8.count):\($0)" } ?? "~" }.joined(separator: "\n")
    }
}

/// A seal on a batch of audit entries and on the seal before it. Changing, removing, reordering or inserting an entry
/// breaks it, and changing a seal breaks the next.
package struct AuditSeal: Equatable, Sendable {
    /// An entry's number and the SHA-256 of its canonical text, in hexadecimal.
    package struct Entry: Equatable, Sendable {
        package let sequence: Int64
        package let hash: String

        package init(sequence: Int64, hash: String) {
            self.sequence = sequence
            self.hash = hash
        }
    }

    /// A number that was left out, and since when it has been waited for.
    package struct Missing: Equatable, Sendable {
        package let sequence: Int64
        package let since: Timestamp

        package init(sequence: Int64, since: Timestamp) {
            self.sequence = sequence
            self.since = since
        }
    }

    /// What the next seal begins with.
    package struct Head: Equatable, Sendable {
        /// 1, 2, 3 …
        package let number: Int
        /// The largest number of an entry that was seen up to here.
        package let through: Int64
        /// Numbers below it that were not there, and whose transactions may still commit.
        package let missing: [Missing]
        package let hash: String
        package let at: Timestamp

        package init(number: Int, through: Int64, missing: [Missing], hash: String, at: Timestamp) {
            self.number = number
            self.through = through
            self.missing = missing
            self.hash = hash
            self.at = at
        }
    }

    package let head: Head
    /// In the order in which they were sealed.
    package let entries: [Entry]

    package init(head: Head, entries: [Entry]) {
        self.head = head
        self.entries = entries
    }

    /// The stored form of the entries.
    package var entriesText: String { Self.text(of: entries) }

    private static func text(of entries: [Entry]) -> String {
        entries.map { "\($0.sequence) \($0.hash)" }.joined(separator: "\n")
    }

    /// Reads the stored form; nil when it is none.
    package static func entries(text: String) -> [Entry]? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let entries = lines.compactMap { line -> Entry? in
            let parts = line.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 2, let sequence = Int64(parts[0]) else { return nil }
            return Entry(sequence: sequence, hash: String(parts[1]))
        }
        return entries.count == lines.count ? entries : nil
    }

    /// What the first seal has in the place of a former hash.
    package static let beginning = String(repeating: "0", count: 64)

    /// What a seal's hash is taken of.
    package static func canonicalText(
        number: Int, former: String, through: Int64, missing: [Missing], at: Timestamp, entries: [Entry]
    ) -> String {
        """
        usher-seal-1
        \(number)
        \(former)
        \(through)
        \(text(missing))
        \(at.milliseconds)
        \(text(of: entries))
        """
    }

    /// The stored form of the missing numbers.
    package static func text(_ missing: [Missing]) -> String {
        missing.map { "\($0.sequence)/\($0.since.milliseconds)" }.joined(separator: ",")
    }

    /// Reads the stored form; nil when it is none.
    package static func missing(text: String) -> [Missing]? {
        let parts = text.split(separator: ",")
        let missing = parts.compactMap { part -> Missing? in
            let numbers = part.split(separator: "/").compactMap { Int64($0) }
            guard numbers.count == 2 else { return nil }
            return Missing(sequence: numbers[0], since: Timestamp(milliseconds: numbers[1]))
        }
        return missing.count == parts.count ? missing : nil
    }
}

/// What is wrong with the audit log.
package enum AuditDamage: Equatable, Sendable {
    case entryChanged(sequence: Int64, seal: Int)
    case entryRemoved(sequence: Int64, seal: Int)
    /// It is not sealed though it lies among those that are.
    case entryInserted(sequence: Int64)
    case entryRepeated(sequence: Int64, seal: Int)
    case sealChanged(Int)
    case sealRemoved(Int)
    /// No seal has the hash that was noted outside.
    case notedHashUnknown
}

/// What a look at the whole audit log found.
package struct AuditReport: Equatable, Sendable {
    /// Sealed entries that are as they were.
    package var entries = 0
    package var seals = 0
    /// Hash of the newest seal, to be noted outside; nil: there is none yet.
    package var hash: String?
    /// Entries that no seal covers yet.
    package var unsealed = 0
    /// The first that is wrong; nil: nothing is.
    package var damage: AuditDamage?

    package init() {}
}
