import UsherDomain

/// All that Usher can do, wired once: what routes and pages are given.
package struct UseCases: Sendable {
    package let authenticate: Authenticate
    package let sendInvitation: SendInvitation
    package let listInvitations: ListInvitations
    package let findInvitation: FindInvitation
    package let revokeInvitation: RevokeInvitation
    package let countSeats: CountSeats
    package let fillSeats: FillSeats
    package let createJoinLink: CreateJoinLink
    package let listJoinLinks: ListJoinLinks
    package let findJoinLink: FindJoinLink
    package let revokeJoinLink: RevokeJoinLink
    package let openJoinLink: OpenJoinLink
    package let joinByLink: JoinByLink
    package let openInvitation: OpenInvitation
    package let acceptInvitation: AcceptInvitation
    package let declineInvitation: DeclineInvitation
    package let createOrganization: CreateOrganization
    package let createOrganizationKey: CreateOrganizationKey
    package let describeCaller: DescribeCaller
    package let signIn: SignIn
    package let signOut: SignOut
    package let requestPasswordReset: RequestPasswordReset
    package let resetPassword: ResetPassword
    package let setUp: SetUp
    package let operatorActions: OperatorActions
    package let passwordPolicy: PasswordPolicy
    package let rules: ServerRules
    package let effects: Effects
    package let store: any Store

    package init(
        store: any Store, effects: Effects, hasher: any PasswordHasher, passwordPolicy: PasswordPolicy,
        rules: ServerRules, dispatch: any Dispatch
    ) {
        authenticate = Authenticate(store: store, effects: effects, limits: rules.sessions)
        sendInvitation = SendInvitation(store: store, effects: effects, rules: rules, dispatch: dispatch)
        listInvitations = ListInvitations(store: store, effects: effects)
        findInvitation = FindInvitation(store: store, effects: effects)
        revokeInvitation = RevokeInvitation(store: store, effects: effects, rules: rules)
        countSeats = CountSeats(store: store, effects: effects)
        fillSeats = FillSeats(store: store, effects: effects, rules: rules)
        createJoinLink = CreateJoinLink(store: store, effects: effects, rules: rules)
        listJoinLinks = ListJoinLinks(store: store, effects: effects)
        findJoinLink = FindJoinLink(store: store, effects: effects)
        revokeJoinLink = RevokeJoinLink(store: store, effects: effects, rules: rules)
        openJoinLink = OpenJoinLink(store: store, effects: effects)
        joinByLink = JoinByLink(store: store, effects: effects, rules: rules, dispatch: dispatch)
        openInvitation = OpenInvitation(store: store, effects: effects)
        acceptInvitation = AcceptInvitation(store: store, effects: effects, hasher: hasher, rules: rules)
        declineInvitation = DeclineInvitation(store: store, effects: effects, rules: rules)
        createOrganization = CreateOrganization(store: store, effects: effects)
        createOrganizationKey = CreateOrganizationKey(store: store, effects: effects)
        describeCaller = DescribeCaller(store: store)
        signIn = SignIn(store: store, effects: effects, hasher: hasher, rules: rules)
        signOut = SignOut(store: store, effects: effects)
        requestPasswordReset = RequestPasswordReset(
            store: store, effects: effects, rules: rules, dispatch: dispatch)
        resetPassword = ResetPassword(store: store, effects: effects, hasher: hasher, dispatch: dispatch)
        setUp = SetUp(store: store, effects: effects, hasher: hasher, rules: rules)
        operatorActions = OperatorActions(store: store, effects: effects)
        self.passwordPolicy = passwordPolicy
        self.rules = rules
        self.effects = effects
        self.store = store
    }
}
