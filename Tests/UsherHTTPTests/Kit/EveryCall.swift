import HTTPTypes
import HummingbirdTesting
import Testing
import UsherDomain
import UsherHTTP
import UsherTestKit
import UsherUseCases

/// Any call of the document, as far as its form is right; what it is about does not exist.
extension OpenAPI.Operation {
    /// - Parameter ids: instead of ids that nothing has, by the names of the parameters.
    func path(in organization: ID<Organization>, ids: [String: String] = [:]) -> String {
        let id = method == "DELETE" ? Sample.id(Invitation.self).rawValue : organization.rawValue
        let nothing = [
            "organization_id": organization.rawValue, "invitation_id": id, "plan_id": id, "request_id": id,
            "user_id": Sample.id(User.self).rawValue, "api_key_id": Sample.id(APIKey.self).rawValue,
            "link_id": Sample.id(JoinLink.self).rawValue, "role_id": Sample.id(CustomRole.self).rawValue,
            "domain_id": Sample.id(OrganizationDomain.self).rawValue,
        ]
        return nothing.merging(ids) { $1 }.reduce(path) { $0.replacing("{\($1.key)}", with: $1.value) }
    }

    /// - Parameter credential: beside the organization, which is always told.
    func ask(
        _ client: any TestClientProtocol, _ house: House, _ credential: HTTPFields
    ) async throws -> Told {
        let organization = house.organization.id
        var fields = credential
        fields[.organization] = organization.rawValue
        let method = try #require(HTTPRequest.Method(method))
        return try await client.ask(
            method, path(in: organization), fields, body: body(house))
    }

    /// A body of the right form; nil: it takes none.
    func body(_ house: House) -> String? { Self.bodies(house.effects.newSecret())[route] }

    private static func bodies(_ secret: String) -> [String: String] {
        let code = "{\"code\":\"\(secret)\"}"
        return [
            "PATCH /api/invitation/{invitation_id}": "{}", "POST /api/invitation/revoke": #"{"all":true}"#,
            "POST /api/invitation/lookup": code, "POST /api/invitation/decline": code,
            "POST /api/auth/me/invitation/{invitation_id}/decline": "{}",
            "POST /api/invitation": invitationJSON(), "POST /api/organization": #"{"name":"New"}"#,
            "POST /api/organization/api_key": #"{"name":"New","role":0}"#, "PUT /api/organization": #"{"name":"New"}"#,
            "PATCH /api/organization/{organization_id}/settings": #"{"seat_limit":70}"#,
            "POST /api/organization/{organization_id}/transfer": #"{"user_id":"\#(Sample.id(User.self))"}"#,
            "PUT /api/user": #"{"user_id":"\#(Sample.id(User.self))","role":0}"#,
            "POST /api/user/api_key": #"{"name":"New","role":0}"#,
            "POST /api/invitation/plan": #"{"rows":[{"email":"ada@example.org"}]}"#,
            "POST /api/organization/{organization_id}/link": joinLinkJSON(),
            "POST /api/organization/{organization_id}/role": #"{"name":"Scout","permissions":{}}"#,
            "PUT /api/organization/{organization_id}/role/{role_id}": #"{"name":"Scout"}"#,
            "POST /api/organization/{organization_id}/domain": #"{"domain":"example.org"}"#,
            "PUT /api/organization/{organization_id}/domain/{domain_id}": "{}",
            "POST /api/organization/{organization_id}/join_request/{request_id}/approve": "{}",
            "DELETE /api/user": #"{"password":"not the right one"}"#,
            "POST /api/suppression": #"{"email":"ada@example.com"}"#,
            "POST /api/suppression/check": #"{"email":"ada@example.com"}"#,
            "POST /api/suppression/remove": #"{"email":"ada@example.com"}"#,
        ]
    }
}
