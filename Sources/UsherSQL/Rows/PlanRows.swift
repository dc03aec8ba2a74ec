import UsherDomain
import UsherUseCases

extension InvitationPlan.State: SQLBindable, SQLReadable {}
extension InvitationPlan.Wait: SQLBindable, SQLReadable {}
extension PlanRow.State: SQLBindable, SQLReadable {}
extension PlanRow.Outcome: SQLBindable, SQLReadable {}
extension PlanRow.Mailing: SQLBindable, SQLReadable {}

extension InvitationPlan {
    static let selected: SQLQuery = """
        id, organization_id, actor, app_url, app_origin, redirect_uri, redirect_origin, state, total,
        applier_user_id, applier_key_id, request_id, waiting_for, waiting_until, created_at, updated_at, expires_at,
        applied_at, ended_at
        """

    init(_ row: SQLRow) throws {
        var columns = row.columns
        let (id, organization): (ID<InvitationPlan>, ID<Organization>) = (try columns.next(), try columns.next())
        self.init(
            id: id, organization: organization, actor: try columns.next(), appURL: try WebURL(&columns),
            redirectURI: try WebURL(&columns), state: try columns.next(), total: try columns.next(),
            applier: try Caller(applierIn: &columns, of: organization), requestID: try columns.nextIfAny(),
            waitingFor: try columns.nextIfAny(), waitingUntil: try columns.nextIfAny(),
            createdAt: try columns.next(), updatedAt: try columns.next(), expiresAt: try columns.next(),
            appliedAt: try columns.nextIfAny(), endedAt: try columns.nextIfAny())
    }
}

extension Caller {
    /// A session's hash is not kept: what the person may do is asked from their membership.
    fileprivate init?(applierIn columns: inout SQLColumns, of organization: ID<Organization>) throws {
        let user: ID<User>? = try columns.nextIfAny()
        let key: ID<APIKey>? = try columns.nextIfAny()
        switch (user, key) {
        case (let user?, let key?): self = .userKey(user: user, key: key)
        case (let user?, nil): self = .session(user: user, hash: "")
        case (nil, let key?): self = .organizationKey(organization: organization, key: key)
        case (nil, nil): return nil
        }
    }
}

extension PlanRow {
    static let selected: SQLQuery = """
        number, email, role, name, message, locale, expires, metadata, email_typed, email_canonical, email_wire,
        granted_role, language, expires_at, outcome, state, reason, duplicate_of, suggestion, invitation_id,
        mailing, former_code_hash, role_version
        """

    /// In the order of `selected`.
    var values: [SQLValue] {
        [
            number.sqlValue, bound(input.email), bound(input.role), bound(input.name), bound(input.message),
            bound(input.locale), bound(input.expiresAt), bound(input.metadata), bound(email?.typed),
            bound(email?.canonical), bound(email?.wire), bound(role), bound(language), bound(expiresAt),
            outcome.sqlValue, state.sqlValue, bound(reason), bound(duplicateOf), bound(suggestion), bound(invitation),
            bound(mailing), bound(formerCodeHash), bound(roleVersion),
        ]
    }

    private func bound(_ value: (some SQLBindable)?) -> SQLValue { value?.sqlValue ?? .null }

    init(_ row: SQLRow) throws {
        var columns = row.columns
        let number: Int = try columns.next()
        let input = Input(
            email: try columns.nextIfAny(), role: try columns.nextIfAny(), name: try columns.nextIfAny(),
            message: try columns.nextIfAny(), locale: try columns.nextIfAny(), expiresAt: try columns.nextIfAny(),
            metadata: try columns.nextIfAny())
        self.init(
            number: number, input: input, email: try EmailAddress(ifAny: &columns), role: try columns.nextIfAny(),
            language: try columns.nextIfAny(), expiresAt: try columns.nextIfAny(), outcome: try columns.next(),
            state: try columns.next(), reason: try columns.nextIfAny(), duplicateOf: try columns.nextIfAny(),
            suggestion: try columns.nextIfAny(), invitation: try columns.nextIfAny())
        (mailing, formerCodeHash) = (try columns.nextIfAny(), try columns.nextIfAny())
        roleVersion = try columns.nextIfAny()
        // What stands in an invalid row was not checked.
        guard outcome != .invalid else { return }
        extras = InvitationExtras(
            message: input.message.map { InviterMessage(stored: $0) }, name: input.name.map { DisplayName(stored: $0) },
            metadata: input.metadata.flatMap { Metadata(sqlValue: .text($0)) } ?? Metadata())
    }
}
