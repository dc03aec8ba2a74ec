/// Whether two texts have the same bytes, in a time that depends on their lengths only: for comparing a secret with
/// what somebody claims it to be.
package func constantTimeEquals(_ left: String, _ right: String) -> Bool {
    guard left.utf8.count == right.utf8.count else { return false }
    return zip(left.utf8, right.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}
