import ArgumentParser
import Dispatch
import Glibc
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import UsherDomain
import UsherSMTP
import UsherSecrets
import UsherUseCases

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Start the server.",
        discussion: "Example: usher serve --config /etc/usher/usher.yaml")

    @OptionGroup var options: ConfigOptions

    func run() async throws {
        let sources = options.sources
        let settings = try Settings(sources)
        let clock = UsherClock.now
        LineLogHandler.install(settings, now: clock)
        let logger = Logger(label: "usher")
        for name in sources.unknownVariables {
            logger.warning("unknown variable", metadata: ["name": "\(name)"])
        }
        let assembly = try await Assembly(settings, logger: logger)
        let signals = Signals.endAtOnceOnSecond()
        defer { signals.forEach { $0.cancel() } }
        do {
            try await serve(assembly, logger)
        } catch {
            await assembly.close()
            throw Self.failure(error, settings)
        }
        await assembly.close()
        logger.info("stopped")
    }

    private func serve(_ assembly: Assembly, _ logger: Logger) async throws {
        let settings = assembly.settings
        let application = try assembly.application { _ in
            await Self.announce(assembly, logger)
        }
        var group = ServiceGroupConfiguration(
            services: [application], gracefulShutdownSignals: [], logger: logger)
        group.maximumGracefulShutdownDuration = settings.shutdownWait + .seconds(5)
        try await assembly.end.run(
            ServiceGroup(configuration: group), delay: settings.shutdownDelay,
            failures: assembly.workbench.opened.failures, logger: logger)
    }

    private static func announce(_ assembly: Assembly, _ logger: Logger) async {
        let settings = assembly.settings
        logger.info(
            "serving",
            metadata: ["listen": "\(settings.listen)", "database": "\(assembly.workbench.opened.engine)"])
        do {
            Console.out(try await Greeting(settings: settings, useCases: assembly.useCases).text())
        } catch {
            logger.error("could not prepare the first steps", metadata: ["problem": "\(CommandFailure(error))"])
        }
        guard let relay = settings.relay,
            let problem = await RelayProbe.problem(host: relay.host, port: relay.port)
        else { return }
        logger.warning(
            "the relay is not reachable; letters wait until it is",
            metadata: ["host": "\(relay.host)", "port": "\(relay.port)", "problem": "\(problem)"])
    }

    private static func failure(_ error: any Error, _ settings: Settings) -> CommandFailure {
        guard let system = error as? IOError else { return CommandFailure(error) }
        let reason =
            switch system.errnoCode {
            case EADDRINUSE: "another program listens there"
            case EADDRNOTAVAIL: "this machine has no such address"
            case EACCES: "this user may not listen there"
            default: "error \(system.errnoCode)"
            }
        return CommandFailure(
            "Cannot listen on \(settings.listen): \(reason). Set \(Setting.listen.variable) to another.")
    }
}
