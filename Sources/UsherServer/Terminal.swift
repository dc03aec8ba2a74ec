import Glibc

/// The two ways out of a command: data on standard output, talk on standard error.
enum Terminal {
    static func tell(_ data: String) { write(data + "\n", to: STDOUT_FILENO) }

    static func talk(_ sentence: String) { write(sentence + "\n", to: STDERR_FILENO) }

    /// A line from standard input, without its end; nil at the end of the file.
    static func line() -> String? { readLine(strippingNewline: true) }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }
}
