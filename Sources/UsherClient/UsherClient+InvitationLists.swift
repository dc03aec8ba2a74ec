public import UsherAPI

/// What invitations of a list must be like; nil means any.
public struct InvitationFilter: Equatable, Sendable {
    /// Only in one of these; nil: all but revoked, declined and superseded ones.
    public var statuses: [String]?
    /// Only to this address, in any spelling of it.
    public var email: String?
    /// 0 user, 1 admin, 2 owner.
    public var role: Int?
    /// Only those whose letter is in one of these places.
    public var deliveries: [String]?
    /// UUID of the person, or of the key, who invited.
    public var inviter: String?

    /// Describes a filter; nothing is checked here.
    public init(
        statuses: [String]? = nil, email: String? = nil, role: Int? = nil, deliveries: [String]? = nil,
        inviter: String? = nil
    ) {
        self.statuses = statuses
        self.email = email
        self.role = role
        self.deliveries = deliveries
        self.inviter = inviter
    }

    var query: String {
        let parts: [(String, String?)] = [
            ("status", statuses?.joined(separator: ",")), ("email", email), ("role", role.map(String.init)),
            ("delivery", deliveries?.joined(separator: ",")), ("inviter", inviter),
        ]
        return parts.map { name, value in value.map { "&\(name)=\(UsherClient.encoded($0))" } ?? "" }.joined()
    }
}

extension UsherClient {
    /// A page of an organization's invitations (`GET /api/invitations/{organization_id}`).
    ///
    /// - Parameters:
    ///   - organization: UUID of the organization.
    ///   - limit: 1 to 1000.
    ///   - cursor: `next` of the page before, which had the same filter.
    public func invitations(
        of organization: String, matching filter: InvitationFilter, limit: Int = 50, after cursor: String? = nil
    ) async throws -> Page<InvitationBody> {
        var query = "?limit=\(limit)\(filter.query)"
        if let cursor { query += "&cursor=\(cursor)" }
        let response = try await call("GET", "/api/invitations/\(organization)\(query)", organization: organization)
        return Page(elements: try decode(from: response), next: Self.cursor(in: response.header("Link")))
    }

    /// All invitations of an organization, newest first, fetched a page at a time as they are asked for.
    ///
    /// ```swift
    /// for try await invitation in client.allInvitations(of: organization) { … }
    /// ```
    ///
    /// - Parameter pageSize: 1 to 1000.
    public func allInvitations(
        of organization: String, matching filter: InvitationFilter = InvitationFilter(), pageSize: Int = 200
    ) -> PagedSequence<InvitationBody> {
        PagedSequence { cursor in
            try await invitations(of: organization, matching: filter, limit: pageSize, after: cursor)
        }
    }

    /// One invitation with what happened to it (`GET /api/invitation/{invitation_id}`).
    public func invitationDetails(_ id: String, of organization: String) async throws -> InvitationDetails {
        try decode(from: try await call("GET", "/api/invitation/\(id)", organization: organization))
    }

    /// Everything but unreserved characters (RFC 3986 section 2.3) in percent encoding.
    static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let scalar = Unicode.Scalar(byte)
            let isPlain =
                scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789-._~,".unicodeScalars.contains(scalar))
            guard !isPlain else { return String(scalar) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
    }
}

/// A list that comes in pages, as one sequence.
public struct PagedSequence<Element: Sendable>: AsyncSequence, Sendable {
    let page: @Sendable (_ cursor: String?) async throws -> Page<Element>

    /// Where a reader of the sequence stands.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let page: @Sendable (_ cursor: String?) async throws -> Page<Element>
        var elements: ArraySlice<Element> = []
        var cursor: String?
        var isAtEnd = false

        /// The next element; nil after the last.
        /// - Throws: what a call of a page throws.
        public mutating func next() async throws -> Element? {
            while elements.isEmpty, !isAtEnd {
                let found = try await page(cursor)
                elements = found.elements[...]
                cursor = found.next
                isAtEnd = found.next == nil
            }
            return elements.popFirst()
        }
    }

    /// Begins at the first page.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(page: page) }
}
