package import UsherDomain

/// Codes beside the newest one of an invitation: those that a resend replaced, and those of another system.
package protocol FormerCodeReader {
    /// Whether it leads, or led, to an invitation of any organization.
    func isKnown(formerCodeHash: String) throws -> Bool
}

package protocol FormerCodeWriter {
    /// Lets a code of another system open an offer until a newer letter is asked for. False: it leads to another one.
    func add(formerCodeHash: String, of invitation: Invitation) throws -> Bool
}
