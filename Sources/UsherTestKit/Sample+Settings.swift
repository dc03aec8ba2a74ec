package import UsherDomain
import UsherSQL
import UsherUseCases

extension RecordingDatabase {
    /// Changes what an organization decides for itself, beside any use case.
    package func set(
        of organization: ID<Organization>, _ change: (inout OrganizationSettings) -> Void
    ) async throws {
        var settings = OrganizationSettings()
        change(&settings)
        let text = try SettingsText.write(settings)
        try await transaction(writing: true) { session in
            try session.run("UPDATE organizations SET settings = \(text) WHERE id = \(organization)")
        }
    }

    /// Ends a membership, as whatever path may.
    package func remove(_ user: ID<User>, from organization: ID<Organization>) async throws {
        try await transaction(writing: true) { session in
            try session.run("DELETE FROM memberships WHERE organization_id = \(organization) AND user_id = \(user)")
        }
    }
}
