import UsherDomain
import UsherHTTP
import UsherSQL
import UsherSecrets
import UsherUseCases

/// Why a command ends without its result: one clear sentence (or a list of them) and an exit code.
package struct CommandFailure: Error, CustomStringConvertible {
    package enum Code: Int32, Sendable {
        case failed = 1
        /// The command line itself is wrong.
        case usage = 2
        /// Some of many were done, some were not.
        case partial = 3
        case unauthorized = 4
        /// `EX_IOERR` of sysexits.h.
        case inputOutput = 74
        /// `EX_CONFIG` of sysexits.h.
        case configuration = 78
    }

    package let code: Code
    package let description: String

    package init(_ description: String, code: Code = .failed) {
        self.description = description
        self.code = code
    }

    /// Puts what came out of storage or a use case into words for an operator.
    package init(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let refusal as Refusal: self.init(Self.sentence(refusal))
        case let problem as KeyProblem: self.init(problem.description, code: .configuration)
        case let problem as SchemaProblem: self.init(problem.description)
        case let problem as DatabaseProblem: self.init(problem.description)
        case let problem as StoreUnavailable: self.init("The database is not available: \(problem.description)")
        case let problem as HasherUnavailable: self.init(problem.description)
        default: self.init("Something went wrong: \(error)")
        }
    }

    /// Only those refusals that a command can meet have words of their own; an operator can read the names of the rest.
    private static func sentence(_ refusal: Refusal) -> String {
        switch refusal {
        case .organizationNotFound: "There is no organization with this id."
        case .lastOwner:
            "An organization keeps an owner without restriction and without end. Make somebody else one first."
        case .keyNotFound: "The organization has no such key."
        case .notAMember: "This address is no member of the organization."
        case .roleAboveOwn(let missing): "This person may not do that themselves: \(missing.list)."
        case .accountExists: "There is an account with this address already."
        case .invalidEmail(let problem): "The address cannot be used: \(problem.rawValue)."
        case .weakPassword(let problem): "The password cannot be used: \(words(problem))"
        case .roleTooLow(let needed): "This takes a member whose role allows \(needed.rawValue)."
        case .roleNotFound: "The organization has no such role."
        case .roleNameTaken: "The organization has a role of this name already."
        case .roleInUse(let use):
            "The role is held by \(use.members) member(s), \(use.invitations) open invitation(s), \(use.keys) API key(s) "
                + "and \(use.links) link(s). Give them another role, or end them, first."
        case .tooManyRoles(let maximum): "An organization has at most \(maximum) roles of its own."
        case .joinLinkNotFound: "The organization has no such link."
        case .invalidBody(let problems): "Out of range: \(problems.map(\.pointer).joined(separator: ", "))."
        case .originNotAllowed(_, let origin): "The organization does not allow links to \(origin)."
        case .soleOwner(let organizations):
            "This person is the only owner of "
                + "\(organizations.map { "\($0.name) (\($0.id))" }.joined(separator: ", "))."
        case .suppressionNotFound: "This address is not on the organization's suppression list."
        case .domainPublic, .domainTaken, .domainNotVerified, .domainLimitReached, .domainNotProved, .domainNotFound:
            refusal.sentence
        case .domainLookupFailed: "No name server gave an answer about this domain; try again."
        case .busy: "Too much is going on; try again."
        default: "Refused: \(refusal)."
        }
    }

    private static func words(_ problem: PasswordProblem) -> String {
        switch problem {
        case .tooShort(let minimum): "it is shorter than \(minimum) characters."
        case .tooLong(let maximum): "it is longer than \(maximum) characters."
        case .forbiddenCharacter: "it holds a control character."
        case .common: "it is one of the most common ones."
        case .aboutYou: "it is made of the address, the name or the organization."
        }
    }
}
