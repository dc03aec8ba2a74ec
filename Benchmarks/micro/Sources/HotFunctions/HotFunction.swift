/// A function that is measured, with input of the usual size.
public struct HotFunction: Sendable {
    /// What figures and thresholds are kept by.
    public let name: String
    /// Does it once.
    public let run: @Sendable () -> Void

    init(_ name: String, _ work: @escaping @Sendable () throws -> Void) {
        self.name = name
        run = {
            do { try work() } catch { preconditionFailure("\(name) does not do its work: \(error)") }
        }
    }
}

/// All of them.
public let hotFunctions: [HotFunction] = textFunctions + letterFunctions

/// Keeps the optimizer from leaving out work whose result nobody looks at.
@inline(never)
func keep<Value>(_ value: Value) { _ = value }
