/// Why this program must not use this database.
package enum SchemaProblem: Error, Equatable, CustomStringConvertible {
    /// A newer Usher has been here.
    case newer(found: Int, known: Int)
    /// Steps are missing; `usher migrate up` makes them.
    case incomplete(missing: [Int])
    /// A step that was made is not the one that this program knows under that number.
    case different(number: Int, name: String)
    /// A step stands in the list without those before it.
    case gap(before: Int)

    package var description: String {
        switch self {
        case .newer(let found, let known):
            "The database's schema is at step \(found), made by a newer Usher; this one knows steps up to \(known). "
                + "Start the newer Usher, or restore a backup from before the upgrade."
        case .incomplete(let missing):
            "The database's schema lacks step\(missing.count == 1 ? "" : "s") "
                + missing.map(String.init).joined(separator: ", ") + ". Run: usher migrate up"
        case .different(let number, let name):
            "Step \(number) (\(name)) of the database's schema is not the one that this Usher would make. "
                + "The database was made by a changed or unreleased Usher."
        case .gap(let number):
            "The database's list of schema steps has a gap before step \(number); it was edited by hand."
        }
    }
}
