import UsherUseCases

/// PostgreSQL said no. The description names the kind, the debug description everything.
package struct PostgresFault: Error, CustomStringConvertible, CustomDebugStringConvertible {
    /// SQLSTATE: five characters, or empty when the complaint came from the client library.
    package let state: String
    private let details: String

    init(state: String, details: String) {
        self.state = state
        self.details = details
    }

    package var description: String { "PostgreSQL error \(state.isEmpty ? "without a code" : state)" }
    package var debugDescription: String { "\(description): \(details)" }

    /// Serialization failure, deadlock: the same once more may well succeed. So it is when an offer that opens again meets
    /// a new one to the same address, or two organizations prove a domain whose oldest claim goes at that moment: once more
    /// it finds the other one, and says no.
    var asksForRetry: Bool {
        state == "40001" || state == "40P01"
            || (state == "23505" && Self.decided.contains { details.contains($0) })
    }

    /// Unique indexes that a statement asks first, and can still meet.
    private static let decided = ["invitations_one_open", "organization_domains_verified"]

    /// `pg_xact_status` was asked for a transaction number that was not given out yet.
    var isNumberOfTheFuture: Bool { state == "22023" }

    /// The server is going down, or lost this connection: what was not committed is gone.
    var endsConnection: Bool { state.hasPrefix("08") || ["57P01", "57P02", "57P03", "57P05"].contains(state) }

    /// What the rest of Usher is told.
    var translated: any Error {
        if asksForRetry || state == "55P03" {
            return StoreUnavailable("the database is too busy with the same rows", details: debugDescription)
        }
        if endsConnection { return StoreUnavailable("the database ended the connection", details: debugDescription) }
        switch state {
        case "57014": return StoreUnavailable("the database took too long", details: debugDescription)
        case "25006": return StoreUnavailable("the database takes no writes now", details: debugDescription)
        case _ where state.hasPrefix("53"):
            return StoreUnavailable("the database is out of resources", details: debugDescription)
        default: return self
        }
    }
}

/// The connection is gone, or the server does not answer on it: the connection must not be used again.
struct ConnectionLost: Error {
    let details: String

    var translated: StoreUnavailable { StoreUnavailable("the database cannot be reached", details: details) }
}
