/// A list that comes in pages, as one sequence.
public struct PagedSequence<Element: Sendable>: AsyncSequence, Sendable {
    let page: @Sendable (_ cursor: String?) async throws -> Page<Element>

    /// Where a reader of the sequence stands.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let page: @Sendable (_ cursor: String?) async throws -> Page<Element>
        var elements: ArraySlice<Element> = []
        var cursor: String?
        var isAtEnd = false

        /// The next element; nil after the last.
        /// - Throws: what a call of a page throws.
        public mutating func next() async throws -> Element? {
            while elements.isEmpty, !isAtEnd {
                let found = try await page(cursor)
                elements = found.elements[...]
                cursor = found.next
                isAtEnd = found.next == nil
            }
            return elements.popFirst()
        }
    }

    /// Begins at the first page.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(page: page) }
}
