import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import UsherAPI
import UsherClient
import UsherDomain
import UsherHTTP

import struct Foundation.Data
import class Foundation.JSONDecoder

/// One answer, with its body as text.
struct Told: Sendable {
    let status: Int
    let headers: HTTPFields
    let body: String

    var problem: Problem? { try? JSONDecoder().decode(Problem.self, from: Data(body.utf8)) }
    var code: String? { problem?.code }
}

extension TestClientProtocol {
    func ask(
        _ method: HTTPRequest.Method, _ uri: String, _ headers: HTTPFields = [:], body: String? = nil
    ) async throws -> Told {
        try await ask(method, uri, headers, bytes: body.map { Array($0.utf8) })
    }

    func ask(
        _ method: HTTPRequest.Method, _ uri: String, _ headers: HTTPFields = [:], bytes: [UInt8]?
    ) async throws -> Told {
        var headers = headers
        if bytes != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
        let response = try await execute(
            uri: uri, method: method, headers: headers, body: bytes.map { ByteBuffer(bytes: $0) })
        return Told(
            status: response.status.code, headers: response.headers, body: String(buffer: response.body))
    }

    /// The published client, speaking to this server.
    func usher(_ credential: UsherClient.Credential, peer: String? = nil) -> UsherClient {
        UsherClient(baseURL: "", credential: credential) { request in
            var headers = HTTPFields()
            for field in request.headers {
                guard let name = HTTPField.Name(field.name) else { continue }
                headers.append(HTTPField(name: name, value: field.value))
            }
            let method = HTTPRequest.Method(rawValue: request.method) ?? .get
            let response = try await execute(
                uri: request.url, method: method, headers: headers, body: request.body.map { ByteBuffer(bytes: $0) })
            return UsherResponse(
                status: response.status.code, headers: response.headers.map { ($0.name.rawName, $0.value) },
                body: Array(response.body.readableBytesView))
        }
    }
}

extension HTTPFields {
    /// The fields of a call in an organization.
    static func asking(_ organization: ID<Organization>, key: String? = nil, session: String? = nil) -> HTTPFields {
        var fields: HTTPFields = [.organization: organization.rawValue]
        fields[.authorization] = key
        if let session { fields[.cookie] = "usher_session=\(session)" }
        return fields
    }

    func with(_ name: HTTPField.Name, _ value: String?) -> HTTPFields {
        var fields = self
        fields[name] = value
        return fields
    }
}

extension CreateInvitation {
    static func to(_ email: String, role: Int = 0, scopes: [String]? = nil) -> CreateInvitation {
        CreateInvitation(
            email: email, userRole: role, appURL: "https://app.example.com",
            redirectURI: "https://app.example.com/welcome", scopes: scopes)
    }
}

/// The body of an invitation, with members changed or added as JSON texts; an empty text leaves one out.
func invitationJSON(_ changes: [String: String] = [:]) -> String {
    var members = [
        "email": "\"ada@example.com\"", "user_role": "0", "app_url": "\"https://app.example.com\"",
        "redirect_uri": "\"https://app.example.com/welcome\"",
    ]
    members.merge(changes) { $1 }
    let parts = members.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
    return "{" + parts.joined(separator: ",") + "}"
}
