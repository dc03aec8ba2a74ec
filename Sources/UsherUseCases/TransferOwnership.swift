package import UsherDomain

/// An owner offers a member to take their place. Nothing changes before that member accepts.
package struct OfferOwnership: Sendable {
    package static let route = "POST /api/organization/{organization_id}/transfer"

    let store: any Store
    let effects: Effects
    let dispatch: any Dispatch

    package func callAsFunction(
        of organization: ID<Organization>, to receiver: Result<ID<User>, Refusal>, as caller: Caller,
        facts: RequestFacts, once: Once<OwnershipTransfer>? = nil
    ) async throws -> OwnershipTransfer {
        let deed = Deed(effects: effects, actor: caller.actor, facts: facts, now: effects.now())
        let (transfer, letter) = try await store.write { [effects, dispatch] tx in
            let (_, deed) = try tx.lockedAccess(of: caller, in: organization, for: Self.route, deed)
            let receiver = try receiver.get()
            guard let giver = caller.user else { throw Refusal.personRequired }
            try tx.begin(once, at: deed.now)
            guard receiver != giver, let member = try tx.membership(of: receiver, in: organization),
                member.isCurrent(at: deed.now), let person = try tx.user(receiver),
                let found = try tx.organization(organization), let owner = try tx.user(giver)
            else { throw Refusal.memberNotFound }
            let transfer = OwnershipTransfer(
                id: ID(rawValue: effects.newID()), organization: organization, giver: giver, receiver: receiver,
                createdAt: deed.now, expiresAt: deed.now + OwnershipTransfer.lifetime)
            guard try tx.add(transfer) else { throw Refusal.transferPending }
            try deed.record(.ownershipOffered, in: organization, transfer.id.rawValue, tx)
            let notice = Notice(
                .ownershipOffered, organization: organization, organizationName: found.name,
                person: owner.shownName, role: .owner, until: transfer.expiresAt,
                path: "/ownership/\(organization)/\(transfer.id)")
            let letter = notice.letter(to: person, until: transfer.expiresAt, effects, at: deed.now)
            try tx.enqueue(letter, lease: dispatch.lease(at: deed.now), at: deed.now)
            return (try tx.finish(once, transfer), letter)
        }
        _ = await dispatch.dispatch(letter, patience: nil)
        return transfer
    }
}

extension Notice {
    func letter(to user: User, until end: Timestamp?, _ effects: Effects, at now: Timestamp) -> Letter {
        Letter(
            id: ID(rawValue: effects.newID()), recipient: user.email, locale: user.locale, notAfter: end,
            createdAt: now, content: .notice(self))
    }
}

/// The receiver's answer: with a yes they become an owner and the giver an admin, at one moment.
package struct AnswerOwnership: Sendable {
    package static let acceptRoute = "POST /api/organization/{organization_id}/transfer/accept"
    package static let declineRoute = "POST /api/organization/{organization_id}/transfer/decline"

    let store: any Store
    let effects: Effects

    /// - Parameter offer: the one that is meant; nil: whichever stands.
    package func accept(
        _ organization: ID<Organization>, offer: ID<OwnershipTransfer>? = nil, as caller: Caller, facts: RequestFacts,
        once: Once<Void>? = nil
    ) async throws {
        let deed = Deed(effects: effects, actor: caller.actor, facts: facts, now: effects.now())
        try await store.write { tx in
            let (_, deed) = try tx.lockedAccess(of: caller, in: organization, for: Self.acceptRoute, deed)
            try tx.begin(once, at: deed.now)
            let transfer = try take(organization, offer, caller, tx, at: deed.now)
            // Who offers must still have what is offered.
            guard let giver = try tx.membership(of: transfer.giver, in: organization), giver.role == .owner,
                giver.isCurrent(at: deed.now), let receiver = try tx.membership(of: transfer.receiver, in: organization)
            else { throw Refusal.transferNotFound }
            try deed.record(.ownershipTransferred, in: organization, transfer.id.rawValue, tx)
            // The receiver first: at no moment is there no owner.
            let all = MembershipChange(role: .set(.owner), scopes: .set(nil), endsAt: .set(nil))
            try tx.change(receiver, all, deed)
            try tx.change(giver, MembershipChange(role: .set(.admin)), deed)
            try tx.finish(once, ())
        }
    }

    /// - Parameter offer: the one that is meant; nil: whichever stands.
    package func decline(
        _ organization: ID<Organization>, offer: ID<OwnershipTransfer>? = nil, as caller: Caller, facts: RequestFacts,
        once: Once<Void>? = nil
    ) async throws {
        let deed = Deed(effects: effects, actor: caller.actor, facts: facts, now: effects.now())
        try await store.write { tx in
            _ = try tx.access(of: caller, in: organization, for: Self.declineRoute, at: deed.now)
            try tx.begin(once, at: deed.now)
            let transfer = try take(organization, offer, caller, tx, at: deed.now)
            try deed.record(.ownershipDeclined, in: organization, transfer.id.rawValue, tx)
            try tx.finish(once, ())
        }
    }

    private func take(
        _ organization: ID<Organization>, _ offer: ID<OwnershipTransfer>?, _ caller: Caller, _ tx: any StoreWriter,
        at now: Timestamp
    ) throws -> OwnershipTransfer {
        guard let user = caller.user else { throw Refusal.personRequired }
        guard let transfer = try tx.takeTransfer(of: organization, to: user, at: now),
            offer == nil || offer == transfer.id
        else { throw Refusal.transferNotFound }
        return transfer
    }
}

/// The offer that stands, as any member may see it: who is offered it has to.
package struct FindOwnershipOffer: Sendable {
    package static let route = "GET /api/organization/{organization_id}/transfer"

    let store: any Store
    let effects: Effects

    package func callAsFunction(_ organization: ID<Organization>, as caller: Caller) async throws -> OwnershipTransfer {
        let now = effects.now()
        return try await store.read { tx in
            _ = try tx.access(of: caller, in: organization, for: Self.route, at: now)
            guard let found = try tx.transfer(of: organization, at: now) else { throw Refusal.transferNotFound }
            return found
        }
    }
}

/// An owner takes the offer back.
package struct CancelOwnership: Sendable {
    package static let route = "DELETE /api/organization/{organization_id}/transfer"

    let store: any Store
    let effects: Effects

    package func callAsFunction(_ organization: ID<Organization>, as caller: Caller, facts: RequestFacts) async throws {
        let deed = Deed(effects: effects, actor: caller.actor, facts: facts, now: effects.now())
        try await store.write { tx in
            _ = try tx.access(of: caller, in: organization, for: Self.route, at: deed.now)
            guard let ended = try tx.endTransfer(of: organization, involving: nil), ended.expiresAt > deed.now else {
                throw Refusal.transferNotFound
            }
            try deed.record(.ownershipOfferCancelled, in: organization, ended.id.rawValue, tx)
        }
    }
}
