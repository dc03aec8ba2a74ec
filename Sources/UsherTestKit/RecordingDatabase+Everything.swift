import UsherSQL
package import UsherUseCases

extension RecordingDatabase {
    /// A store on it.
    package var store: any Store { SQLStore(self) }

    /// Every value of every table, as one text: to look for what must not be there.
    package func everything() async throws -> String {
        try await base.snapshot { session in
            try CopiedTable.all.map { table in
                try session.rows("SELECT \(table.key), \(table.others) FROM \(table.name)").map { row in
                    row.values.map { value in
                        switch value {
                        case .text(let text): text
                        case .integer(let number): String(number)
                        case .null: ""
                        }
                    }.joined(separator: "|")
                }.joined(separator: "\n")
            }.joined(separator: "\n")
        }
    }
}
