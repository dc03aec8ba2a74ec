import UsherAPI
import UsherDomain
import UsherText
import UsherUseCases

extension DomainDraft {
    /// Reads the body of `POST /api/organization/{organization_id}/domain`.
    init(body: [UInt8]) throws(Refusal) {
        var members = try Members(body, known: ["domain", "joining", "role"])
        let domain = members.string("domain")
        let joining = members.joining()
        let role = members.optionalRole()
        try members.finish()
        guard let domain else { throw .invalidBody([]) }
        self.init(
            name: try OrganizationDomain.name(parsing: domain), joining: joining ?? .off,
            role: try role?.get() ?? .user)
    }
}

extension DomainChange {
    /// Reads the body of `PUT /api/organization/{organization_id}/domain/{domain_id}`.
    init(body: [UInt8]) throws(Refusal) {
        var members = try Members(body, known: ["joining", "role"])
        let joining = members.joining()
        let role = members.optionalRole()
        try members.finish()
        self.init(joining: joining, role: try role?.get())
    }
}

extension Members {
    fileprivate mutating func joining() -> OrganizationDomain.Joining? {
        guard let text = optionalString("joining") else { return nil }
        guard let joining = OrganizationDomain.Joining(rawValue: text) else {
            report("joining", .outOfRange)
            return nil
        }
        return joining
    }

    mutating func optionalRole() -> Result<Role, Refusal>? { optional("role") == nil ? nil : role("role") }
}

/// Reads the body of an approval.
struct ApprovalBody {
    let role: Role?

    init(_ bytes: [UInt8]) throws(Refusal) {
        var members = try Members(bytes, known: ["role"])
        let role = members.optionalRole()
        try members.finish()
        self.role = try role?.get()
    }
}

extension DecideJoinRequests.Query {
    static let names: Set = ["status"]

    init(_ query: ListQuery, seal: CursorSeal) throws(Refusal) {
        var query = query
        self.init()
        limit = query.limit
        after = query.place(seal)
        if let text = query.filters["status"] {
            status = JoinRequest.Status(rawValue: text)
            if status == nil { query.report("status", .malformed) }
        }
        try query.finish()
    }
}

extension DomainBody {
    init(_ domain: OrganizationDomain) {
        let record = domain.record
        let status = domain.verifiedAt == nil ? "pending" : domain.missingSince == nil ? "verified" : "missing"
        self.init(
            id: domain.id.rawValue, organizationID: domain.organization.rawValue, domain: domain.name, status: status,
            joining: domain.joining.rawValue, role: domain.role.rawValue,
            record: DomainRecordBody(name: record.name, value: record.value),
            verifiedAt: domain.verifiedAt.map(APITime.init), checkedAt: domain.checkedAt.map(APITime.init),
            missingSince: domain.missingSince.map(APITime.init), createdAt: APITime(domain.createdAt),
            updatedAt: APITime(domain.updatedAt))
    }
}

extension JoinRequestBody {
    init(_ asked: DecideJoinRequests.Asked, at now: Timestamp) {
        let (request, user) = (asked.request, asked.user)
        self.init(
            id: request.id.rawValue, organizationID: request.organization.rawValue, userID: user.id.rawValue,
            email: user.email.typed, name: user.name?.text, domain: request.domain, role: request.role.rawValue,
            status: request.status(at: now).rawValue, askedAt: APITime(request.askedAt),
            expiresAt: APITime(request.expiresAt), decidedAt: request.decidedAt.map(APITime.init))
    }
}

extension OpenOrganizationBody {
    init(_ open: OpenOrganization) {
        self.init(
            id: open.organization.id.rawValue, name: open.organization.name.text, joining: open.joining.rawValue,
            role: open.role.rawValue, request: open.request?.status.rawValue,
            askedAt: (open.request?.askedAt).map(APITime.init))
    }
}

extension JoiningBody {
    init(_ step: JoiningStep) {
        switch step {
        case .joined(let organization, let role):
            self.init(
                organizationID: organization.rawValue, status: "joined", role: role.rawValue, requestID: nil)
        case .requested(let request):
            self.init(
                organizationID: request.organization.rawValue, status: "requested", role: request.role.rawValue,
                requestID: request.id.rawValue)
        case .waits(let invitation):
            self.init(
                organizationID: invitation.organization.rawValue, status: "waiting", role: invitation.role.rawValue,
                requestID: nil)
        }
    }
}
