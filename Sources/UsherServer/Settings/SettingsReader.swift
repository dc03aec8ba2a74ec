import UsherDomain

/// Reads settings one by one and collects everything that is wrong, so that an operator hears of all of it at once.
/// Absent means the default; present but unreadable is a problem, never silently the default. No problem ever holds the
/// value of a secret.
struct SettingsReader {
    let sources: SettingsSources
    private(set) var problems: [String]

    init(_ sources: SettingsSources) {
        self.sources = sources
        problems = sources.problems
    }

    mutating func report(_ setting: Setting, _ problem: String) {
        let origin = sources.origin(setting)
        let place = origin == "default" || origin == setting.variable ? "" : " (from \(origin))"
        problems.append("\(setting.variable)\(place): \(problem)")
    }

    /// Nil when it is nowhere. Set but empty is a problem: an empty secret is how half a configuration looks.
    mutating func text(_ setting: Setting) -> String? {
        guard let text = sources.text(setting) else { return nil }
        guard !text.isEmpty else {
            report(setting, "is set but empty; give it a value or remove it.")
            return nil
        }
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            report(setting, "holds a line break or another control character.")
            return nil
        }
        return text
    }

    mutating func text(_ setting: Setting, or fallback: String) -> String { text(setting) ?? fallback }

    mutating func list(_ setting: Setting) -> [String] {
        (text(setting) ?? "").split(separator: ",").map { String($0).trimmingSpaces }.filter { !$0.isEmpty }
    }

    mutating func int(_ setting: Setting, in range: ClosedRange<Int>, or fallback: Int) -> Int {
        guard let text = text(setting) else { return fallback }
        guard let number = Int(text) else {
            report(setting, "is not a whole number: \(Self.quoted(text)).")
            return fallback
        }
        guard range.contains(number) else {
            report(setting, "must be from \(range.lowerBound) to \(range.upperBound), not \(number).")
            return fallback
        }
        return number
    }

    /// `30s`, `5m`, `12h`, `7d`; a number alone is seconds.
    mutating func duration(_ setting: Setting, in range: ClosedRange<Duration>, or fallback: Duration) -> Duration {
        guard let text = text(setting) else { return fallback }
        guard let duration = Self.duration(text) else {
            report(setting, "is not a duration like 30s, 5m, 12h or 7d: \(Self.quoted(text)).")
            return fallback
        }
        guard range.contains(duration) else {
            let (least, most) = (range.lowerBound.components.seconds, range.upperBound.components.seconds)
            report(setting, "must be from \(least)s to \(most)s.")
            return fallback
        }
        return duration
    }

    mutating func choice(_ setting: Setting, of words: [String]) -> String? {
        guard let text = text(setting) else { return nil }
        guard words.contains(text.lowercased()) else {
            report(setting, "must be \(words.joined(separator: " or ")), not \(Self.quoted(text)).")
            return nil
        }
        return text.lowercased()
    }

    /// A value in a sentence: cut, so that a pasted file does not become the sentence, and without what stands before an
    /// `@` in a URL, which may be a password.
    static func quoted(_ text: String) -> String {
        guard let scheme = text.firstRange(of: "://"), let at = text.lastIndex(of: "@"), scheme.upperBound <= at else {
            return "\"\(text.prefix(80))\""
        }
        return "\"\((text[..<scheme.upperBound] + "…" + text[at...]).prefix(80))\""
    }

    private static func duration(_ text: String) -> Duration? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        let unit = text.last.flatMap { units[$0] }
        guard let number = Int64(unit == nil ? text[...] : text.dropLast()), number >= 0,
            case let (seconds, overflow) = number.multipliedReportingOverflow(by: unit ?? 1), !overflow
        else { return nil }
        return .seconds(seconds)
    }
}
