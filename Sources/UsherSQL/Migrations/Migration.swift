/// One step of the schema: a number, what becomes true, and the statements that make it so. Once released it is never
/// changed; a checksum notices when it was.
package struct Migration: Sendable {
    package let number: Int
    package let name: String
    /// The last step that a program must know to work on a schema with this step in it. This step's own number, when
    /// older programs cannot; a smaller one lets them run on while the nodes are changed one after another
    /// (docs/decisions/0015-rolling-migrations.md).
    package let oldestProgram: Int
    package let statements: @Sendable (Dialect) -> [SQLQuery]

    package init(
        _ number: Int, _ name: String, oldestProgram: Int? = nil,
        statements: @escaping @Sendable (Dialect) -> [SQLQuery]
    ) {
        self.number = number
        self.name = name
        self.oldestProgram = oldestProgram ?? number
        self.statements = statements
    }

    /// FNV-1a of 64 bits over the statements: it finds an edit, and is not meant to stop a forger.
    package func checksum(for dialect: Dialect) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for statement in statements(dialect) {
            for byte in statement.text.utf8 {
                hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
            }
            hash = (hash ^ 0xFF) &* 0x0000_0100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// All of them, in order.
    package static let all: [Migration] = [
        organizationsAndPeople, invitationsAndTheirCodes, outbox, ledgers, rollingMigrations, settingsAndNotices,
        members, invitationLife, auditChain, bulkPlans, seatsAndLinks, requests, domains, customRoles, moves,
        seatBalances, signUpByDomain, kindsOfNotices, plannedRoles,
        seatsAfterTheLock,
    ]
}
