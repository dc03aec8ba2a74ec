import Foundation
import UsherAPI
import UsherClient

let environment = ProcessInfo.processInfo.environment
let server = environment["USHER_SERVER"] ?? "http://127.0.0.1:8080"
let organization = environment["USHER_ORGANIZATION"] ?? ""
let client = UsherClient(baseURL: server, apiKey: environment["USHER_API_KEY"] ?? "")

for address in CommandLine.arguments.dropFirst() {
    let invitation = CreateInvitation(
        email: address, userRole: 0, appURL: server, redirectURI: "\(server)/account")
    do {
        switch try await client.invite(invitation, to: organization, idempotencyKey: "team-\(address)") {
        case .sent: print("\(address): the letter is out")
        case .underWay(let id): print("\(address): on its way, see invitation \(id)")
        }
    } catch let error as UsherError where error.code == .alreadyInvited || error.code == .alreadyMember {
        print("\(address): nothing to do. \(error.message)")
    }
}

for try await invitation in client.allInvitations(
    of: organization, matching: InvitationFilter(statuses: ["pending"]))
{
    print("\(invitation.email ?? "?"): open until \(invitation.expiresAt.text)")
}
