import Benchmark
import HotFunctions

/// Each function a thousand times an iteration, so that the clock's own steps do not show.
let benchmarks: @Sendable () -> Void = {
    for function in hotFunctions {
        Benchmark(
            function.name,
            configuration: .init(
                metrics: [.instructions, .cpuUser, .wallClock], warmupIterations: 3, scalingFactor: .kilo,
                maxDuration: .seconds(2), maxIterations: 2000,
                thresholds: [.cpuUser: .init(relative: [.p25: 50]), .wallClock: .init(relative: [.p25: 50])])
        ) { benchmark in
            for _ in benchmark.scaledIterations { blackHole(function.run()) }
        }
    }
}
