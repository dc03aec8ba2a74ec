import Configuration
import Glibc
import UsherDomain
import Yams

/// Where settings come from, the strongest first: flags, variables, secret files, `usher.yaml`.
package struct SettingsSources: Sendable {
    /// One place, and how to name it to the operator.
    struct Layer: Sendable {
        let provider: any ConfigProvider
        let origin: @Sendable (Setting) -> String
    }

    let layers: [Layer]
    let reader: ConfigReader
    /// What was wrong before a single setting was read: an unreadable file, a name that is none.
    let problems: [String]
    /// Variables that look like ours and are not.
    package let unknownVariables: [String]

    /// - Parameters:
    ///   - flags: by `Setting.key`, from the command line.
    ///   - file: the configuration file; nil: `usher.yaml` in the working folder, if it is there.
    package init(flags: [String: String] = [:], environment: [String: String], file: String? = nil) {
        var problems: [String] = []
        let files = Self.secretFiles(environment, problems: &problems)
        let yaml = Self.yaml(file, environment, problems: &problems)
        let known = environment.filter { name, _ in Setting.all.contains { $0.variable == name } }
        layers = [
            Layer(provider: Self.provider(flags, "flags")) { "--" + $0.key.replacing(".", with: "-") },
            Layer(provider: EnvironmentVariablesProvider(environmentVariables: known)) { $0.variable },
            Layer(provider: Self.provider(files.values, "secret files")) { files.origins[$0.key] ?? "file" },
            Layer(provider: Self.provider(yaml.values, "file")) { _ in yaml.path },
        ]
        reader = ConfigReader(providers: layers.map(\.provider))
        self.problems = problems
        let ours = Set(
            Setting.all.flatMap { [$0.variable, $0.fileVariable] } + [
                "USHER_CONFIG", "USHER_API_KEY", "USHER_API_KEY_FILE", "USHER_ORGANIZATION",
            ])
        unknownVariables = environment.keys.filter { $0.hasPrefix("USHER_") && !ours.contains($0) }.sorted()
    }

    /// The value as text, white space around it dropped; nil when no place has it.
    func text(_ setting: Setting) -> String? {
        reader.string(forKey: ConfigKey(Self.components(setting.key)), isSecret: setting.isSecret)
            .map { $0.trimmingSpaces }
    }

    /// Which place the value comes from; `default` when none has it.
    package func origin(_ setting: Setting) -> String {
        let key = AbsoluteConfigKey(Self.components(setting.key))
        let layer = layers.first { layer in
            (try? layer.provider.value(forKey: key, type: .string))?.value != nil
        }
        return layer?.origin(setting) ?? "default"
    }

    private static func components(_ key: String) -> [String] { ["usher"] + key.split(separator: ".").map(String.init) }

    private static func provider(_ values: [String: String], _ name: String) -> InMemoryProvider {
        let pairs = values.map { key, value in
            (
                AbsoluteConfigKey(components(key)),
                ConfigValue(.string(value), isSecret: Setting.all.contains { $0.key == key && $0.isSecret })
            )
        }
        return InMemoryProvider(name: name, values: Dictionary(pairs) { first, _ in first })
    }
}

// MARK: - Files

extension SettingsSources {
    /// Secrets whose value stands in a file: named by `…_FILE`, or lying where systemd or a container puts them.
    private static func secretFiles(
        _ environment: [String: String], problems: inout [String]
    ) -> (values: [String: String], origins: [String: String]) {
        var values: [String: String] = [:]
        var origins: [String: String] = [:]
        for setting in Setting.all where setting.isSecret {
            if let path = environment[setting.fileVariable] {
                if environment[setting.variable] != nil {
                    problems.append("\(setting.variable) and \(setting.fileVariable) are both set; keep one.")
                }
                guard let text = contents(path) else {
                    problems.append("\(setting.fileVariable): cannot read \(path): \(Console.systemReason).")
                    continue
                }
                (values[setting.key], origins[setting.key]) = (text, setting.fileVariable)
                continue
            }
            let folders = [environment["CREDENTIALS_DIRECTORY"], "/run/secrets"].compactMap(\.self)
            for path in folders.map({ "\($0)/\(setting.credential)" }) {
                guard values[setting.key] == nil, let text = contents(path) else { continue }
                (values[setting.key], origins[setting.key]) = (text, path)
            }
        }
        return (values, origins)
    }

    private static func yaml(
        _ file: String?, _ environment: [String: String], problems: inout [String]
    ) -> (path: String, values: [String: String]) {
        let named = file ?? environment["USHER_CONFIG"]
        let path = named ?? "usher.yaml"
        guard let text = contents(path) else {
            if named != nil { problems.append("Cannot read the configuration file \(path): \(Console.systemReason).") }
            return (path, [:])
        }
        do {
            guard let node = try Yams.compose(yaml: text) else { return (path, [:]) }
            return (path, flatten(node, path, problems: &problems))
        } catch {
            // The parser's own words quote the file, which may hold a password.
            problems.append("\(path) is not readable YAML.")
            return (path, [:])
        }
    }

    private static func flatten(_ root: Node, _ path: String, problems: inout [String]) -> [String: String] {
        guard case .mapping = root else {
            problems.append("\(path) must hold settings as `name: value`.")
            return [:]
        }
        var values: [String: String] = [:]
        var waiting: [(prefix: [String], node: Node)] = [([], root)]
        while let (prefix, node) = waiting.popLast() {
            let key = prefix.joined(separator: ".")
            switch node {
            case .mapping(let mapping):
                for (name, value) in mapping {
                    waiting.append((prefix + (name.string ?? "?").split(separator: "_").map(String.init), value))
                }
                continue
            case .scalar(let scalar): values[key] = scalar.string
            case .sequence(let sequence): values[key] = sequence.compactMap(\.string).joined(separator: ",")
            case .alias: problems.append("\(path): \(key): aliases are not read.")
            }
            if !Setting.all.contains(where: { $0.key == key }) {
                problems.append("\(path): there is no setting \(key).")
            }
        }
        return values
    }

    /// At most 64 KiB: settings are short, and a path may lead anywhere.
    private static func contents(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var length = 0
        while length < buffer.count {
            let count = buffer[length...].withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            length += count
        }
        return String(decoding: buffer.prefix(length), as: UTF8.self)
    }
}

extension String {
    var trimmingSpaces: String {
        var text = drop { $0.isWhitespace }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
