import UsherDomain
import UsherUseCases

/// Letters: put in, taken out by one node at a time, settled by whoever holds them.
extension SQLTransaction {
    func enqueue(_ letter: Letter, lease: Lease, at now: Timestamp) throws {
        let row = try OutboxRow(letter.content)
        try run(
            """
            INSERT INTO outbox (id, kind, priority, organization_id, invitation_id, generation, link_id,
                notice, notice_kind, recipient_typed, recipient_canonical, recipient_wire, locale, not_after, state, node,
                leased_until, due_at, attempts, created_at)
            VALUES (\(letter.id), \(row.kind), \(row.priority), \(row.organization), \(row.invitation),
                \(row.generation), \(row.link), \(row.notice), \(row.noticeKind), \(letter.recipient.typed),
                \(letter.recipient.canonical), \(letter.recipient.wire), \(letter.locale), \(letter.notAfter), 'pending',
                \(lease.node), \(lease.until), \(now), \(letter.attempt), \(letter.createdAt))
            """)
    }

    func claimLetters(_ limit: Int, lease: Lease, at now: Timestamp) throws -> [Letter] {
        var letters: [Letter] = []
        // Letters that may not be sent any more make room for others, within reason: the rest waits for the next
        // claim.
        for _ in 0..<8 where letters.count < limit {
            let wanted = limit - letters.count
            let claimed = try session.rows(.claim(wanted, lease: lease, at: now)).map { row in
                var columns = row.columns
                return try columns.next(ID<Letter>.self)
            }
            guard !claimed.isEmpty else { break }
            let sendable = try self.letters(claimed, at: now)
            letters += sendable
            try cancel(Array(Set(claimed).subtracting(sendable.map(\.id))), at: now)
            if claimed.count < wanted { break }
        }
        return letters
    }

    /// Writes the letters anew from the rows that they are about, in the order in which they are to go; those that
    /// may not go any more are left out.
    private func letters(_ ids: [ID<Letter>], at now: Timestamp) throws -> [Letter] {
        try session.rows(
            """
            SELECT o.id, o.recipient_typed, o.recipient_canonical, o.recipient_wire, o.locale, o.not_after,
                o.created_at, o.attempts, o.kind, l.id, l.expires_at, o.notice, g.id, g.name, i.id, i.generation, i.role,
                (SELECT r.name FROM roles r WHERE r.organization_id = i.organization_id AND r.id = i.role_id),
                i.app_url, i.app_origin, i.redirect_uri, i.redirect_origin, i.expires_at,
                u.name, u.email_typed, u.email_canonical, u.email_wire, i.message
            FROM outbox o
            LEFT JOIN invitations i ON i.id = o.invitation_id AND i.organization_id = o.organization_id
                AND i.generation = o.generation AND i.status = 'pending' AND i.expires_at > \(now)
            LEFT JOIN organizations g ON g.id = i.organization_id AND g.deleted_at IS NULL
            LEFT JOIN users u ON u.id = i.inviter_user_id
            LEFT JOIN one_time_links l ON l.id = o.link_id AND l.used_at IS NULL AND l.expires_at > \(now)
            WHERE o.id IN (\(anyOf: ids)) AND (o.not_after IS NULL OR o.not_after > \(now))
            ORDER BY o.priority, o.due_at, o.id
            """
        ).compactMap(Letter.init)
    }

    private func cancel(_ letters: [ID<Letter>], at now: Timestamp) throws {
        guard !letters.isEmpty else { return }
        try run(
            """
            UPDATE outbox SET state = 'cancelled', ended_at = \(now), node = NULL, \(Self.withoutAddress)
            WHERE id IN (\(anyOf: letters)) AND state = 'pending'
            """)
    }

    func renew(_ letter: Letter, lease: Lease, at now: Timestamp) throws -> Bool {
        try any(
            """
            UPDATE outbox SET leased_until = \(lease.until)
            WHERE id = \(letter.id) AND state = 'pending' AND node = \(lease.node) AND attempts = \(letter.attempt)
                AND (not_after IS NULL OR not_after > \(now))
                AND (invitation_id IS NULL OR EXISTS (
                    SELECT 1 FROM invitations i
                    WHERE i.id = outbox.invitation_id AND i.organization_id = outbox.organization_id
                        AND i.generation = outbox.generation AND i.status = 'pending' AND i.expires_at > \(now)))
                AND (link_id IS NULL OR EXISTS (
                    SELECT 1 FROM one_time_links l
                    WHERE l.id = outbox.link_id AND l.used_at IS NULL AND l.expires_at > \(now)))
            RETURNING id
            """)
    }

    func release(_ letter: Letter, lease: Lease) throws {
        try run(
            """
            UPDATE outbox SET leased_until = 0, node = NULL, attempts = attempts - 1
            WHERE id = \(letter.id) AND state = 'pending' AND node = \(lease.node) AND attempts = \(letter.attempt)
            """)
    }

    func shortenWaits(at now: Timestamp) throws -> Int {
        // Twice the longest pause between two tries, and many times a lease.
        let latest = now + .hours(2), latestLease = now + .minutes(10)
        return try session.rows(
            """
            UPDATE outbox SET due_at = CASE WHEN due_at > \(latest) THEN \(now) ELSE due_at END,
                leased_until = CASE WHEN leased_until > \(latestLease) THEN 0 ELSE leased_until END
            WHERE state = 'pending' AND (due_at > \(latest) OR leased_until > \(latestLease)) RETURNING 1
            """
        ).count
    }

    /// Letters that are being handed over this moment are cancelled too; their verdict is still written down.
    func cancelLetters(of invitation: ID<Invitation>, in organization: ID<Organization>, at now: Timestamp) throws {
        try run(
            """
            UPDATE outbox SET state = 'cancelled', ended_at = \(now), \(Self.withoutAddress)
            WHERE organization_id = \(organization) AND invitation_id = \(invitation) AND state = 'pending'
            """)
    }

    func settle(_ settlements: [Settlement], lease: Lease, at now: Timestamp) throws -> Set<ID<Letter>> {
        var settled: Set<ID<Letter>> = []
        // Usually all of a batch have the same verdict; one statement writes it down, and one for each organization tells
        // the invitations.
        let groups = Dictionary(grouping: settlements) {
            Attempt(number: $0.letter.attempt, verdict: .init($0.outcome))
        }
        for (attempt, members) in groups {
            let ours = try settle(members.map(\.letter.id), attempt, lease: lease, at: now)
            settled.formUnion(ours)
            try tell(members.map(\.letter).filter { ours.contains($0.id) }, attempt.verdict, at: now)
        }
        return settled
    }

    private struct Attempt: Hashable {
        let number: Int
        let verdict: Verdict
    }

    private func settle(
        _ letters: [ID<Letter>], _ attempt: Attempt, lease: Lease, at now: Timestamp
    ) throws -> Set<ID<Letter>> {
        let verdict = attempt.verdict
        var change: SQLQuery = """
            UPDATE outbox SET node = NULL, last_code = \(verdict.code), last_reason = \(verdict.reason),
                first_outcome = COALESCE(first_outcome, \(verdict.word))
            """
        if let until = verdict.again {
            change.append(", leased_until = 0, due_at = \(until)")
        } else {
            change.append(", state = \(verdict.state), ended_at = \(now), \(Self.withoutAddress)")
        }
        change.append(
            """
             WHERE id IN (\(anyOf: letters)) AND node = \(lease.node) AND attempts = \(attempt.number)
                AND state IN ('pending', 'cancelled') RETURNING id
            """)
        return Set(
            try session.rows(change).map { row in
                var columns = row.columns
                return try columns.next(ID<Letter>.self)
            })
    }

    /// A letter that is over needs nobody's address any more: the invitation has it, as long as it may.
    static let withoutAddress: SQLQuery = "recipient_typed = '', recipient_canonical = '', recipient_wire = ''"

    private struct Told: Hashable {
        let organization: ID<Organization>
        let generation: Int
    }

    /// The invitations show where their letters are; an end of an invitation stays what it is.
    ///
    /// The organization is written so that no index fits it: both planners have an average organization in mind, and
    /// would read all invitations of one that has a hundred thousand instead of those with the ids.
    private func tell(_ letters: [Letter], _ verdict: Verdict, at now: Timestamp) throws {
        let about = letters.compactMap(\.content.invitation)
        for (group, members) in Dictionary(
            grouping: about, by: { Told(organization: $0.organization, generation: $0.generation) })
        {
            var change: SQLQuery = """
                UPDATE invitations SET delivery = \(verdict.delivery), delivery_code = \(verdict.code),
                    delivery_reason = \(verdict.reason), delivery_at = \(now), updated_at = \(now)
                """
            if verdict.endsInvitation {
                change.append(", status = CASE WHEN status = 'pending' THEN 'undeliverable' ELSE status END")
            }
            change.append(
                """
                 WHERE id IN (\(anyOf: members.map(\.invitation))) AND generation = \(group.generation)
                    AND organization_id || '' = \(group.organization)
                """)
            if verdict.delivery != .handedOver { try note(members.map(\.invitation), group, verdict, at: now) }
            try run(change)
        }
    }

    /// Trouble is kept: what comes after it is written over it in the invitation's own row.
    private func note(_ invitations: [ID<Invitation>], _ group: Told, _ verdict: Verdict, at now: Timestamp) throws {
        try run(
            """
            INSERT INTO invitation_events (organization_id, invitation_id, at, kind, generation, code, reason)
            SELECT organization_id, id, CAST(\(now) AS BIGINT), CAST(\(verdict.word) AS TEXT), generation,
                CAST(\(verdict.code) AS BIGINT), CAST(\(verdict.reason) AS TEXT)
            FROM invitations WHERE id IN (\(anyOf: invitations)) AND generation = \(group.generation)
                AND organization_id || '' = \(group.organization)
            ON CONFLICT (organization_id, invitation_id, at, kind) DO NOTHING
            """)
    }

    func outboxDepth(at now: Timestamp) throws -> OutboxDepth {
        let row = try first(
            """
            SELECT COUNT(*), MIN(CASE WHEN due_at <= \(now) THEN due_at END) FROM outbox WHERE state = 'pending'
            """)
        var columns = (row ?? SQLRow([])).columns
        return OutboxDepth(waiting: try columns.next(), oldestDue: try columns.nextIfAny())
    }
}

extension Letter.Content {
    fileprivate var invitation: InvitationLetter? { if case .invitation(let about) = self { about } else { nil } }
}

extension SQLQuery {
    /// State and lease stand in both places; what kind a letter is never changes. PostgreSQL evaluates the inner SELECT
    /// once but checks the outer WHERE again on a row it had to wait for; without the outer copy two nodes claim the same
    /// letters.
    fileprivate static func claim(_ limit: Int, lease: Lease, at now: Timestamp) -> SQLQuery {
        """
        UPDATE outbox SET leased_until = \(lease.until), node = \(lease.node), attempts = attempts + 1
        WHERE state = 'pending' AND leased_until <= \(now) AND id IN (
            SELECT id FROM outbox
            WHERE state = 'pending' AND leased_until <= \(now) AND due_at <= \(now) AND \(OutboxRow.isOfKnownKind)
            ORDER BY priority, due_at, id LIMIT \(limit))
        RETURNING id
        """
    }
}
