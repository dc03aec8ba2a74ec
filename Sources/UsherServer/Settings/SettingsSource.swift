import Configuration
import FoundationEssentials
import UsherDomain
import Yams

/// Where settings come from: flags over environment over `usher.yaml` over defaults.
struct SettingsSource {
    struct Found {
        let value: String
        /// Where it stood, for `usher config show --origin`.
        let origin: String
    }

    private let layers: [(origin: String, reader: ConfigReader)]
    /// What was wrong with a source itself, as a file that cannot be read.
    private(set) var problems: [String] = []

    /// - Parameters:
    ///   - flags: by setting, as the command line gave them.
    ///   - file: path of `usher.yaml`; nil: the one in the working folder, if there is one.
    init(flags: [SettingName: String], environment: [String: String], file: String?) {
        let yaml: [SettingName: String]
        (yaml, problems) = Self.read(file)
        // An empty variable is no variable: `USHER_SMTP_URL=` means what leaving it out means.
        let environment = environment.filter { !$0.value.isEmpty }
        layers = [
            ("flag", ConfigReader(provider: Self.memory(flags))),
            ("environment", ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: environment))),
            (file ?? "usher.yaml", ConfigReader(provider: Self.memory(yaml))),
        ]
        secretFiles = Self.secretFiles(environment, problems: &problems)
    }

    private let secretFiles: [SettingName: String]

    subscript(_ name: SettingName) -> Found? {
        for (origin, reader) in layers {
            if let value = reader.string(forKey: ConfigKey(["usher", name.rawValue]), isSecret: name.isSecret) {
                return Found(value: value, origin: origin)
            }
            if origin == "environment", let value = secretFiles[name] {
                return Found(value: value, origin: "\(name.environmentName)_FILE")
            }
        }
        return nil
    }

    private static func memory(_ values: [SettingName: String]) -> InMemoryProvider {
        InMemoryProvider(
            values: Dictionary(
                uniqueKeysWithValues: values.map { name, value in
                    (AbsoluteConfigKey(["usher", name.rawValue]), ConfigValue(.string(value), isSecret: name.isSecret))
                }))
    }

    private static func read(_ file: String?) -> ([SettingName: String], [String]) {
        let path = file ?? "usher.yaml"
        guard file != nil || FileManager.default.fileExists(atPath: path) else { return ([:], []) }
        guard let bytes = FileManager.default.contents(atPath: path) else { return ([:], ["\(path): cannot be read"]) }
        guard let text = String(validating: bytes, as: UTF8.self), let document = try? Yams.load(yaml: text) else {
            return ([:], ["\(path): not YAML"])
        }
        guard let members = document as? [String: Any] else { return ([:], ["\(path): not a list of settings"]) }
        var values: [SettingName: String] = [:]
        var problems: [String] = []
        for (key, value) in members.sorted(by: { $0.key < $1.key }) {
            guard let name = SettingName(rawValue: key) else {
                problems.append("\(path): there is no setting \(key)")
                continue
            }
            if let list = value as? [Any] {
                values[name] = list.map { "\($0)" }.joined(separator: ",")
            } else {
                values[name] = "\(value)"
            }
        }
        return (values, problems)
    }

    /// `USHER_…_FILE`, and systemd's and Docker's folders of secrets.
    private static func secretFiles(
        _ environment: [String: String], problems: inout [String]
    ) -> [SettingName: String] {
        var found: [SettingName: String] = [:]
        for name in SettingName.allCases where name.isSecret {
            let variable = "\(name.environmentName)_FILE"
            if let path = environment[variable] {
                guard let text = contents(path) else {
                    problems.append("\(variable): cannot be read")
                    continue
                }
                found[name] = text
                continue
            }
            let folders = [environment["CREDENTIALS_DIRECTORY"], "/run/secrets"].compactMap { $0 }
            found[name] = folders.lazy.compactMap { contents("\($0)/usher_\(name.rawValue)") }.first
        }
        return found
    }

    private static func contents(_ path: String) -> String? {
        guard let bytes = FileManager.default.contents(atPath: path),
            let text = String(validating: bytes, as: UTF8.self)
        else { return nil }
        let trimmed = text.trimmingPrefix { $0.isWhitespace }
        let end = trimmed.lastIndex { !$0.isWhitespace }
        return end.map { String(trimmed[...$0]) }
    }
}
