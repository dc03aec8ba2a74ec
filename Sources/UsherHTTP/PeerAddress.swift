package import NIOCore

/// Addresses as limits count them: IPv4 whole, IPv6 by its /64, because one subscriber owns all of that.
package enum PeerAddress {
    /// The other end of a connection; `local` when it has no IP address (a Unix socket, a test).
    package static func text(of address: SocketAddress?) -> String {
        switch address {
        case .v4, .v6: address?.ipAddress.flatMap(text(parsing:)) ?? "local"
        case .unixDomainSocket, nil: "local"
        }
    }

    /// Reads an address from a header; nil when it is none.
    package static func text(parsing text: String) -> String? {
        guard let address = try? SocketAddress(ipAddress: text, port: 0) else { return nil }
        switch address {
        case .v4: return address.ipAddress
        case .v6: return address.ipAddress.map(prefix)
        case .unixDomainSocket: return nil
        }
    }

    /// - Parameter text: as `inet_ntop` writes it (RFC 5952).
    private static func prefix(_ text: String) -> String {
        // An IPv4 client on a socket for both.
        if text.hasPrefix("::ffff:"), text.contains(".") { return String(text.dropFirst(7)) }
        let halves = text.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        let head = halves[0].split(separator: ":")
        let tail = halves.count == 2 ? halves[1].split(separator: ":") : []
        let zeros = Array(repeating: Substring("0"), count: max(0, 8 - head.count - tail.count))
        return (head + zeros + tail).prefix(4).joined(separator: ":") + "::/64"
    }
}
