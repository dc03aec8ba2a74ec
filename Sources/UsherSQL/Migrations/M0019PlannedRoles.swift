extension Migration {
    /// Which role of the organization's own a row of a plan was judged with, as it was then. A program of before leaves
    /// it out: of its rows the times of plan and role tell, as they did.
    static let plannedRoles = Migration(19, "PlannedRoles", oldestProgram: 17) { dialect in
        ["ALTER TABLE invitation_plan_rows ADD COLUMN role_version \(dialect.text)"]
    }
}
