import UsherDomain

/// All that Usher can do, wired once: what routes and pages are given.
package struct UseCases: Sendable {
    package let authenticate: Authenticate
    package let sendInvitation: SendInvitation
    package let listInvitations: ListInvitations
    package let findInvitation: FindInvitation
    package let revokeInvitation: RevokeInvitation
    package let planInvitations: PlanInvitations
    package let findPlan: FindPlan
    package let listPlanRows: ListPlanRows
    package let applyPlan: ApplyPlan
    package let cancelPlan: CancelPlan
    package let advancePlans: AdvancePlans
    package let resendInvitation: ResendInvitation
    package let countSeats: CountSeats
    package let listSeatMovements: ListSeatMovements
    package let fillSeats: FillSeats
    package let editInvitation: EditInvitation
    package let approveInvitation: ApproveInvitation
    package let revokeInvitations: RevokeInvitations
    package let lookUpInvitation: LookUpInvitation
    package let ownInvitations: OwnInvitations
    package let sweepInvitations: SweepInvitations
    package let createJoinLink: CreateJoinLink
    package let listJoinLinks: ListJoinLinks
    package let findJoinLink: FindJoinLink
    package let listJoinLinkUses: ListJoinLinkUses
    package let revokeJoinLink: RevokeJoinLink
    package let openJoinLink: OpenJoinLink
    package let joinByLink: JoinByLink
    package let domains: ManageDomains
    package let verifyDomain: VerifyDomain
    package let joinByDomain: JoinByDomain
    package let joinRequests: DecideJoinRequests
    package let signUpByDomain: SignUpByDomain
    package let openInvitation: OpenInvitation
    package let acceptInvitation: AcceptInvitation
    package let declineInvitation: DeclineInvitation
    package let openByShortCode: OpenByShortCode
    package let askForInvitation: AskForInvitation
    package let sendReminders: SendReminders
    package let takeDeliveryReport: TakeDeliveryReport
    package let listRequests: ListRequests
    package let findRequest: FindRequest
    package let approveRequest: ApproveRequest
    package let refuseRequest: RefuseRequest
    package let createOrganization: CreateOrganization
    package let createOrganizationKey: CreateOrganizationKey
    package let describeCaller: DescribeCaller
    package let members: MemberUseCases
    package let openOwnershipOffer: OpenOwnershipOffer
    package let signIn: SignIn
    package let signOut: SignOut
    package let requestPasswordReset: RequestPasswordReset
    package let resetPassword: ResetPassword
    package let setUp: SetUp
    package let operatorActions: OperatorActions
    package let eraseUser: EraseUser
    package let exportOrganization: ExportOrganization
    package let listAudit: ListAudit
    package let suppressions: ManageSuppressions
    package let passwordPolicy: PasswordPolicy
    package let rules: ServerRules
    package let effects: Effects
    package let store: any Store
    /// Whose turn it is among requests with the same `Idempotency-Key`.
    package let keyTurns = KeyTurns()

    package init(
        store: any Store, effects: Effects, hasher: any PasswordHasher, passwordPolicy: PasswordPolicy,
        rules: ServerRules, dispatch: any Dispatch, records: any DomainRecords = NoDomainRecords()
    ) {
        authenticate = Authenticate(store: store, effects: effects, limits: rules.sessions)
        sendInvitation = SendInvitation(store: store, effects: effects, rules: rules, dispatch: dispatch)
        listInvitations = ListInvitations(store: store, effects: effects)
        findInvitation = FindInvitation(store: store, effects: effects)
        planInvitations = PlanInvitations(store: store, effects: effects, rules: rules)
        findPlan = FindPlan(store: store, effects: effects)
        listPlanRows = ListPlanRows(store: store, effects: effects)
        applyPlan = ApplyPlan(store: store, effects: effects)
        cancelPlan = CancelPlan(store: store, effects: effects)
        advancePlans = AdvancePlans(store: store, effects: effects, rules: rules, dispatch: dispatch)
        resendInvitation = ResendInvitation(store: store, effects: effects, rules: rules, dispatch: dispatch)
        revokeInvitation = RevokeInvitation(store: store, effects: effects, rules: rules)
        countSeats = CountSeats(store: store, effects: effects)
        openOwnershipOffer = OpenOwnershipOffer(store: store, effects: effects)
        listSeatMovements = ListSeatMovements(store: store, effects: effects)
        fillSeats = FillSeats(store: store, effects: effects, rules: rules)
        editInvitation = EditInvitation(store: store, effects: effects, rules: rules)
        approveInvitation = ApproveInvitation(store: store, effects: effects, rules: rules, dispatch: dispatch)
        revokeInvitations = RevokeInvitations(store: store, effects: effects)
        lookUpInvitation = LookUpInvitation(store: store, effects: effects, rules: rules)
        ownInvitations = OwnInvitations(store: store, effects: effects, rules: rules)
        sweepInvitations = SweepInvitations(store: store, effects: effects)
        createJoinLink = CreateJoinLink(store: store, effects: effects, rules: rules)
        listJoinLinks = ListJoinLinks(store: store, effects: effects)
        findJoinLink = FindJoinLink(store: store, effects: effects)
        listJoinLinkUses = ListJoinLinkUses(store: store, effects: effects)
        revokeJoinLink = RevokeJoinLink(store: store, effects: effects, rules: rules)
        openJoinLink = OpenJoinLink(store: store, effects: effects)
        joinByLink = JoinByLink(store: store, effects: effects, rules: rules, dispatch: dispatch)
        domains = ManageDomains(store: store, effects: effects)
        verifyDomain = VerifyDomain(store: store, effects: effects, rules: rules, records: records)
        openInvitation = OpenInvitation(store: store, effects: effects)
        acceptInvitation = AcceptInvitation(store: store, effects: effects, hasher: hasher, rules: rules)
        let admission = Admission(effects: effects, rules: rules, accepting: acceptInvitation)
        joinByDomain = JoinByDomain(store: store, effects: effects, rules: rules, admission: admission)
        joinRequests = DecideJoinRequests(store: store, effects: effects, rules: rules, admission: admission)
        signUpByDomain = SignUpByDomain(
            store: store, effects: effects, hasher: hasher, rules: rules, admission: admission)
        declineInvitation = DeclineInvitation(store: store, effects: effects, rules: rules)
        openByShortCode = OpenByShortCode(store: store, effects: effects)
        askForInvitation = AskForInvitation(store: store, effects: effects, rules: rules, dispatch: dispatch)
        sendReminders = SendReminders(store: store, effects: effects, rules: rules)
        takeDeliveryReport = TakeDeliveryReport(store: store, effects: effects, rules: rules)
        listRequests = ListRequests(store: store, effects: effects)
        findRequest = FindRequest(store: store, effects: effects)
        approveRequest = ApproveRequest(store: store, effects: effects, rules: rules, dispatch: dispatch)
        refuseRequest = RefuseRequest(store: store, effects: effects)
        createOrganization = CreateOrganization(store: store, effects: effects)
        createOrganizationKey = CreateOrganizationKey(store: store, effects: effects)
        describeCaller = DescribeCaller(store: store, effects: effects)
        members = MemberUseCases(store: store, effects: effects, rules: rules, dispatch: dispatch)
        signIn = SignIn(store: store, effects: effects, hasher: hasher, rules: rules)
        signOut = SignOut(store: store, effects: effects)
        requestPasswordReset = RequestPasswordReset(
            store: store, effects: effects, rules: rules, dispatch: dispatch)
        resetPassword = ResetPassword(store: store, effects: effects, hasher: hasher, dispatch: dispatch)
        setUp = SetUp(store: store, effects: effects, hasher: hasher, rules: rules)
        operatorActions = OperatorActions(store: store, effects: effects)
        eraseUser = EraseUser(store: store, effects: effects, hasher: hasher, rules: rules)
        exportOrganization = ExportOrganization(store: store, effects: effects)
        listAudit = ListAudit(store: store, effects: effects)
        suppressions = ManageSuppressions(store: store, effects: effects)
        self.passwordPolicy = passwordPolicy
        self.rules = rules
        self.effects = effects
        self.store = store
    }
}
