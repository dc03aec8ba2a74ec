package import UsherDomain

extension Refusal {
    /// What is wrong, and what to do about it: for a developer who reads the answer.
    package var sentence: String {
        switch self {
        case .notSignedIn: "Send an API key in the Authorization header, or sign in: no valid credential came along."
        case .notAMember: "You are no member of this organization, or it does not exist."
        case .roleTooLow(let needed):
            "Your role in this organization does not allow \(needed.rawValue), which this takes."
        case .outOfScope(let route): "This credential is restricted to other routes than \(route)."
        case .personRequired: "This takes a person: a session, or a person's own API key."
        case .sessionRequired: "This takes a person who is signed in in a browser. No API key can do it."
        case .addressUnverified:
            "Prove first that this address is yours: reset its password by mail, or open an invitation's link."
        case .crossSite: "A signed-in browser may call this only from this server's own pages. Programs use an API key."
        case .organizationHeaderMissing: "Name the organization in the header TR-Organization."
        case .organizationHeaderInvalid: "The header TR-Organization must be one UUID."
        case .invalidBody(let problems): Self.body(problems)
        case .invalidQuery(let problems): "The query can't be used: \(Self.list(problems))."
        case .invalidEmail(let problem): problem.sentence
        case .invalidRole: "A role is 0 (user), 1 (admin) or 2 (owner)."
        case .invalidURL(let field): "\(field) must be an absolute http or https URL without user information."
        case .originNotAllowed(let field, let origin):
            "\(field) points to \(origin), which is not allowed here. "
                + "Add it to the organization's allowed origins or to USHER_ALLOWED_ORIGINS."
        case .organizationMismatch: "The organization of the path or body must equal the header TR-Organization."
        case .idempotencyKeyInvalid: "Idempotency-Key must be one text of 1 to 255 printable ASCII characters."
        case .idempotencyMismatch:
            "This Idempotency-Key came with another request before. Use a new key for a new request."
        case .invalidTable(let problem): problem.sentence
        case .selfInvitation: "You can't invite yourself."
        case .roleAboveOwn(let missing):
            """
            You can't grant what you may not do yourself: \(missing.list). If scopes restrict you, give scopes that go \
            no further, or a role that takes none of this.
            """
        case .alreadyMember: "This address belongs to a member already."
        case .alreadyInvited: "An invitation for this address is open already. Resend that one, or revoke it first."
        case .seatLimitReached:
            "All seats of this organization are taken. Free one, raise the limit, or let offers wait (waitlist)."
        case .domainNotAllowed: "This organization does not invite addresses of that domain."
        case .recipientSuppressed: "This address is on the organization's suppression list, so it is not invited."
        case .recipientRefused(let code):
            "The mail server refused this recipient for good\(code.map { " (code \($0))" } ?? ""). Check the address."
        case .lastOwner:
            "An organization keeps an owner without restriction and without end. Make somebody else an owner first."
        case .targetAboveOwn(let missing):
            "This allows what you may not do yourself: \(missing.list). Ask an owner."
        case .domainPublic: "Addresses of this domain are given to anybody, so no organization can have it for its own."
        case .domainTaken: "Another organization has proved this domain. Ask the operator if it is yours."
        case .domainNotVerified: "Prove this domain first: set its TXT record, then verify it."
        case .domainLimitReached: "An organization has at most 100 domains. Remove one first."
        case .domainNotProved(let record, let found): Self.notProved(record, found)
        case .transferPending: "The ownership is offered to somebody already. Cancel that offer first."
        case .roleNameTaken:
            "This organization has a role of this name already. Names differ by more than case, and user, admin and "
                + "owner are there always."
        case .roleInUse(let use):
            "This role is held by \(use.members) member(s), \(use.invitations) open invitation(s), \(use.keys) API key(s) "
                + "and \(use.links) link(s). Give them another role, or end them, and delete it then."
        case .tooManyRoles(let maximum): "An organization has at most \(maximum) roles of its own. Delete one first."
        case .roleNotFound: "This organization has no such role."
        case .organizationNotFound: "There is no such organization."
        case .invitationNotFound: "This organization has no such invitation."
        case .invitationNotPending: "This invitation is not open any more."
        case .keyNotFound: "There is no such key here."
        case .memberNotFound: "This organization has no such member."
        case .transferNotFound: "No offer of ownership stands here, or it is not yours to answer."
        case .planNotFound: "This organization has no such plan, or it is older than seven days."
        case .planEnded: "This plan was cancelled, or has been applied already. Make a new one."
        case .requestNotFound: "This organization has no such request."
        case .requestNotOpen: "This request was decided already. Invite the address, or wait for a new request."
        case .joinLinkNotFound: "This organization has no such link."
        case .domainNotFound: "This organization has no such domain."
        case .joinLinkEnded: "This link works no more. Ask for a new one."
        case .limited(let quota, _):
            "Too many: \(quota.count) in \(quota.window.components.seconds) seconds is the limit. "
                + "Try again after Retry-After."
        case .resendTooSoon: "A letter went to this address a moment ago. Try again after Retry-After."
        case .domainLookupFailed: "No name server gave an answer about this domain. Try again after Retry-After."
        case .busy: "The server has too much to do. Try again after Retry-After."
        case .invitationExpired: "This invitation has expired. Ask for a new one."
        case .invitationEnded: "This invitation is not open any more. Ask for a new one."
        case .invitationSuperseded: "A newer letter holds the link that works."
        case .invitationUsed: "This invitation was used already."
        case .invitationNeedsApproval: "Another admin must approve this invitation before it can be accepted."
        case .wrongAccount: "This invitation is for another address than the one that is signed in."
        case .wrongCredentials: "The address or the password is wrong."
        case .weakPassword(let problem): problem.sentence
        case .linkInvalid: "This link does not work any more. Ask for a new one."
        case .accountExists: "There is an account with this address already."
        case .alreadySetUp: "This server has an admin already."
        case .wrongPassword: "The password is wrong."
        case .soleOwner(let organizations):
            "You are the only owner of \(organizations.map { "\($0.name) (\($0.id))" }.joined(separator: ", ")). "
                + "Make somebody else an owner, or delete the organization, before you go."
        case .suppressionNotFound: "This address is not on the organization's suppression list."
        case .suppressionProtected:
            "It was not an admin who asked not to invite this address, so no admin can lift it. "
                + "The operator can, with usher suppression remove."
        }
    }

    private static func notProved(_ record: DomainRecord, _ found: Int?) -> String {
        let there =
            switch found {
            case nil: "the DNS knows no such name"
            case 0?: "there is no TXT record"
            case let count?: "none of the \(count) TXT records there is it"
            }
        return "Expected at \(record.name) the TXT record \(record.value): \(there). "
            + "Set it, wait until it is published, and verify again."
    }

    private static func body(_ problems: [FieldProblem]) -> String {
        problems.isEmpty
            ? "The body must be one JSON object in UTF-8, with no member twice and at most 32 levels deep."
            : "The body can't be used: \(list(problems))."
    }

    private static func list(_ problems: [FieldProblem]) -> String {
        problems.map(\.sentence).joined(separator: "; ")
    }
}

extension FieldProblem {
    fileprivate var sentence: String {
        let name = pointer.isEmpty ? "it" : pointer.hasPrefix("/") ? String(pointer.dropFirst()) : pointer
        return switch kind {
        case .missing: "\(name) is missing"
        case .malformed: "\(name) is malformed"
        case .unknown: "\(name) is not known here"
        case .wrongType: "\(name) has the wrong type"
        case .tooLong: "\(name) is too long"
        case .outOfRange: "\(name) is out of range"
        }
    }
}

extension AddressProblem {
    package var sentence: String {
        switch self {
        case .empty: "email is empty."
        case .malformed: "email is not an address that mail can be sent to."
        case .tooLong: "email is longer than an address may be (254 bytes)."
        case .notOneAt: "email must have exactly one @."
        case .localPart: "The part of email before the @ can't be used."
        case .domain: "The part of email after the @ is not a domain name."
        case .several: "email must be one address; invite people one by one."
        }
    }
}

extension PasswordProblem {
    package var sentence: String {
        switch self {
        case .tooShort(let minimum): "The password must have at least \(minimum) characters."
        case .tooLong(let maximum): "The password must have at most \(maximum) characters."
        case .forbiddenCharacter: "The password has a character that can't be used."
        case .common: "This password is too common."
        case .aboutYou: "The password is made of what is known about you."
        }
    }
}
