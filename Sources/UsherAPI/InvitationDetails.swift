/// Who invited: a person, or an organization's key.
public struct InviterBody: Codable, Equatable, Sendable {
    /// UUID of the person.
    public var userID: String?
    /// UUID of the key.
    public var keyID: String?

    package init(userID: String?, keyID: String?) {
        self.userID = userID
        self.keyID = keyID
    }

    private enum CodingKeys: String, CodingKey {
        case userID = "user_id"
        case keyID = "key_id"
    }

    /// Writes nil as null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(userID, forKey: .userID)
        try container.encode(keyID, forKey: .keyID)
    }
}

/// One invitation with what happened to it: the answer of `GET /api/invitation/{invitation_id}`.
public struct InvitationDetails: Codable, Equatable, Sendable {
    /// The invitation, as lists tell it.
    public var invitation: InvitationBody
    /// What happened to it, oldest first.
    public var timeline: [TimelineEntryBody]
    /// What to do next.
    public var next: NextStepBody

    package init(invitation: InvitationBody, timeline: [TimelineEntryBody], next: NextStepBody) {
        self.invitation = invitation
        self.timeline = timeline
        self.next = next
    }

    private enum CodingKeys: String, CodingKey {
        case timeline, next
    }

    /// Reads one object: the invitation's members, `timeline` and `next`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        invitation = try InvitationBody(from: decoder)
        timeline = try container.decode([TimelineEntryBody].self, forKey: .timeline)
        next = try container.decode(NextStepBody.self, forKey: .next)
    }

    /// Writes one object: the invitation's members, `timeline` and `next`.
    public func encode(to encoder: any Encoder) throws {
        try invitation.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(timeline, forKey: .timeline)
        try container.encode(next, forKey: .next)
    }
}

/// Something that happened to an invitation.
public struct TimelineEntryBody: Codable, Equatable, Sendable {
    /// `created`, `handed_over`, `delayed`, `refused`, `failed`, `delivered`, `bounced`, `complained`, `resent`,
    /// `edited`, `needs_approval`, `approved`, `accepted`, `declined`, `reported`, `revoked`, `expired`, and others later.
    public var kind: String
    /// When.
    public var at: APITime
    /// Who: `user:` or `key:` and a UUID, `invitee`, `operator`, `system`; nil: the mail relay, or a system behind it.
    public var actor: String?
    /// The relay's reply code (RFC 5321 section 4.2).
    public var code: Int?
    /// What the relay said with it.
    public var reason: String?

    package init(kind: String, at: APITime, actor: String?, code: Int?, reason: String?) {
        self.kind = kind
        self.at = at
        self.actor = actor
        self.code = code
        self.reason = reason
    }

    private enum CodingKeys: String, CodingKey {
        case kind, at, actor, code, reason
    }

    /// Writes nil as null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        try container.encode(at, forKey: .at)
        try container.encode(actor, forKey: .actor)
        try container.encode(code, forKey: .code)
        try container.encode(reason, forKey: .reason)
    }
}

/// What whoever looks after an invitation can do next.
public struct NextStepBody: Codable, Equatable, Sendable {
    /// `wait_for_delivery`, `wait_for_answer`, `resend`, `correct_address`, `approve`, `wait_for_seat` or `none`.
    public var code: String
    /// The same in a sentence.
    public var message: String
    /// With `correct_address`: the address that was probably meant, when the one that was typed looks mistyped.
    public var suggestion: String?

    package init(code: String, message: String, suggestion: String? = nil) {
        self.code = code
        self.message = message
        self.suggestion = suggestion
    }

    private enum CodingKeys: String, CodingKey {
        case code, message, suggestion
    }

    /// Writes nil as null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(code, forKey: .code)
        try container.encode(message, forKey: .message)
        try container.encode(suggestion, forKey: .suggestion)
    }
}
