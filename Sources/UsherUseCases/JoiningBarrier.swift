import UsherDomain

/// What an organization puts before joining, beside the state of the offer: asked when it is looked at, and once more
/// when it is accepted (INV-31).
package enum JoiningBarrier: Sendable {
    /// All seats have members in them.
    case seat
    /// Addresses of this domain are not admitted any more.
    case domain
}

extension StoreReader {
    func barrier(_ offer: Offer, at now: Timestamp) throws -> JoiningBarrier? {
        let settings = offer.organization.settings
        guard settings.admits(offer.invitation.email) else { return .domain }
        guard settings.seatLimit != nil, let seats = try seats(of: offer.organization.id, at: now) else { return nil }
        return seats.hasPlace ? nil : .seat
    }
}

extension StoreWriter {
    /// Lets a person through, or says what stands before them. Nothing of it is done by halves: the offer stays open.
    func passBarriers(_ offer: Offer, _ user: User, at now: Timestamp) throws {
        guard offer.organization.settings.admits(user.email) else { throw Refusal.domainNotAllowed }
        try takeMembersSeat(for: user.id, in: offer.organization, at: now)
    }
}
