package import UsherDomain

/// Letters that this program leaves alone.
package protocol LetterReader {
    /// The kinds of the letters that are due and that only a newer program knows, by name; `claimLetters` never takes them.
    func unknownKindsOfLetters(at now: Timestamp) throws -> [String]
}
