import UsherDomain
import UsherText
import UsherUseCases

extension Members {
    /// `message`, `name` and `metadata`.
    mutating func extras() -> InvitationExtras {
        InvitationExtras(message: message(), name: optionalName("name"), metadata: metadata() ?? Metadata())
    }

    mutating func message() -> InviterMessage? {
        guard let text = optionalString("message"), !text.isEmpty else { return nil }
        do { return try InviterMessage(parsing: text) } catch {
            report("message", error)
            return nil
        }
    }

    mutating func optionalName(_ name: String) -> DisplayName? {
        guard let text = optionalString(name), !text.isEmpty else { return nil }
        do { return try DisplayName(parsing: text) } catch {
            report(name, error)
            return nil
        }
    }

    /// Nil: not there, or not as it must be, which is reported.
    mutating func metadata() -> Metadata? {
        guard let members = optionalObject("metadata") else { return nil }
        var values: [String: String] = [:]
        var size = 0
        for (name, value) in members {
            guard case .string(let text) = value else {
                report("metadata", .wrongType)
                return nil
            }
            guard !name.isEmpty, name.count <= Metadata.maximumNameLength else {
                report("metadata", name.isEmpty ? .malformed : .tooLong)
                return nil
            }
            size += name.utf8.count + text.utf8.count
            values[name] = text
        }
        guard values.count <= Metadata.maximumCount, size <= Metadata.maximumBytes else {
            report("metadata", .tooLong)
            return nil
        }
        return Metadata(values)
    }

    /// `expires_in` seconds or `expires_at`, not both. Whether it is within limits is known when it is used.
    mutating func expiry() -> RequestedExpiry? {
        let moment = time("expires_at")
        let seconds = optionalInteger("expires_in")
        switch (moment, seconds) {
        case (let moment?, nil): return .at(moment)
        case (nil, let seconds?):
            guard (0...InvitationLife.longest.components.seconds).contains(Int64(seconds)) else {
                report("expires_in", .outOfRange)
                return nil
            }
            return .after(.seconds(seconds))
        case (nil, nil): return nil
        case (.some, .some):
            report("expires_at", .malformed)
            return nil
        }
    }
}
