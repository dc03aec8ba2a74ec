import HummingbirdCore
import UsherAPI
import UsherDomain
import UsherText
import UsherUseCases

extension JoinLinkDraft {
    /// Reads the body of `POST /api/organization/{organization_id}/link`.
    init(body: [UInt8]) throws(Refusal) {
        var members = try Members(
            body, known: ["role", "role_id", "max_uses", "expires_at", "allowed_domains", "redirect_uri"])
        let role = members.roleChoice("role")
        let uses = members.integer("max_uses")
        let expiresAt = members.requiredTime("expires_at")
        let domains = members.domains("allowed_domains")
        let redirectURI = members.string("redirect_uri")
        try members.finish()
        guard let role, let uses, let expiresAt, let redirectURI else { throw .invalidBody([]) }
        let choice = try role.get()
        self.init(
            role: choice.role, customRole: choice.custom, maximumUses: uses, expiresAt: expiresAt,
            allowedDomains: domains,
            redirectURI: try WebURL(parsing: redirectURI, field: "redirect_uri"))
    }
}

extension Members {
    fileprivate mutating func requiredTime(_ name: String) -> Timestamp? {
        string(name) == nil ? nil : time(name)
    }

    /// Domains, each as it is compared; at most a hundred.
    fileprivate mutating func domains(_ name: String) -> [String] {
        let typed = optionalStrings(name) ?? []
        if typed.count > JoinLink.maximumDomains { report(name, .tooLong) }
        let domains = typed.prefix(JoinLink.maximumDomains).map { DomainRule.normalized($0) }
        if domains.contains(nil) { report(name, .malformed) }
        return domains.compactMap(\.self)
    }
}

/// The query of a list of links.
struct JoinLinkQuery {
    private(set) var limit = 50
    private(set) var after: JoinLinkCursor?

    init(_ uri: URI, seal: CursorSeal) throws(Refusal) {
        var problems: [FieldProblem] = []
        var seen: Set<Substring> = []
        for (name, value) in uri.queryParameters {
            guard seen.insert(name).inserted else {
                problems.append(FieldProblem(String(name.prefix(64)), .malformed))
                continue
            }
            if let problem = read(name, String(value), seal) {
                problems.append(FieldProblem(String(name.prefix(64)), problem))
            }
        }
        guard problems.isEmpty else { throw .invalidQuery(Array(problems.prefix(10))) }
    }

    private mutating func read(_ name: Substring, _ value: String, _ seal: CursorSeal) -> FieldProblem.Kind? {
        switch name {
        case "limit":
            guard let number = Int(value), value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                return .malformed
            }
            limit = number
            return InvitationQuery.limits.contains(number) ? nil : .outOfRange
        case "cursor":
            after = seal.open(value).map { JoinLinkCursor(createdAt: $0.createdAt, id: ID(rawValue: $0.id.rawValue)) }
            return after == nil ? .malformed : nil
        default: return .unknown
        }
    }

    /// The `Link` field (RFC 8288) to the page after this.
    func link(to next: JoinLinkCursor, settings: HTTPSettings, seal: CursorSeal) -> String {
        let path = "/api/organization/\(seal.organization)/link"
        let cursor = seal.close(
            InvitationSelection.Cursor(createdAt: next.createdAt, id: ID(rawValue: next.id.rawValue)))
        return "<\(settings.publicURL.origin)\(path)?limit=\(limit)&cursor=\(cursor)>; rel=\"next\""
    }
}

extension JoinLinkBody {
    init(_ link: JoinLink, at now: Timestamp) {
        let inviter: String? =
            switch link.inviter {
            case .user(let id): id.rawValue
            case .key: nil
            }
        self.init(
            id: link.id.rawValue, organizationID: link.organization.rawValue, role: link.role.rawValue,
            customRole: link.customRole.map(RoleReference.init), status: link.state(at: now).rawValue,
            maxUses: link.maximumUses, uses: link.uses,
            allowedDomains: link.allowedDomains, redirectURI: link.redirectURI.text, inviterID: inviter,
            expiresAt: APITime(link.expiresAt), revokedAt: link.revokedAt.map(APITime.init),
            createdAt: APITime(link.createdAt), updatedAt: APITime(link.updatedAt))
    }
}

extension JoinLinkUseBody {
    init(_ use: JoinLinkUse) {
        self.init(
            email: use.email.typed, usedAt: APITime(use.usedAt), invitationID: use.invitation.rawValue,
            status: use.status.rawValue, userID: use.acceptedBy?.rawValue)
    }
}
