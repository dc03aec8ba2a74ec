import UsherDomain
import UsherHistoryModel
import UsherTestKit
import UsherText
import UsherUseCases

/// The steps of the model, by the use cases.
extension HistoryHouse {
    static let password = "a long enough password"

    func perform(_ step: HistoryModel.Step) async -> String {
        do {
            switch step {
            case .act(let person, let home, let deed): return try await perform(deed, by: person, in: home)
            case .decline(let name, let report):
                try await useCases.declineInvitation(
                    code: offer(name).code, reason: nil, report: report, facts: Self.facts)
            case .joinAnew(let name): try await joinAnew(offer(name).code)
            case .join(let name, let person): try await join(offer(name).code, person)
            case .enter(let name): try await enter(offer(name).code)
            case .wait(let duration): clock.advance(by: duration)
            case .sweep: _ = try await useCases.sweepInvitations.expire(limit: 10_000)
            case .prune:
                let now = clock.now()
                _ = try await store.write { try $0.prune(limit: 10_000, at: now) }
            case .fill: _ = try await useCases.fillSeats()
            case .post: try await post()
            }
            return "ok"
        } catch {
            return HistoryModel.name(of: error)
        }
    }

    private func perform(_ deed: HistoryModel.Deed, by person: Person, in home: Int) async throws -> String {
        let caller = try caller(person)
        let (organization, facts, members) = (homes[home].id, Self.facts, useCases.members)
        switch deed {
        case .send(let guest, let role, let life, let verdict):
            dispatch.answer(outcome(verdict))
            return told(try await send(guest, role, life, in: home, as: caller))
        case .resend(let name, let verdict):
            dispatch.answer(outcome(verdict))
            return told(
                try await useCases.resendInvitation(
                    ResendInvitation.Request(
                        invitation: offer(name).id, organization: organization, caller: caller, idempotency: nil,
                        facts: facts, patience: .seconds(1))))
        case .approve(let name, let verdict):
            dispatch.answer(outcome(verdict))
            return told(
                try await useCases.approveInvitation(
                    offer(name).id, in: organization, as: caller, facts: facts, patience: .seconds(1)))
        case .edit(let name, let role, let life): try await edit(name, role, life, in: home, as: caller)
        case .revoke(let name):
            try await useCases.revokeInvitation(offer(name).id, in: organization, as: caller, facts: facts)
        case .remove(let member):
            try await members.remove(users[member], of: organization, as: caller, facts: facts)
        case .setRole(let member, let role): try await setRole(member, role, in: home, as: caller)
        case .settings(let limit, let waitlist):
            var change = SettingsChange()
            change.seatLimit = .set(limit)
            change.keepsWaitlist = .set(waitlist)
            _ = try await members.changeSettings(of: organization, .success(change), as: caller, facts: facts)
        case .define, .redefine, .delete: try await manageRoles(deed, in: home, as: caller)
        case .offerOwnership, .acceptOwnership, .declineOwnership, .cancelOwnership:
            try await handOver(deed, in: organization, as: caller)
        }
        return "ok"
    }

    private func caller(_ person: Person) throws -> Caller {
        guard let user = users[person], let hash = sessions[person] else { throw Refusal.notSignedIn }
        return .session(user: user, hash: hash)
    }

    private func offer(_ name: HistoryModel.Name) -> Offer { homes[name.home].offers[name.place] }

    private func told(_ reply: SendInvitation.Reply) -> String {
        switch reply.outcome {
        case .sent: "sent"
        case .refused: "refused"
        case .underWay: "underWay"
        }
    }

    /// Those whose verdict is unseen are taken by nobody here.
    private func outcome(_ verdict: HistoryModel.Verdict) -> LetterOutcome? {
        switch verdict {
        case .takes: .handedOver(code: 250)
        case .refuses: .refused(code: 550, reason: "no such person")
        case .delays: .delayed(until: clock.now() + HistoryHome.retry, code: 451, reason: "later")
        case .unseen: nil
        }
    }

    private func post() async throws {
        let (now, lease) = (clock.now(), dispatch.lease(at: clock.now()))
        let due = try await store.write { try $0.claimLetters(1000, lease: lease, at: now) }
        for letter in due {
            _ = try await store.write { try $0.settle(letter, lease: lease, as: .handedOver(code: 250), at: now) }
        }
    }
}

// MARK: - Offers

extension HistoryHouse {
    private func send(
        _ guest: Person, _ role: HistoryModel.Held, _ life: Duration?, in home: Int, as caller: Caller
    ) async throws -> SendInvitation.Reply {
        let target = try WebURL(parsing: "https://app.example.com/", field: "app_url")
        let (number, custom) = wire(role, in: home)
        let draft = InvitationDraft(
            email: addresses[guest], role: number, customRole: custom, scopes: nil, appURL: target, redirectURI: target,
            bodyOrganization: nil, locale: nil, expiry: life.map(RequestedExpiry.after))
        return try await useCases.sendInvitation(
            SendInvitation.Request(
                organization: homes[home].id, caller: caller, draft: .success(draft), idempotency: nil,
                facts: Self.facts, patience: .seconds(1)))
    }

    private func edit(
        _ name: HistoryModel.Name, _ role: HistoryModel.Held?, _ life: Duration?, in home: Int, as caller: Caller
    ) async throws {
        var edit = InvitationEdit()
        if let role {
            let (number, custom) = wire(role, in: home)
            if let custom { edit.customRole = .some(custom) } else { edit.role = number }
        }
        edit.expiry = life.map(RequestedExpiry.after)
        _ = try await useCases.editInvitation(
            offer(name).id, .success(edit), in: homes[home].id, as: caller, facts: Self.facts)
    }

    private func joinAnew(_ code: String) async throws {
        note(
            try await useCases.acceptInvitation.asNewPerson(
                code: code, name: nil, password: Password(parsing: Self.password), check: { _, _, _ in },
                facts: Self.facts))
    }

    private func join(_ code: String, _ person: Person) async throws {
        guard let hash = sessions[person] else { throw Refusal.notSignedIn }
        note(try await useCases.acceptInvitation.asSignedIn(code: code, session: hash, facts: Self.facts))
    }

    /// As the page does it for whoever is not signed in.
    private func enter(_ code: String) async throws {
        switch try await useCases.openInvitation(code: code, as: nil) {
        case .newPerson: try await joinAnew(code)
        case .knownPerson:
            note(
                try await useCases.acceptInvitation.bySigningIn(
                    code: code, password: Password(parsing: Self.password), facts: Self.facts))
        case .used, .acceptedByYou: throw Refusal.invitationUsed
        case .expired: throw Refusal.invitationExpired
        case .withdrawn: throw Refusal.invitationEnded
        case .needsApproval: throw Refusal.invitationNeedsApproval
        case .barred: throw Refusal.seatLimitReached
        case .ready, .wrongAccount, .alreadyMember, .superseded, .unknown: throw Refusal.invitationNotFound
        }
    }

    private func note(_ joined: Joined) {
        guard let person = addresses.firstIndex(of: joined.offer.invitation.email), let made = joined.session else {
            return
        }
        users[person] = made.session.user
        sessions[person] = made.session.hash
    }
}

// MARK: - Members

extension HistoryHouse {
    /// As a request names it.
    private func wire(_ held: HistoryModel.Held, in home: Int) -> (Role, ID<CustomRole>?) {
        switch held {
        case .base(let role): (role, nil)
        case .custom(let index): (.user, role(index, in: home))
        }
    }

    /// A negative one is another organization's, if that has one.
    private func role(_ index: Int, in home: Int) -> ID<CustomRole> {
        if index >= 0 { return homes[home].roles[index] }
        return homes[homes.count - 1 - home].roles.last ?? ID(rawValue: effects.newID())
    }

    private func setRole(
        _ member: Person, _ role: HistoryModel.Held, in home: Int, as caller: Caller
    ) async throws {
        // Nobody has this id.
        let user = users[member] ?? ID(rawValue: effects.newID())
        let (number, custom) = wire(role, in: home)
        let draft = ChangeMember.Draft(
            user: user, bodyOrganization: nil, change: MembershipChange(role: .set(number)),
            customRole: custom.map { .set($0) } ?? .keep)
        try await useCases.members.change(.success(draft), in: homes[home].id, as: caller, facts: Self.facts)
    }

    private func manageRoles(_ deed: HistoryModel.Deed, in home: Int, as caller: Caller) async throws {
        let (organization, roles) = (homes[home].id, useCases.members.roles)
        switch deed {
        case .define(let allowed):
            let name = DisplayName(stored: "role \(homes[home].roles.count)")
            let draft = ManageRoles.Draft(name: name, permissions: allowed)
            _ = try await roles.create(.success(draft), in: organization, as: caller, facts: Self.facts)
        case .redefine(let index, let allowed):
            let edit = ManageRoles.Edit(name: .keep, permissions: .set(allowed))
            _ = try await roles.change(
                role(index, in: home), .success(edit), in: organization, as: caller, facts: Self.facts)
        case .delete(let index):
            try await roles.delete(role(index, in: home), of: organization, as: caller, facts: Self.facts)
        default: break
        }
    }

    private func handOver(
        _ deed: HistoryModel.Deed, in organization: ID<Organization>, as caller: Caller
    ) async throws {
        let members = useCases.members
        switch deed {
        case .offerOwnership(let receiver):
            dispatch.answer(outcome(.takes))
            let user = users[receiver] ?? ID(rawValue: effects.newID())
            _ = try await members.offerOwnership(of: organization, to: .success(user), as: caller, facts: Self.facts)
        case .acceptOwnership:
            try await members.answerOwnership.accept(organization, as: caller, facts: Self.facts)
        case .declineOwnership:
            try await members.answerOwnership.decline(organization, as: caller, facts: Self.facts)
        case .cancelOwnership: try await members.cancelOwnership(organization, as: caller, facts: Self.facts)
        default: break
        }
    }
}
