import HTTPTypes
import Hummingbird
import UsherDomain
import UsherHTTP
import UsherUseCases

/// One request for a page, with what is known of the browser behind it.
struct Visit: Sendable {
    let head: HTTPFields
    let query: FormFields?
    let facts: RequestFacts
    /// Who is signed in, and the hash of their session. A key is nobody here.
    let person: (user: ID<User>, session: String)?
    let tokens: FormTokens
    /// The pre-session's secret, if it was made just now and its cookie has to be set with the first form.
    let newPreSession: String?
    var words: Words

    init(_ request: Request, _ context: UsherContext, cookie: HostCookie, effects: Effects) {
        head = request.headers
        query = FormFields((request.uri.query ?? "").utf8)
        facts = context.facts
        words = Words(.choose(tag: nil, accepted: request.headers[.acceptLanguage]))
        switch context.caller {
        case .session(let user, let hash):
            person = (user, hash)
            tokens = FormTokens(session: hash, effects: effects)
            newPreSession = nil
        case .userKey, .organizationKey, nil:
            person = nil
            if let known = cookie.read(from: request.headers), SecretText.isWellFormed(known) {
                tokens = FormTokens(preSession: known, effects: effects)
                newPreSession = nil
            } else {
                let made = effects.newSecret()
                tokens = FormTokens(preSession: made, effects: effects)
                newPreSession = made
            }
        }
    }
}
