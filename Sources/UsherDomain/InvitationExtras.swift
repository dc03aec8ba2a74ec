/// What an inviter adds to an offer, for the person and for the application.
package struct InvitationExtras: Equatable, Sendable {
    /// The inviter's own words; hostile by assumption, like every name.
    package var message: InviterMessage?
    /// What the inviter calls the person: filled into the form where they say their name, and no more than that.
    package var name: DisplayName?
    /// Carried to the membership.
    package var metadata: Metadata

    package init(message: InviterMessage? = nil, name: DisplayName? = nil, metadata: Metadata = Metadata()) {
        self.message = message
        self.name = name
        self.metadata = metadata
    }
}

/// Plain text of an inviter to an invitee: at most 1000 characters and 4000 bytes in lines of LF, without controls and
/// bidirectional overrides. The parser in `UsherText` sees to that.
package struct InviterMessage: Hashable, Sendable {
    package let text: String

    package static let maximumCharacters = 1000
    package static let maximumBytes = 4000

    /// Takes a message that was checked before: for the parser and for the store.
    package init(stored text: String) { self.text = text }

    /// Without empty ones.
    package var paragraphs: [String] { text.split(separator: "\n").map(String.init) }
}

/// Texts by name that an application hangs on an invitation, and finds on the membership that comes of it.
package struct Metadata: Equatable, Sendable {
    package let values: [String: String]

    /// How many names there may be.
    package static let maximumCount = 50
    /// Characters of a name.
    package static let maximumNameLength = 40
    /// Bytes of all names and values together.
    package static let maximumBytes = 4096

    package init(_ values: [String: String] = [:]) { self.values = values }

    package var isEmpty: Bool { values.isEmpty }
}
