package import Hummingbird
import NIOCore
package import UsherDomain
package import UsherUseCases

package typealias UsherRouter = Router<UsherContext>

/// What is known of one request on its way through middleware to its route.
package struct UsherContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The other end of the connection: an IPv4 address, or the /64 of an IPv6 one. Behind a trusted proxy this is
    /// the proxy; limits go by `facts.peer`.
    package let peer: String
    /// Id of the request, and the client's address as trusted proxies tell it.
    package var facts: RequestFacts
    /// Who asks, when a credential proved it.
    package var caller: Caller?
    /// The `TR-Organization` header, read.
    package var organization: Result<ID<Organization>, Refusal> = .failure(.organizationHeaderMissing)

    /// The `Idempotency-Key` of a POST, read: nil when there is none.
    package var idempotencyKey: Result<String?, Refusal> = .success(nil)

    let channel: any Channel

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = PeerAddress.text(of: source.channel.remoteAddress)
        facts = RequestFacts(id: "", peer: peer)
        channel = source.channel
    }
}

/// Every route in here has a caller: forgetting `Authenticate` shuts the door instead of opening it.
package struct CallerContext: ChildRequestContext {
    package var coreContext: CoreRequestContextStorage
    package let facts: RequestFacts
    package let caller: Caller
    let idempotencyKey: String?

    package init(context: UsherContext) throws {
        guard let caller = context.caller else { throw Refusal.notSignedIn }
        coreContext = context.coreContext
        facts = context.facts
        self.caller = caller
        idempotencyKey = try context.idempotencyKey.get()
    }
}

/// Every route in here acts in one organization. The header is judged before the credential (400 before 401).
package struct OrganizationContext: ChildRequestContext {
    package var coreContext: CoreRequestContextStorage
    package let facts: RequestFacts
    package let caller: Caller
    package let organization: ID<Organization>
    let idempotencyKey: String?

    package init(context: UsherContext) throws {
        organization = try context.organization.get()
        guard let caller = context.caller else { throw Refusal.notSignedIn }
        coreContext = context.coreContext
        facts = context.facts
        self.caller = caller
        idempotencyKey = try context.idempotencyKey.get()
    }
}
