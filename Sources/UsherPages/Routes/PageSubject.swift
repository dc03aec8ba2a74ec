import Hummingbird
import UsherDomain
import UsherHTTP

/// The thing of an organization that a page's address names: `/request/{organization_id}/{request_id}`.
struct PageSubject<Kind> {
    let organization: ID<Organization>
    let id: ID<Kind>
    /// Of the page.
    let path: String

    /// - Parameter refusal: what is said of an address that names nothing.
    init(
        _ context: UsherContext, in folder: String, _ parameter: String, orRefuse refusal: Refusal
    ) throws(Refusal) {
        guard let organization = ID<Organization>(parsing: context.parameters.get("organization_id") ?? ""),
            let id = ID<Kind>(parsing: context.parameters.get(parameter) ?? "")
        else { throw refusal }
        self.organization = organization
        self.id = id
        path = "/\(folder)/\(organization)/\(id)"
    }
}
