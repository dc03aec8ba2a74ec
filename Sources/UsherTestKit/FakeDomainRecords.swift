import Synchronization
package import UsherUseCases

/// A DNS in memory.
package final class FakeDomainRecords: DomainRecords {
    private struct State {
        var texts: [String: [String]] = [:]
        var isSilent = false
        var questions = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Nil: there is no such name.
    package func set(_ texts: [String]?, at name: String) { state.withLock { $0.texts[name] = texts } }

    /// Nobody answers.
    package func fallSilent(_ isSilent: Bool = true) { state.withLock { $0.isSilent = isSilent } }

    package var questions: Int { state.withLock { $0.questions } }

    package func texts(at name: String) async throws(DomainLookupProblem) -> [String] {
        let (texts, isSilent) = state.withLock { state in
            state.questions += 1
            return (state.texts[name], state.isSilent)
        }
        if isSilent { throw .temporary(reason: "silent") }
        guard let texts else { throw .noSuchName }
        return texts
    }
}
