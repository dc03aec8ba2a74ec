// swift-tools-version: 6.1
import PackageDescription

// Fuzz targets for libFuzzer; scripts/fuzz.sh builds and runs them. A package of its own, so that nobody who builds
// Usher builds this. It sees inside Usher's modules because USHER_INSIDE=fuzz opens them; see ../Package.swift.
let modules = [
    "UsherAPI", "UsherDomain", "UsherHTTP", "UsherMail", "UsherMailbox", "UsherPages", "UsherSMTP", "UsherSecrets",
    "UsherText", "UsherUseCases",
]

let package = Package(
    name: "usher-fuzz",
    dependencies: [
        .package(name: "usher", path: ".."),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.100.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.20.0"),
    ],
    targets: [
        .executableTarget(
            name: "UsherFuzz",
            dependencies: modules.map { .product(name: $0, package: "usher") } + [
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: [
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("ExistentialAny"),
                // libFuzzer brings `main`.
                .unsafeFlags(["-parse-as-library"]),
            ])
    ],
    swiftLanguageModes: [.v6]
)
