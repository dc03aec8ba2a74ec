/// What all letters of one server have in common.
package struct LetterSettings: Sendable {
    /// Address in From, and in the envelope where there is no return path; ASCII (`invitations@example.com`).
    package var from: String
    /// Where reports on letters come back; nil: nobody reads them.
    package var returnPath: ReturnPath?
    /// What the application is called; the operator's own words, so they are not taken apart as names are.
    package var appName: String
    /// One sentence on what the application is; without it the letter gives the application's address.
    package var appDescription: String?
    /// Base of Usher's own pages; an absolute http(s) URL.
    package var publicURL: String
    /// Whether an answer to an invitation goes to who sent it.
    package var replyToInviter: Bool
    /// Right side of Message-IDs; nil: the domain of `from`.
    package var messageIDDomain: String?

    package init(
        from: String, appName: String, publicURL: String, appDescription: String? = nil, replyToInviter: Bool = true,
        messageIDDomain: String? = nil, returnPath: ReturnPath? = nil
    ) {
        self.from = from
        self.appName = appName
        self.publicURL = publicURL
        self.appDescription = appDescription
        self.replyToInviter = replyToInviter
        self.messageIDDomain = messageIDDomain
        self.returnPath = returnPath
    }
}
