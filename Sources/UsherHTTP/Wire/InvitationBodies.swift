import UsherAPI
import UsherDomain
import UsherText
import UsherUseCases

extension InvitationEdit {
    /// Reads the body of `PATCH /api/invitation/{invitation_id}`: what is not there stays, null takes away.
    init(body: [UInt8]) throws(Refusal) {
        let known: Set = [
            "role", "role_id", "scopes", "expires_in", "expires_at", "message", "name", "metadata", "redirect_uri",
            "locale",
        ]
        var members = try Members(body, known: known)
        self.init()
        let choice = members.optional("role_id") == nil ? nil : members.roleChoice("role")
        let role = members.has("role") && choice == nil ? members.role("role") : nil
        let scopes = members.scopes()
        let message = members.message()
        let name = members.optionalName("name")
        let metadata = members.metadata()
        let locale = members.locale("locale")
        let target = members.has("redirect_uri") ? members.string("redirect_uri") : nil
        expiry = members.expiry()
        if members.has("scopes") { self.scopes = .some(scopes) }
        if members.has("message") { self.message = .some(message) }
        if members.has("name") { self.name = .some(name) }
        if members.has("metadata") { self.metadata = metadata ?? Metadata() }
        if members.has("locale") { self.locale = .some(locale) }
        try members.finish()
        if let choice { self.role = try choice.get().role } else { self.role = try role?.get() }
        if members.has("role_id") { customRole = .some(try choice?.get().custom) }
        if let target { redirectURI = try WebURL(parsing: target, field: "redirect_uri") }
    }
}

extension RevokeInvitations.Request {
    /// Reads the body of `POST /api/invitation/revoke`.
    init(body: [UInt8]) throws(Refusal) {
        var members = try Members(
            body, known: ["status", "email", "role", "role_id", "delivery", "inviter", "ids", "all"])
        var filter = InvitationFilter()
        let email = members.optionalString("email")
        let role = members.has("role") ? members.role("role") : nil
        filter.customRole = members.id("role_id")
        filter.statuses = members.words("status")
        filter.deliveries = members.words("delivery")
        if let text = members.optionalString("inviter") {
            filter.inviter = ID<User>(parsing: text)?.rawValue
            if filter.inviter == nil { members.report("inviter", .malformed) }
        }
        if let texts = members.optionalStrings("ids", atMost: 1000) {
            filter.ids = texts.compactMap { ID<Invitation>(parsing: $0) }
            if filter.ids?.count != texts.count { members.report("ids", .malformed) }
        }
        let all = members.optionalFlag("all") ?? false
        try members.finish()
        filter.role = try role?.get()
        filter.email = try email.map { (text) throws(Refusal) in try EmailAddress(parsing: text) }
        self.init(filter: filter, all: all)
    }
}

extension Members {
    /// One word of a closed set, or several.
    fileprivate mutating func words<Word: RawRepresentable<String> & Hashable>(_ name: String) -> Set<Word>? {
        guard let texts = optionalStrings(name, atMost: 100) else { return nil }
        let known = texts.compactMap { Word(rawValue: $0) }
        guard known.count == texts.count else {
            report(name, .malformed)
            return nil
        }
        return Set(known)
    }

    fileprivate mutating func answer() -> DeclineAnswer {
        let text = optionalString("reason") ?? ""
        var reason: String?
        do {
            reason = text.isEmpty ? nil : try InviterMessage(parsing: text).text
            if let reason, reason.count > DeclineAnswer.maximumReason { report("reason", .tooLong) }
        } catch {
            report("reason", error)
        }
        return DeclineAnswer(reason: reason, report: optionalFlag("report") ?? false)
    }
}

/// How somebody says no.
struct DeclineAnswer {
    /// Characters.
    static let maximumReason = 500

    let reason: String?
    let report: Bool

    fileprivate init(reason: String?, report: Bool) {
        self.reason = reason
        self.report = report
    }

    /// Reads the body of `POST /api/auth/me/invitation/{invitation_id}/decline`.
    init(body: [UInt8]) throws(Refusal) {
        var members = try Members(body, known: ["reason", "report"])
        self = members.answer()
        try members.finish()
    }
}

/// A code that came in a body, because no secret stands in a path.
struct CodeBody {
    let code: String
    let answer: DeclineAnswer

    init(_ bytes: [UInt8], isAnswer: Bool) throws(Refusal) {
        var members = try Members(bytes, known: isAnswer ? ["code", "reason", "report"] : ["code"])
        let code = members.string("code")
        answer = members.answer()
        try members.finish()
        guard let code else { throw .invalidBody([]) }
        self.code = code
    }
}

extension OfferBody {
    /// As little as somebody needs to know what the code is for.
    init(_ offer: Offer, at now: Timestamp) {
        let invitation = offer.invitation
        self.init(
            organization: offer.organization.name.text, email: invitation.email.masked,
            role: invitation.role.rawValue, customRole: invitation.customRole.map(RoleReference.init),
            status: invitation.status(at: now).rawValue, expiresAt: APITime(invitation.expiresAt))
    }
}

extension OwnInvitationBody {
    init(_ offer: Offer, at now: Timestamp) {
        let invitation = offer.invitation
        self.init(
            id: invitation.id.rawValue, organizationID: invitation.organization.rawValue,
            organization: offer.organization.name.text, inviter: offer.inviter?.name?.text,
            role: invitation.role.rawValue, customRole: invitation.customRole.map(RoleReference.init),
            status: invitation.status(at: now).rawValue, message: invitation.extras.message?.text,
            expiresAt: APITime(invitation.expiresAt),
            createdAt: APITime(invitation.createdAt))
    }
}

extension JoinedBody {
    init(_ joined: Joined) {
        let invitation = joined.offer.invitation
        self.init(
            invitationID: invitation.id.rawValue, organizationID: invitation.organization.rawValue,
            role: invitation.role.rawValue, customRole: invitation.customRole.map(RoleReference.init),
            redirectURI: invitation.redirectURI.text)
    }
}
