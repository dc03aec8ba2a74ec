/// Body of `DELETE /api/user`.
public struct EraseUser: Codable, Equatable, Sendable {
    /// The caller's own password: the proof that it is really them.
    public var password: String

    /// Describes the wish; nothing is checked here.
    public init(password: String) { self.password = password }
}
