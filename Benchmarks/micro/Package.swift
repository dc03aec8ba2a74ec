// swift-tools-version: 6.1
import PackageDescription

// Micro benchmarks of the functions that every request or every letter goes through; README.md says how to run them. A
// package of its own, so that Usher itself does not depend on the tool. It sees inside Usher's modules because
// USHER_INSIDE=1 opens them; see ../../Package.swift.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
]
let modules = [
    "UsherAPI", "UsherDomain", "UsherHTTP", "UsherMail", "UsherSQL", "UsherSecrets", "UsherText", "UsherUseCases",
]

let package = Package(
    name: "usher-micro",
    dependencies: [
        .package(name: "usher", path: "../.."),
        // Without its traits: they bring two more packages, for counting allocations.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.0", traits: []),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.20.0"),
    ],
    targets: [
        .target(
            name: "HotFunctions",
            dependencies: modules.map { .product(name: $0, package: "usher") } + [
                .product(name: "Hummingbird", package: "hummingbird")
            ],
            swiftSettings: strict),
        .executableTarget(name: "CountInstructions", dependencies: ["HotFunctions"], swiftSettings: strict),
        .executableTarget(
            name: "Hot",
            dependencies: ["HotFunctions", .product(name: "Benchmark", package: "benchmark")],
            path: "Benchmarks/Hot",
            swiftSettings: strict,
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    ],
    swiftLanguageModes: [.v6]
)
