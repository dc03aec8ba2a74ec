package import UsherDomain

/// An offer of ownership and who is in it, as its page shows it.
package struct OwnershipOffer: Sendable {
    package let transfer: OwnershipTransfer
    package let organization: Organization
    package let giver: User
    /// Who is signed in, and their role now.
    package let receiver: User
    package let role: HeldRole
}

/// What the page of an offer of ownership has to show.
package enum OwnershipPage: Sendable {
    case open(OwnershipOffer)
    /// Who is signed in is not who is offered it, or no member: nothing is told.
    case somebodyElse(User)
    case accepted, declined, withdrawn, expired
    /// There was no such offer here.
    case unknown
}

/// Looks at an offer of ownership. Changes nothing, however often.
package struct OpenOwnershipOffer: Sendable {
    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    package func callAsFunction(
        _ id: ID<OwnershipTransfer>, of organization: ID<Organization>, as caller: Caller
    ) async throws -> OwnershipPage {
        let now = effects.now()
        return try await store.read { tx in
            guard let user = caller.user, let person = try tx.user(user) else { throw Refusal.notSignedIn }
            guard let access = try tx.access(of: caller, in: organization, at: now),
                let membership = try tx.membership(of: user, in: organization)
            else {
                return .somebodyElse(person)
            }
            try access.require(FindOwnershipOffer.route)
            guard let transfer = try tx.transfer(of: organization, at: now), transfer.id == id else {
                return try tx.end(of: id, in: organization)
            }
            guard transfer.receiver == user, let giver = try tx.user(transfer.giver),
                let found = try tx.organization(organization)
            else { return .somebodyElse(person) }
            return .open(
                OwnershipOffer(
                    transfer: transfer, organization: found, giver: giver, receiver: person, role: membership.held))
        }
    }
}

extension StoreReader {
    /// What became of an offer that stands no more, as it was written down.
    fileprivate func end(of id: ID<OwnershipTransfer>, in organization: ID<Organization>) throws -> OwnershipPage {
        let entries = try entries(about: id.rawValue, in: organization)
        for entry in entries.reversed() {
            switch entry.action {
            case .ownershipTransferred: return .accepted
            case .ownershipDeclined: return .declined
            case .ownershipOfferCancelled: return .withdrawn
            default: continue
            }
        }
        return entries.contains { $0.action == .ownershipOffered } ? .expired : .unknown
    }
}
