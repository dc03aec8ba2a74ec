package import UsherDomain

/// Plans of many invitations, as of one transaction.
package protocol PlanReader {
    func plan(_ id: ID<InvitationPlan>, in organization: ID<Organization>) throws -> InvitationPlan?
    /// How many rows of a plan have which outcome and state.
    func counts(of plan: ID<InvitationPlan>, in organization: ID<Organization>) throws -> [PlanCount]
    /// In the order of the file.
    func planRows(_ selection: PlanRowSelection) throws -> [PlanRow]
    /// What is known of many addresses, at most 512 of them.
    /// - Parameter hashes: the addresses' keyed hashes.
    func standings(
        of addresses: [EmailAddress], hashes: [String], in organization: ID<Organization>, at now: Timestamp
    ) throws -> Standings
    /// Whether there is a plan to go on with.
    func hasPlanToApply(node: String, at now: Timestamp) throws -> Bool
}

/// Changes of plans. Who changes a plan's rows holds the lock of its row.
package protocol PlanWriter {
    func add(_ plan: InvitationPlan, rows: [PlanRow]) throws
    /// False: it was started, cancelled or too old before.
    func startApplying(_ plan: InvitationPlan, by caller: Caller, requestID: String, at now: Timestamp) throws -> Bool
    /// Rows that were kept back as likely typos are applied after all.
    func confirmTypos(of plan: ID<InvitationPlan>, in organization: ID<Organization>, at now: Timestamp) throws
    /// False: it had ended before.
    func cancel(_ plan: ID<InvitationPlan>, in organization: ID<Organization>, at now: Timestamp) throws -> Bool
    /// Takes the plan that was looked at longest ago of those that are applied by nobody or by this node, and locks it.
    func claimPlan(lease: Lease, at now: Timestamp) throws -> InvitationPlan?
    func pause(
        _ plan: ID<InvitationPlan>, in organization: ID<Organization>, for wait: InvitationPlan.Wait, until: Timestamp
    ) throws
    func end(_ plan: ID<InvitationPlan>, in organization: ID<Organization>, at now: Timestamp) throws
    /// Writes down what became of a row that waited. False: it did not wait any more.
    func finish(
        _ row: PlanRow, of plan: ID<InvitationPlan>, in organization: ID<Organization>, at now: Timestamp
    ) throws -> Bool
}

/// How many rows are alike.
package struct PlanCount: Equatable, Sendable {
    package let outcome: PlanRow.Outcome
    package let state: PlanRow.State
    package let count: Int

    package init(outcome: PlanRow.Outcome, state: PlanRow.State, count: Int) {
        self.outcome = outcome
        self.state = state
        self.count = count
    }
}

/// Which rows of a plan, from where on.
package struct PlanRowSelection: Sendable {
    package let plan: ID<InvitationPlan>
    package let organization: ID<Organization>
    /// Nil: all.
    package var outcomes: Set<PlanRow.Outcome>?
    /// Nil: all.
    package var states: Set<PlanRow.State>?
    /// The number after which the page begins.
    package var after: Int
    package var limit: Int

    package init(
        plan: ID<InvitationPlan>, organization: ID<Organization>, outcomes: Set<PlanRow.Outcome>? = nil,
        states: Set<PlanRow.State>? = nil, after: Int = 0, limit: Int
    ) {
        self.plan = plan
        self.organization = organization
        self.outcomes = outcomes
        self.states = states
        self.after = after
        self.limit = limit
    }
}

/// What an organization and many addresses are to each other.
package struct Standings: Sendable {
    /// Canonical addresses.
    package var members: Set<String> = []
    /// Canonical addresses with an open invitation.
    package var invited: Set<String> = []
    /// Keyed hashes.
    package var suppressed: Set<String> = []

    package init() {}

    package mutating func formUnion(_ other: Standings) {
        members.formUnion(other.members)
        invited.formUnion(other.invited)
        suppressed.formUnion(other.suppressed)
    }
}
