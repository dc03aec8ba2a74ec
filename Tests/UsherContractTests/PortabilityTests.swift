import Testing
import UsherDomain
import UsherSQL
import UsherTestKit
import UsherUseCases

/// An organization on its way from one server to another.
@Suite(.timeLimit(.minutes(15)))
struct PortabilityTests {
    /// Columns that stay behind, and why.
    private static let left: [String: [String]] = [
        // A lock; an organization that was deleted is not exported; and the ledger of seats opens anew.
        "organizations": ["touched_at", "deleted_at", "seats_since"],
        // Made anew from the name.
        "roles": ["organization_id", "name_key"],
        "memberships": ["organization_id", "ending_told_at"],
        // A key's secret.
        "api_keys": ["organization_id", "user_id", "hash"],
        // Made anew from the address and the URLs.
        "invitations": ["organization_id", "email_canonical", "email_wire", "app_origin", "redirect_origin"],
        "suppressions": ["organization_id"],
        // Given anew.
        "audit": ["organization_id", "sequence"],
    ]
    private static let tables: [PortableRecord.Kind: String] = [
        .organization: "organizations", .role: "roles", .member: "memberships", .apiKey: "api_keys",
        .invitation: "invitations",
        .suppression: "suppressions", .audit: "audit",
    ]

    /// Whoever adds a column to one of these tables says here or in `PortableRecord.Kind.columns` whether it travels.
    @Test(arguments: PortableRecord.Kind.allCases)
    func `every column of an exported table travels, or is known to stay`(_ kind: PortableRecord.Kind) throws {
        let name = try #require(Self.tables[kind])
        let table = try #require(CopiedTable.all.first(where: { $0.name.text == name }))
        let travelling = kind.columns.map(\.stored).filter { !$0.hasPrefix("u.") && !$0.hasPrefix("f.") }
            .map { $0.hasPrefix("m.") ? String($0.dropFirst(2)) : $0 }
        #expect(Set(table.columns) == Set(travelling).union(Self.left[name] ?? []))
        #expect(
            kind.columns.filter(\.isSecret).map(\.name)
                == (kind == .invitation ? ["code_hash", "former_code_hash"] : []))
        let passwords = kind.columns.map(\.stored).filter { $0.contains("password") || $0 == "hash" }
        #expect(passwords == [])
    }

    @Test(arguments: Engine.available)
    func `rows come page by page, oldest first, without a gap, of one organization`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let other = Sample.organization(name: "Other")
        try await house.store.write { try $0.add(other) }
        for index in 0..<7 {
            _ = try await house.invite("guest\(index)", at: Sample.now + .seconds(Int64(index / 3)))
            let person = try await house.person("member\(index)")
            let membership = Sample.membership(person.id, house.organization.id)
            let entry = AuditEntry(
                id: Sample.id(), action: .membershipCreated, organization: house.organization.id, actor: "system",
                subject: membership.id.rawValue, requestID: nil, at: Sample.now)
            try await house.store.write { tx in
                _ = try tx.add(membership, from: nil)
                try tx.record(entry)
                try tx.suppress("h\(index)", in: house.organization.id, at: Sample.now)
                try tx.suppress("h\(index)", in: other.id, at: Sample.now)
            }
        }
        for (kind, count) in [
            (PortableRecord.Kind.organization, 1), (.member, 8), (.apiKey, 0), (.invitation, 7), (.suppression, 7),
            (.audit, 7),
        ] {
            var (seen, place): ([PortablePlace], PortablePlace?) = ([], nil)
            while true {
                let after = place
                let page = try await house.store.read {
                    try $0.portable(kind, of: house.organization.id, after: after, limit: 3).map(\.place)
                }
                seen += page
                place = page.last
                if page.count < 3 { break }
            }
            #expect(seen.count == count, "\(kind)")
            #expect(Set(seen.map(\.id)).count == count)
            #expect(seen.map(\.order) == seen.map(\.order).sorted())
        }
    }
}
