import HTTPTypes
import HummingbirdTesting
import Testing
import UsherAPI
import UsherClient
import UsherDomain
import UsherSQL
import UsherTestKit

/// One POST of the document, and how to come to where it can be done.
struct OnceCase: Sendable, CustomTestStringConvertible {
    typealias Prepare = @Sendable (OnceHouse, any TestClientProtocol) async throws -> OnceCall

    let route: String
    /// Reads only: of the key, the form is checked and no more.
    var reads = false
    /// Waits for the relay's verdict: the first answer may be 202 to who asks while another one waits.
    var sends = false
    /// Another body of the same call; nil: it has none, or it says all.
    var otherBody: String?
    let prepare: Prepare

    var testDescription: String { route }

    static let all = invitations + organizations + members + people

    private static func on(
        _ route: String, reads: Bool = false, sends: Bool = false, other: String? = nil, _ prepare: @escaping Prepare
    ) -> OnceCase {
        OnceCase(route: "POST \(route)", reads: reads, sends: sends, otherBody: other, prepare: prepare)
    }
}

// MARK: - Invitations

extension OnceCase {
    private static let invitations = [
        on("/api/invitation", sends: true, other: invitationJSON(["email": #""other@example.com""#])) { it, _ in
            OnceCall("/api/invitation", try await it.admin(), invitationJSON())
        },
        on("/api/invitation/{invitation_id}/resend", sends: true) { it, _ in
            let offer = try await it.invitation()
            it.house.clock.advance(by: .minutes(2))
            return OnceCall("/api/invitation/\(offer.id)/resend", try await it.admin())
        },
        on("/api/invitation/{invitation_id}/approve", sends: true) { it, _ in
            let offer = try await it.invitation()
            try await it.change("UPDATE invitations SET status = 'needs_approval'")
            return OnceCall("/api/invitation/\(offer.id)/approve", try await it.admin())
        },
        on("/api/invitation/revoke", other: #"{"role":0}"#) { it, _ in
            for local in ["ada", "bob", "cleo"] { try await it.invitation(to: local) }
            return OnceCall("/api/invitation/revoke", try await it.admin(), #"{"all":true}"#)
        },
        on("/api/invitation/lookup", reads: true) { it, _ in
            let offer = try await it.invitation()
            return OnceCall("/api/invitation/lookup", [:], #"{"code":"\#(it.code(of: offer))"}"#)
        },
        on("/api/invitation/decline") { it, _ in
            let offer = try await it.invitation()
            return OnceCall("/api/invitation/decline", [:], #"{"code":"\#(it.code(of: offer))"}"#)
        },
        on("/api/invitation/plan", other: #"{"rows":[{"email":"b@example.org"}]}"#) { it, _ in
            OnceCall(
                "/api/invitation/plan", try await it.admin(), #"{"rows":[{"email":"a@example.org"},{"email":"x"}]}"#)
        },
        on("/api/invitation/plan/{plan_id}/apply", other: #"{"confirm_typos":true}"#) { it, client in
            let usher = client.usher(.apiKey(try await it.house.key()))
            let plan = try await usher.plan(csv: Array("email\na@example.org\n".utf8), in: it.id.rawValue)
            return OnceCall("/api/invitation/plan/\(plan.id)/apply", try await it.admin(), "{}")
        },
        on("/api/invitation/request/{request_id}/approve") { it, _ in
            OnceCall("/api/invitation/request/\(try await it.request())/approve", try await it.admin())
        },
        on("/api/invitation/request/{request_id}/refuse") { it, _ in
            OnceCall("/api/invitation/request/\(try await it.request())/refuse", try await it.admin())
        },
    ]
}

// MARK: - Organizations

extension OnceCase {
    private static let organizations = [
        on("/api/organization", other: #"{"name":"Other"}"#) { it, _ in
            OnceCall("/api/organization", try await it.owner(), #"{"name":"New"}"#)
        },
        on("/api/organization/api_key", other: #"{"name":"other","role":1}"#) { it, _ in
            OnceCall("/api/organization/api_key", try await it.admin(), #"{"name":"made","role":1}"#)
        },
        on("/api/organization/{organization_id}/restore") { it, client in
            let fields = try await it.owner()
            _ = try await client.ask(.delete, "/api/organization/\(it.id)", fields)
            return OnceCall("/api/organization/\(it.id)/restore", fields)
        },
        on("/api/organization/{organization_id}/link", other: link(uses: 4)) { it, _ in
            OnceCall("/api/organization/\(it.id)/link", try await it.admin(), link(uses: 3))
        },
        on("/api/organization/{organization_id}/role", other: #"{"name":"Other","permissions":{}}"#) { it, _ in
            OnceCall("/api/organization/\(it.id)/role", try await it.admin(), #"{"name":"New","permissions":{}}"#)
        },
        on("/api/organization/{organization_id}/domain", other: #"{"domain":"other.example"}"#) { it, _ in
            OnceCall("/api/organization/\(it.id)/domain", try await it.admin(), #"{"domain":"new.example"}"#)
        },
        on("/api/organization/{organization_id}/domain/{domain_id}/verify") { it, client in
            let domain = try await it.domain(client)
            return OnceCall("/api/organization/\(it.id)/domain/\(domain)/verify", try await it.admin())
        },
        on("/api/suppression", other: #"{"email":"other@example.com"}"#) { it, _ in
            OnceCall("/api/suppression", try await it.admin(), #"{"email":"new@example.com"}"#)
        },
        on("/api/suppression/check", reads: true) { it, client in
            let fields = try await it.admin(), body = #"{"email":"new@example.com"}"#
            _ = try await OnceCall("/api/suppression", fields, body).ask(client, key: nil)
            return OnceCall("/api/suppression/check", fields, body)
        },
        on("/api/suppression/remove", other: #"{"email":"other@example.com"}"#) { it, client in
            let fields = try await it.admin(), body = #"{"email":"new@example.com"}"#
            _ = try await OnceCall("/api/suppression", fields, body).ask(client, key: nil)
            return OnceCall("/api/suppression/remove", fields, body)
        },
    ]

    private static func link(uses: Int) -> String {
        // Three days after the kit's now.
        let end = "2027-01-18T08:00:00Z"
        return #"{"role":0,"max_uses":\#(uses),"expires_at":"\#(end)","redirect_uri":"https://app.example.com/"}"#
    }
}

// MARK: - Members

extension OnceCase {
    private static let members = [
        on("/api/organization/{organization_id}/transfer") { it, _ in
            let member = try await it.house.member("mia", role: .admin)
            return OnceCall(
                "/api/organization/\(it.id)/transfer", try await it.owner(), #"{"user_id":"\#(member.id)"}"#)
        },
        on("/api/organization/{organization_id}/transfer/accept") { it, client in
            OnceCall("/api/organization/\(it.id)/transfer/accept", try await it.transfer(client))
        },
        on("/api/organization/{organization_id}/transfer/decline") { it, client in
            OnceCall("/api/organization/\(it.id)/transfer/decline", try await it.transfer(client))
        },
        on("/api/organization/{organization_id}/join_request/{request_id}/approve", other: #"{"role":1}"#) { it, _ in
            let request = try await it.joinRequest()
            return OnceCall(
                "/api/organization/\(it.id)/join_request/\(request)/approve", try await it.admin(), "{}")
        },
        on("/api/organization/{organization_id}/join_request/{request_id}/refuse") { it, _ in
            let request = try await it.joinRequest()
            return OnceCall("/api/organization/\(it.id)/join_request/\(request)/refuse", try await it.admin())
        },
    ]
}

// MARK: - One's own

extension OnceCase {
    private static let people = [
        on("/api/user/api_key", other: #"{"name":"other","role":0}"#) { it, _ in
            OnceCall("/api/user/api_key", try await it.owner(), #"{"name":"made","role":1}"#)
        },
        on("/api/auth/me/invitation/{invitation_id}/accept") { it, _ in
            let offer = try await it.invitation()
            return OnceCall("/api/auth/me/invitation/\(offer.id)/accept", try await it.person("ada").fields)
        },
        on("/api/auth/me/invitation/{invitation_id}/decline", other: #"{"reason":"other"}"#) { it, _ in
            let offer = try await it.invitation()
            return OnceCall(
                "/api/auth/me/invitation/\(offer.id)/decline", try await it.person("ada").fields, #"{"reason":"no"}"#)
        },
        on("/api/auth/me/organization/{organization_id}/join") { it, client in
            _ = try await it.domain(client, joining: "request")
            return OnceCall("/api/auth/me/organization/\(it.id)/join", try await it.person("ada").fields)
        },
    ]
}
