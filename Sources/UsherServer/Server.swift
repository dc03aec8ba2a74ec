import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import UsherCourier
import UsherDomain
import UsherHTTP
import UsherMail
import UsherMailbox
import UsherPages
import UsherSMTP
import UsherSQL
import UsherUseCases

/// The server, put together: courier and housekeeping first, so that they stop last.
struct Server {
    private let assembly: Assembly
    private let settings: Settings
    private let logger: Logger
    private let useCases: UseCases
    private let courier: Courier
    private let mailbox: Mailbox?

    /// How long a graceful stop may take before it is broken off.
    private static let longestStop = Duration.seconds(30)

    init(_ assembly: Assembly, logger: Logger) throws {
        self.assembly = assembly
        self.logger = logger
        settings = assembly.settings
        let post: any Post
        if let relay = settings.relay {
            post = try SMTPPost(relay)
            mailbox = nil
        } else {
            let box = try Mailbox(folder: "\(settings.dataFolder)/mailbox")
            post = box
            mailbox = box
        }
        var courierSettings = CourierSettings()
        courierSettings.backoff.delays[0] = settings.mailRetry
        courier = Courier(
            store: assembly.store, post: post,
            writer: try LetterWriter(settings: settings.letters, effects: assembly.effects), effects: assembly.effects,
            settings: courierSettings, logger: logger)
        useCases = assembly.useCases(dispatch: courier)
    }

    /// Brings the schema of a fresh file up; verifies any other.
    func checkSchema() async throws {
        let migrator = Migrator(assembly.database)
        if assembly.isFresh {
            _ = try await migrator.up(at: assembly.effects.now())
        } else {
            try await migrator.verify()
        }
    }

    /// Serves until a signal ends it.
    func run() async throws {
        let greeting = try await Greeting(useCases, settings: settings, hasMailbox: mailbox != nil)
        let application = Application(
            router: router(),
            server: .http1(configuration: serverConfiguration()),
            configuration: .init(address: .hostname(settings.listen.host, port: settings.listen.port), serverName: nil),
            services: [courier, Housekeeper(store: assembly.store, effects: assembly.effects, logger: logger)],
            onServerRunning: { [logger] _ in
                greeting.say()
                logger.info("serving")
            },
            logger: logger)
        var configuration = ServiceGroupConfiguration(
            services: [SecondSignal(), application], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = Self.longestStop
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE || error.errnoCode == EACCES {
            throw Failure(.failed, Self.cannotListen(settings.listen, error))
        }
        logger.info("stopped")
    }

    private func router() -> UsherRouter {
        let (store, database) = (assembly.store, assembly.database)
        return makeRouter(
            useCases, settings: settings.http,
            readiness: {
                let isThere = (try? await store.read { try $0.ping() }) != nil
                let isWhole = isThere ? (try? await Migrator(database).verify()) != nil : false
                return Readiness(parts: ["database": isThere, "schema": isWhole])
            },
            pages: { router in
                PageRoutes(useCases: useCases, settings: settings.http).add(to: router)
                if let mailbox { MailboxRoutes(mailbox: mailbox).add(to: router) }
            })
    }

    private static func cannotListen(_ listen: Settings.Listen, _ error: IOError) -> String {
        error.errnoCode == EADDRINUSE
            ? "Port \(listen.port) on \(listen.host) is in use by another program. Stop it, or set USHER_LISTEN."
            : "Port \(listen.port) on \(listen.host) may not be opened by this user. Set USHER_LISTEN to a port above 1023."
    }
}
