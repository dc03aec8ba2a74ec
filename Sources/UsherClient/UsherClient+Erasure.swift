import UsherAPI

extension UsherClient {
    /// Erases the caller's own account for good (`DELETE /api/user`): memberships, sessions and keys end, and their
    /// address is taken from what stays.
    ///
    /// - Parameter password: their password, as the proof.
    /// - Throws: `UsherError` with `wrong_password`, or with `last_owner` while they are the only owner of an
    ///   organization.
    public func eraseUser(password: String) async throws {
        _ = try await call("DELETE", "/api/user", body: EraseUser(password: password))
    }
}
