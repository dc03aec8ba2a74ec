/// Body of `POST /api/organization/{organization_id}/domain`.
public struct CreateDomain: Codable, Equatable, Sendable {
    /// A domain name, as `example.com`; what is below it is another.
    public var domain: String
    /// `off`, `request` or `join`: what people of it may do by themselves once it is verified. Nil: `off`.
    public var joining: String?
    /// 0 user or 1 admin, of who joins; not above one's own. Nil: 0.
    public var role: Int?

    /// Describes a domain; nothing is checked here.
    public init(domain: String, joining: String? = nil, role: Int? = nil) {
        self.domain = domain
        self.joining = joining
        self.role = role
    }
}

/// Body of `PUT /api/organization/{organization_id}/domain/{domain_id}`; nil leaves a thing as it is.
public struct UpdateDomain: Codable, Equatable, Sendable {
    /// `off`, `request` or `join`; all but the first need a verified domain.
    public var joining: String?
    /// 0 user or 1 admin, of who joins; not above one's own.
    public var role: Int?

    /// Describes a change; nothing is checked here.
    public init(joining: String? = nil, role: Int? = nil) {
        self.joining = joining
        self.role = role
    }
}

/// A TXT record in the DNS.
public struct DomainRecordBody: Codable, Equatable, Sendable {
    /// `TXT`.
    public var type: String
    /// Where it has to be.
    public var name: String
    /// What it has to say.
    public var value: String

    package init(type: String = "TXT", name: String, value: String) {
        self.type = type
        self.name = name
        self.value = value
    }
}

/// A domain of an organization.
public struct DomainBody: Codable, Equatable, Sendable {
    /// UUID.
    public var id: String
    /// UUID of the organization.
    public var organizationID: String
    /// As A-labels in lower case.
    public var domain: String
    /// `pending`, `verified`, or `missing`: verified, but its record is not found any more, for seven days at most.
    public var status: String
    /// `off`, `request` or `join`; in force while the domain is verified.
    public var joining: String
    /// 0 user or 1 admin, of who joins.
    public var role: Int
    /// What proves it, and has to stay there.
    public var record: DomainRecordBody
    /// When it was proved; nil: it is not.
    public var verifiedAt: APITime?
    /// When the DNS was asked last, and answered.
    public var checkedAt: APITime?
    /// Since when the record of a verified domain is not found; nil: it is.
    public var missingSince: APITime?
    /// When it was added.
    public var createdAt: APITime
    /// When it changed last.
    public var updatedAt: APITime

    package init(
        id: String, organizationID: String, domain: String, status: String, joining: String, role: Int,
        record: DomainRecordBody, verifiedAt: APITime?, checkedAt: APITime?, missingSince: APITime?,
        createdAt: APITime, updatedAt: APITime
    ) {
        self.id = id
        self.organizationID = organizationID
        self.domain = domain
        self.status = status
        self.joining = joining
        self.role = role
        self.record = record
        self.verifiedAt = verifiedAt
        self.checkedAt = checkedAt
        self.missingSince = missingSince
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    private enum CodingKeys: String, CodingKey {
        case id, domain, status, joining, role, record
        case organizationID = "organization_id"
        case verifiedAt = "verified_at"
        case checkedAt = "checked_at"
        case missingSince = "missing_since"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }

    /// Nothing is left out: what is not there is null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(organizationID, forKey: .organizationID)
        try container.encode(domain, forKey: .domain)
        try container.encode(status, forKey: .status)
        try container.encode(joining, forKey: .joining)
        try container.encode(role, forKey: .role)
        try container.encode(record, forKey: .record)
        try container.encode(verifiedAt, forKey: .verifiedAt)
        try container.encode(checkedAt, forKey: .checkedAt)
        try container.encode(missingSince, forKey: .missingSince)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(updatedAt, forKey: .updatedAt)
    }
}

/// Body of `POST /api/organization/{organization_id}/join_request/{request_id}/approve`.
public struct ApproveJoinRequest: Codable, Equatable, Sendable {
    /// 0 user or 1 admin; not above one's own. Nil: what the domain says.
    public var role: Int?

    /// Says yes; nothing is checked here.
    public init(role: Int? = nil) { self.role = role }
}

/// That somebody asks to become a member.
public struct JoinRequestBody: Codable, Equatable, Sendable {
    /// UUID.
    public var id: String
    /// UUID of the organization.
    public var organizationID: String
    /// UUID of who asks.
    public var userID: String
    /// Their proved address.
    public var email: String
    /// Their name, if they have one.
    public var name: String?
    /// By which domain they asked.
    public var domain: String
    /// What they get unless who approves says otherwise: 0 user or 1 admin.
    public var role: Int
    /// `open`, `approved`, `refused`, `withdrawn` or `expired`.
    public var status: String
    /// When they asked.
    public var askedAt: APITime
    /// Until when it can be decided.
    public var expiresAt: APITime
    /// When it ended, if it did.
    public var decidedAt: APITime?

    package init(
        id: String, organizationID: String, userID: String, email: String, name: String?, domain: String, role: Int,
        status: String, askedAt: APITime, expiresAt: APITime, decidedAt: APITime?
    ) {
        self.id = id
        self.organizationID = organizationID
        self.userID = userID
        self.email = email
        self.name = name
        self.domain = domain
        self.role = role
        self.status = status
        self.askedAt = askedAt
        self.expiresAt = expiresAt
        self.decidedAt = decidedAt
    }

    private enum CodingKeys: String, CodingKey {
        case id, email, name, domain, role, status
        case organizationID = "organization_id"
        case userID = "user_id"
        case askedAt = "asked_at"
        case expiresAt = "expires_at"
        case decidedAt = "decided_at"
    }

    /// Nothing is left out: what is not there is null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(organizationID, forKey: .organizationID)
        try container.encode(userID, forKey: .userID)
        try container.encode(email, forKey: .email)
        try container.encode(name, forKey: .name)
        try container.encode(domain, forKey: .domain)
        try container.encode(role, forKey: .role)
        try container.encode(status, forKey: .status)
        try container.encode(askedAt, forKey: .askedAt)
        try container.encode(expiresAt, forKey: .expiresAt)
        try container.encode(decidedAt, forKey: .decidedAt)
    }
}

/// An organization that the caller may join, or ask to.
public struct OpenOrganizationBody: Codable, Equatable, Sendable {
    /// UUID.
    public var id: String
    /// Its name.
    public var name: String
    /// `join`, `request`, or `off`: no more, but an own request is open still.
    public var joining: String
    /// 0 user or 1 admin.
    public var role: Int
    /// `open` or `refused`; nil: nothing was asked, or not lately.
    public var request: String?
    /// When it was asked.
    public var askedAt: APITime?

    package init(id: String, name: String, joining: String, role: Int, request: String?, askedAt: APITime?) {
        self.id = id
        self.name = name
        self.joining = joining
        self.role = role
        self.request = request
        self.askedAt = askedAt
    }

    private enum CodingKeys: String, CodingKey {
        case id, name, joining, role, request
        case askedAt = "asked_at"
    }

    /// Nothing is left out: what is not there is null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(name, forKey: .name)
        try container.encode(joining, forKey: .joining)
        try container.encode(role, forKey: .role)
        try container.encode(request, forKey: .request)
        try container.encode(askedAt, forKey: .askedAt)
    }
}

/// What came of joining.
public struct JoiningBody: Codable, Equatable, Sendable {
    /// UUID of the organization.
    public var organizationID: String
    /// `joined`; `requested`: an admin decides; `waiting`: for a seat, or for the approval of an invitation there was.
    public var status: String
    /// 0 user, 1 admin, 2 owner: held, or asked for.
    public var role: Int
    /// UUID of the request; nil: there is none.
    public var requestID: String?

    package init(organizationID: String, status: String, role: Int, requestID: String?) {
        self.organizationID = organizationID
        self.status = status
        self.role = role
        self.requestID = requestID
    }

    private enum CodingKeys: String, CodingKey {
        case status, role
        case organizationID = "organization_id"
        case requestID = "request_id"
    }

    /// Nothing is left out: what is not there is null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(organizationID, forKey: .organizationID)
        try container.encode(status, forKey: .status)
        try container.encode(role, forKey: .role)
        try container.encode(requestID, forKey: .requestID)
    }
}
