/// This program's version (semver.org).
package enum Version {
    package static let current = "0.1.0"
}
