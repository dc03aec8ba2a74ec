import UsherDomain
import UsherHTTP
import UsherSecrets
import UsherSQL
import UsherUseCases

/// The end of a command that could not do its work: one sentence for people, one number for scripts.
struct Failure: Error {
    /// What scripts may rely on.
    enum Code: Int32, Sendable {
        case failed = 1
        case usage = 2
        case partial = 3
        case notAllowed = 4
        /// sysexits.h: the configuration.
        case configuration = 78
    }

    let code: Code
    let sentences: [String]

    init(_ code: Code, _ sentences: String...) {
        self.code = code
        self.sentences = sentences
    }

    /// What an error means for whoever typed the command. Faults without a sentence of their own say what they are.
    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let problems as SettingsProblems:
            code = .configuration
            sentences = problems.sentences
        case let problem as DatabaseProblem: self.init(.failed, problem.description)
        case let problem as SchemaProblem: self.init(.failed, problem.description)
        case let problem as KeyProblem: self.init(.configuration, problem.description)
        case let problem as StoreUnavailable: self.init(.failed, problem.debugDescription)
        case let refusal as Refusal: self.init(.failed, Answer(refusal).message)
        case let problem as FieldProblem.Kind: self.init(.usage, "A name is \(problem.rawValue).")
        default: self.init(.failed, String(describing: error))
        }
    }
}
