import Glibc

/// Everything that is fuzzed, by the name that scripts/fuzz.sh and the folders under Corpus/ have for it. Each takes any
/// bytes at all, and calls `promise` with what must hold for them.
private let targets: [String: @Sendable ([UInt8]) -> Void] = [
    "address": fuzzAddress,
    "body": fuzzBody,
    "cookie": fuzzCookie,
    "cursor": fuzzCursor,
    "fields": fuzzFields,
    "form": fuzzForm,
    "json": fuzzJSON,
    "letter": fuzzLetter,
    "message": fuzzMessage,
    "mime": fuzzMIME,
    "names": fuzzNames,
    "page": fuzzPage,
    "phc": fuzzPHC,
    "problem": fuzzProblem,
    "relay": fuzzRelay,
    "relayurl": fuzzRelayURL,
    "report": fuzzReport,
    "url": fuzzURL,
]

/// The target that USHER_FUZZ_TARGET names. Without one the names are printed and nothing is run.
private let chosen: @Sendable ([UInt8]) -> Void = {
    let name = getenv("USHER_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = targets[name] else {
        print(targets.keys.sorted().joined(separator: "\n"))
        exit(name.isEmpty ? 0 : 2)
    }
    return target
}()

/// libFuzzer asks once before it begins.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> Int32 {
    _ = chosen
    return 0
}

/// libFuzzer calls this with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    chosen(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
