// swift-tools-version: 6.1
import PackageDescription

/// Set for the packages in Fuzz/ and Benchmarks/micro/ alone: every module becomes a product that can be imported with
/// `@testable`. With the value `fuzz` the modules also count which of their branches ran.
let inside = Context.environment["USHER_INSIDE"]
let opened: [SwiftSetting] =
    switch inside {
    case nil: []
    case "fuzz": [.unsafeFlags(["-enable-testing", "-sanitize=fuzzer"])]
    default: [.unsafeFlags(["-enable-testing"])]
    }

/// Language features that every target of Usher is held to; see docs/decisions/0001-house.md.
let strict: [SwiftSetting] =
    [
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("ExistentialAny"),
    ] + opened

/// `strict`, and async functions stay on their caller's executor. Off where Hummingbird's protocols forbid it.
let strictest = strict + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncAlgorithms = Target.Dependency.product(name: "AsyncAlgorithms", package: "swift-async-algorithms")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let swiftCSV = Target.Dependency.product(name: "SwiftCSV", package: "SwiftCSV")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "usher",
    products: [
        .executable(name: "usher", targets: ["usher"]),
        .library(name: "UsherClient", targets: ["UsherClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.0.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.0.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.100.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.20.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.0.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.25.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.7.0"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
    ],
    targets: [
        // What invitations are, and what may become of them.
        .target(name: "UsherDomain", swiftSettings: strictest),
        .target(name: "UsherUseCases", dependencies: ["UsherDomain"], swiftSettings: strictest),

        // The C edge: Debian's libraries behind module maps.
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CIDN2", pkgConfig: "libidn2", providers: [.apt(["libidn2-dev"])]),
        .systemLibrary(name: "CCares", pkgConfig: "libcares", providers: [.apt(["libc-ares-dev"])]),

        // Text and secrets from outside, proved once.
        .target(name: "UsherText", dependencies: ["UsherDomain", "CIDN2"], swiftSettings: strictest),
        .target(
            name: "UsherSecrets",
            dependencies: ["UsherDomain", "UsherUseCases", "CSodium", crypto, nioPosix],
            exclude: ["Blocklist/README.md", "Blocklist/generate.py"],
            resources: [.embedInCode("Blocklist/common-passwords.txt")],
            swiftSettings: strictest
        ),

        // Storage: one SQL text, two engines.
        .target(name: "UsherSQL", dependencies: ["UsherDomain", "UsherUseCases"], swiftSettings: strictest),
        .target(
            name: "UsherSQLite", dependencies: ["UsherDomain", "UsherUseCases", "UsherSQL", grdb, sqlite],
            swiftSettings: strictest),
        .target(
            name: "UsherPostgres", dependencies: ["UsherDomain", "UsherUseCases", "UsherSQL", "CPostgres", nioPosix],
            swiftSettings: strictest),

        // Mail: letter, message, relay, schedule.
        .target(
            name: "UsherMail",
            dependencies: ["UsherDomain", "UsherUseCases", mustache],
            swiftSettings: strictest
        ),
        .target(
            name: "UsherSMTP", dependencies: ["UsherDomain", "UsherUseCases", "CCurl", nioPosix],
            swiftSettings: strictest),
        .target(
            name: "UsherCourier",
            dependencies: [
                "UsherDomain", "UsherUseCases", "UsherMail", asyncAlgorithms, logging, serviceLifecycle,
            ],
            swiftSettings: strictest
        ),

        // What the DNS says about a domain.
        .target(name: "UsherDNS", dependencies: ["UsherUseCases", "CCares", nioPosix], swiftSettings: strictest),

        // Tables as people keep them: CSV, read and written.
        .target(name: "UsherCSV", dependencies: [swiftCSV], swiftSettings: strictest),

        // The web: JSON, pages, the development mailbox.
        .target(name: "UsherAPI", swiftSettings: strictest),
        .target(
            name: "UsherHTTP",
            dependencies: [
                "UsherAPI", "UsherCSV", "UsherDomain", "UsherUseCases", "UsherText", httpTypes, hummingbird,
                hummingbirdCore, logging, nioCore, nioHTTP1, serviceLifecycle,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "UsherPages",
            dependencies: [
                "UsherDomain", "UsherUseCases", "UsherText", "UsherHTTP", httpTypes, hummingbird, logging, mustache,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "UsherMailbox",
            dependencies: ["UsherDomain", "UsherUseCases", "UsherHTTP", hummingbird, httpTypes, mustache, nioCore],
            swiftSettings: strict
        ),

        // The program.
        .target(
            name: "UsherServer",
            dependencies: [
                "UsherAPI", "UsherClient", "UsherDomain", "UsherUseCases", "UsherText", "UsherSecrets", "UsherSQL",
                "UsherSQLite", "UsherPostgres", "UsherMail", "UsherSMTP", "UsherDNS", "UsherCourier", "UsherHTTP",
                "UsherPages", "UsherMailbox", argumentParser, asyncAlgorithms, configuration, hummingbird, logging,
                nioCore, nioPosix,
                serviceLifecycle,
                unixSignals, yams,
            ],
            swiftSettings: strict
        ),
        .executableTarget(name: "usher", dependencies: ["UsherServer"], swiftSettings: strict),
        .executableTarget(
            name: "invite-team", dependencies: ["UsherAPI", "UsherClient"], path: "Examples/InviteTeam",
            swiftSettings: strict),

        // For applications, and for tests.
        .target(
            name: "UsherClient", dependencies: ["UsherAPI", asyncHTTPClient, nioCore, nioHTTP1],
            swiftSettings: strictest),
        .target(
            name: "UsherTestKit",
            dependencies: ["UsherDomain", "UsherUseCases", "UsherSQL", "UsherSQLite", "UsherPostgres"],
            swiftSettings: strict
        ),

        // The model that histories are compared with, and the program that plays it against a real server.
        .target(
            name: "UsherHistoryModel", dependencies: ["UsherDomain"], path: "Tests/UsherHistoryModel",
            swiftSettings: strict),
        .executableTarget(
            name: "history-model", dependencies: ["UsherDomain", "UsherHistoryModel"], path: "Tests/history-model",
            swiftSettings: strict),

        .testTarget(name: "UsherDomainTests", dependencies: ["UsherDomain"], swiftSettings: strict),
        .testTarget(
            name: "UsherUseCasesTests",
            dependencies: [
                "UsherDomain", "UsherUseCases", "UsherText", "UsherSecrets", "UsherSQL", "UsherTestKit",
                "UsherHistoryModel",
            ],
            swiftSettings: strict),
        .testTarget(name: "UsherTextTests", dependencies: ["UsherDomain", "UsherText"], swiftSettings: strict),
        .testTarget(name: "UsherCSVTests", dependencies: ["UsherCSV"], swiftSettings: strict),
        .testTarget(
            name: "UsherSecretsTests", dependencies: ["UsherDomain", "UsherUseCases", "UsherSecrets"],
            swiftSettings: strict),
        .testTarget(
            name: "UsherContractTests",
            dependencies: [
                "UsherDomain", "UsherUseCases", "UsherSQL", "UsherSQLite", "UsherPostgres", "UsherText", "UsherTestKit",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "UsherMailTests",
            dependencies: ["UsherDomain", "UsherUseCases", "UsherMail", "UsherSecrets", "UsherText"],
            swiftSettings: strict),
        .testTarget(
            name: "UsherSMTPTests", dependencies: ["UsherDomain", "UsherUseCases", "UsherSMTP", "UsherText"],
            swiftSettings: strict),
        .testTarget(
            name: "UsherCourierTests",
            dependencies: [
                "UsherDomain", "UsherUseCases", "UsherMail", "UsherCourier", "UsherText", "UsherTestKit", logging,
                serviceLifecycle,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "UsherHTTPTests",
            dependencies: [
                "UsherAPI", "UsherDomain", "UsherUseCases", "UsherText", "UsherSecrets", "UsherSQL", "UsherHTTP",
                "UsherPages", "UsherClient", "UsherServer", "UsherTestKit", hummingbird, hummingbirdTesting, httpTypes,
                logging, yams,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "UsherServerTests",
            dependencies: [
                "UsherDomain", "UsherUseCases", "UsherSecrets", "UsherSMTP", "UsherMailbox", "UsherServer", logging,
            ],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

if inside != nil {
    package.products += package.targets.filter { $0.type == .regular }.map {
        .library(name: $0.name, targets: [$0.name])
    }
}
