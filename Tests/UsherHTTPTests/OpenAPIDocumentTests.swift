import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import UsherAPI
import UsherClient
import UsherDomain
import UsherUseCases
import Yams

@testable import UsherHTTP

@Suite struct OpenAPIDocumentTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    @Test func `the document that is served is the one in the repository`() throws {
        let document = try OpenAPI(yaml: Self.text("openapi/usher.yaml"))
        let json = document.value.canonicalText
        if ProcessInfo.processInfo.environment["USHER_WRITE_OPENAPI"] != nil {
            let path = Self.root.appending(path: "Sources/UsherHTTP/OpenAPIDocument.swift")
            let old = try String(contentsOf: path, encoding: .utf8)
            let head = try #require(old.range(of: "static let json = ")).upperBound
            try (old[..<head] + "##\"\(json)\"##\n}\n").write(to: path, atomically: true, encoding: .utf8)
        }
        #expect(OpenAPIDocument.json == json)
    }

    @Test func `the codes are those of the enum`() throws {
        let document = try OpenAPI(yaml: Self.text("openapi/usher.yaml"))
        #expect(document.codes == ErrorCode.allCases.map(\.rawValue))
    }

    @Test func `routes and paths are the same`() async throws {
        let house = try await House()
        let router = makeRouter(
            house.useCases, settings: house.settings, readiness: { Readiness(parts: [:]) }, pages: { _ in })
        let served = router.routes.map { route in
            let path = "\(route.path)".split(separator: "/").map { part in
                part.hasPrefix(":") ? "{\(part.dropFirst())}" : String(part)
            }
            return "\(route.method.rawValue) /" + path.joined(separator: "/")
        }
        let document = try OpenAPI(yaml: Self.text("openapi/usher.yaml"))
        #expect(Set(served.filter { !$0.hasPrefix("HEAD ") }) == Set(document.operations.map(\.route)))
    }

    @Test func `each operation has a policy, and its refusals are described`() throws {
        let document = try OpenAPI(yaml: Self.text("openapi/usher.yaml"))
        for operation in document.operations {
            let policy = try #require(operation.policy, "\(operation.route)")
            #expect(["anyone", "caller", "person", "session", "member"].contains(policy))
            #expect((policy == "member") == (operation.role != nil), "\(operation.route)")
            #expect(operation.statuses.isSuperset(of: ["405", "500"]), "\(operation.route)")
            if policy == "member" { #expect(operation.statuses.isSuperset(of: ["400", "401", "403"])) }
            if operation.hasBody { #expect(operation.statuses.isSuperset(of: ["400", "413", "415"])) }
        }
    }

    /// The frozen contract says less, never something else.
    @Test func `the frozen contract agrees with it`() throws {
        let frozen = try #require(
            JSONValue(
                foundation: JSONSerialization.jsonObject(with: Data(Self.text("openapi/invitation-v0.json").utf8))))
        let mine = try OpenAPI(yaml: Self.text("openapi/usher.yaml")).value
        let (old, new) = (
            frozen["paths"]?["/api/invitation"]?["post"], mine["paths"]?["/api/invitation"]?["post"]
        )
        #expect(old?["operationId"] == new?["operationId"])
        #expect(old?["summary"] == new?["summary"])
        #expect(old?["responses"]?["204"]?["description"] == new?["responses"]?["204"]?["description"])
        #expect(
            old?["responses"]?["400"]?["description"]
                == mine["components"]?["responses"]?["BadRequest"]?["description"])
        let schema = mine["components"]?["schemas"]?["CreateInvitation"]?["properties"]
        for name in try #require(frozen["components"]?["schemas"]?["InvitationData"]?["properties"]?.members).keys {
            #expect(schema?[name] != nil, "\(name)")
        }
        let schemes = try #require(mine["components"]?["securitySchemes"])
        for name in ["ApiKey", "Cookie"] {
            for member in ["type", "in", "name"] {
                #expect(schemes[name]?[member] == frozen["components"]?["securitySchemes"]?[name]?[member])
            }
        }
    }

    @Test func `it is served as JSON`() async throws {
        let house = try await House()
        try await house.serve { client in
            let told = try await client.ask(.get, "/openapi.json")
            #expect(told.status == 200)
            #expect(told.headers[.contentType] == "application/json; charset=utf-8")
            #expect(told.body == OpenAPIDocument.json)
        }
    }
}
