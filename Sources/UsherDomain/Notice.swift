/// A letter that tells something and leads somewhere. What it tells is written down with it; no secret is.
package struct Notice: Equatable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Somebody whose link is dead asks for a new one.
        case newLinkRequested = "new_link_requested"
        /// Somebody with an account asks to be invited at its address instead of another.
        case otherAddressRequested = "other_address_requested"
        /// A membership ends soon, unless somebody prolongs it.
        case membershipEnding = "membership_ending"
        /// An owner wants to hand the organization over.
        case ownershipOffered = "ownership_offered"
        /// Somebody typed this address to join by a link; its owner shall confirm it.
        case joinProof = "join_proof"
        /// Somebody of a verified domain asks to become a member.
        case joinRequested = "join_requested"
        /// And what an admin said to it.
        case joinApproved = "join_approved"
        case joinRefused = "join_refused"
        /// Somebody typed this address, of a verified domain, to join by it; its owner shall confirm it.
        case domainProof = "domain_proof"
        /// The same, of an address that has an account.
        case domainKnown = "domain_known"
    }

    package let kind: Kind
    package let organization: ID<Organization>?
    package let organizationName: DisplayName?
    /// Whom it is about: a name, or an address.
    package let person: String?
    package let role: Role?
    /// Instead of the role's word: of a custom role.
    package let roleName: DisplayName?
    /// Until when what it offers holds.
    package let until: Timestamp?
    /// Path, and query if any, on Usher's own address, where its button leads.
    package let path: String
    /// Its secret is put behind `path`, which must end in `token=` then.
    package let link: ID<OneTimeLink>?

    package init(
        _ kind: Kind, organization: ID<Organization>?, organizationName: DisplayName?, person: String? = nil,
        role: Role? = nil, roleName: DisplayName? = nil, until: Timestamp? = nil, path: String,
        link: ID<OneTimeLink>? = nil
    ) {
        self.kind = kind
        self.organization = organization
        self.organizationName = organizationName
        self.person = person
        self.role = role
        self.roleName = roleName
        self.until = until
        self.path = path
        self.link = link
    }
}
