import Glibc

/// The two ways out of a command: data on standard output, talk on standard error.
enum Console {
    /// Data that the command was asked for.
    static func out(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    /// Everything else that is said.
    static func say(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }
    static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    static func write(_ text: String, to descriptor: CInt) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)[...]
            while !rest.isEmpty {
                let part = UnsafeRawBufferPointer(rebasing: rest)
                let count = Glibc.write(descriptor, part.baseAddress, part.count)
                if count < 0, errno == EINTR { continue }
                // Nobody reads it any more, and there is nowhere else to say so.
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// What is wrong, from `errno`.
    static var systemReason: String { String(cString: strerror(errno)) }
}

extension Console {
    /// A line that is complete already.
    static func writeLog(_ line: String) { write(line, to: STDERR_FILENO) }
}
