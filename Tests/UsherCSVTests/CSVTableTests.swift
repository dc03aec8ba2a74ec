import Testing
import UsherCSV

@Suite struct CSVTableTests {
    private func table(_ text: String, maximumRows: Int = 10) throws -> CSVTable {
        try CSVTable(Array(text.utf8), maximumRows: maximumRows)
    }

    @Test(arguments: [
        "email,role\na@example.com,user\n",
        "email,role\r\na@example.com,user\r\n",
        "email,role\ra@example.com,user",
        "\u{FEFF}email,role\na@example.com,user",
        "email;role\na@example.com;user\n",
        "email\trole\r\na@example.com\tuser\r\n",
        "\"email\",\"role\"\n\"a@example.com\",\"user\"\n",
        " Email , ROLE \na@example.com,user\n",
        "email,role\n\n\na@example.com,user\n , \n\n",
        "email;role\n\"a@example.com\";user\n",
    ])
    func `INV-29 the same table in every spelling`(_ text: String) throws {
        let table = try table(text)
        #expect(table.header.map { $0.lowercased() } == ["email", "role"])
        #expect(table.rows == [["a@example.com", "user"]])
    }

    @Test func `a quoted cell holds commas, quotes and lines`() throws {
        let table = try table("email,message\na@example.com,\"Hello, \"\"Ada\"\"\r\nbye\"\nb@example.com,plain\n")
        #expect(table.rows == [["a@example.com", "Hello, \"Ada\"\r\nbye"], ["b@example.com", "plain"]])
    }

    @Test func `short rows are filled, long ones keep what is too much`() throws {
        let table = try table("email,role,name\na@example.com\nb@example.com,user,Bo,more\n")
        #expect(table.rows == [["a@example.com", "", ""], ["b@example.com", "user", "Bo", "more"]])
    }

    @Test func `the delimiter is that of the header, whatever the rows hold`() throws {
        let table = try table("email;message\na@example.com;one, two, three\n")
        #expect(table.rows == [["a@example.com", "one, two, three"]])
    }

    @Test func `what is no table is refused by its reason`() throws {
        #expect(throws: CSVTable.Problem.notUTF8) { try CSVTable([0x65, 0xE9, 0x0A], maximumRows: 10) }
        #expect(throws: CSVTable.Problem.notUTF8) { try CSVTable([0xFF, 0xFE, 0x65, 0x6D], maximumRows: 10) }
        #expect(throws: CSVTable.Problem.notText) { try CSVTable([0xFF, 0xFE, 0x65, 0x00], maximumRows: 10) }
        #expect(throws: CSVTable.Problem.empty) { try table("") }
        #expect(throws: CSVTable.Problem.empty) { try table("\n\n") }
        #expect(throws: CSVTable.Problem.openQuote) { try table("email\n\"a@example.com\nb@example.com\n") }
        #expect(throws: CSVTable.Problem.badQuote) { try table("email\n\"a\"b@example.com\n") }
        #expect(throws: CSVTable.Problem.doubledColumn("EMAIL")) { try table("email,role,EMAIL\n") }
        #expect(throws: CSVTable.Problem.tooManyColumns) {
            try table(String(repeating: "a,", count: 70) + "\n")
        }
        #expect(throws: CSVTable.Problem.tooManyColumns) {
            try table("email\n" + String(repeating: ",", count: 2000))
        }
    }

    @Test func `ten rows are ten rows, and one more is too many`() throws {
        let lines = (0..<10).map { "a\($0)@example.com\n" }.joined()
        #expect(try table("email\n" + lines).rows.count == 10)
        #expect(throws: CSVTable.Problem.tooManyRows) { try table("email\n" + lines + "b@example.com\n") }
        #expect(throws: CSVTable.Problem.tooManyRows) { try table("email\n" + lines + lines + lines) }
    }

    // VAL-21
    @Test(arguments: ["=1+1", "+49", "-1", "@sum", "\tx", "'=1", "''@x", "\r=1"])
    func `VAL-21 no cell is a formula, and each comes back as it was`(_ cell: String) throws {
        let guarded = CSVText.guarded(cell)
        #expect(guarded.first == "'")
        let table = try table("email,name\r\n" + CSVText.line(["a@example.com", guarded]))
        #expect(table.rows.first.map { CSVText.unguarded($0[1]) } == cell)
    }

    @Test(arguments: ["plain", "", "it's", "'quoted'", "a,b", "a;b", "say \"x\"", " space ", "two\r\nlines", "Zoë"])
    func `what is no formula is written as it is`(_ cell: String) throws {
        #expect(CSVText.guarded(cell) == cell)
        #expect(CSVText.unguarded(cell) == cell)
        let table = try table("email,name\r\n" + CSVText.line(["a@example.com", cell]))
        #expect(table.rows.first?[1] == cell)
    }
}
