import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import UsherCourier
import UsherDNS
import UsherDomain
import UsherHTTP
import UsherMail
import UsherMailbox
import UsherPages
import UsherSMTP
import UsherSQL
import UsherSecrets
import UsherUseCases

/// The composition root: the one place that knows every part.
struct Assembly: Sendable {
    let workbench: Workbench
    let useCases: UseCases
    let courier: Courier
    let end = GracefulEnd()
    private let smtp: SMTPPost?
    private let mailbox: Mailbox?
    private let records: DNSRecords
    private let bounces: BounceReader?
    private let logger: Logger

    var settings: Settings { workbench.settings }

    /// - Throws: `CommandFailure`.
    init(_ settings: Settings, logger: Logger) async throws {
        self.logger = logger
        workbench = try await Workbench(settings, use: .server)
        records = DNSRecords(servers: settings.dnsServers)
        do {
            let effects = workbench.effects
            var lanes = CourierSettings().lanes
            let post: any Post
            if let relay = settings.relay {
                let made = try SMTPPost(relay)
                (smtp, mailbox, post, lanes) = (made, nil, made, relay.lanes)
            } else {
                let made = try Mailbox(folder: settings.mailboxFolder, effects: effects)
                (smtp, mailbox, post) = (nil, made, made)
            }
            let letters = Self.letters(settings, effects)
            let writer = try LetterWriter(settings: letters, effects: effects)
            var courierSettings = CourierSettings()
            courierSettings.lanes = lanes
            courierSettings.drain = settings.shutdownWait
            courierSettings.backoff = Backoff(first: settings.mailRetry)
            courier = Courier(
                store: workbench.store, post: post, writer: writer, effects: effects, settings: courierSettings,
                logger: logger)
            useCases = UseCases(
                store: workbench.store, effects: effects, hasher: try Argon2Hasher(),
                passwordPolicy: workbench.passwordPolicy, rules: settings.rules, dispatch: courier, records: records)
            bounces = try Self.bounces(settings, letters.returnPath, useCases, logger)
        } catch let problem as SMTPSettingsProblem {
            throw CommandFailure("\(Setting.smtpURL.variable): \(problem.sentence)", code: .configuration)
        } catch let problem as MailboxError {
            throw CommandFailure(problem.description)
        } catch {
            throw CommandFailure(error)
        }
    }

    private static func letters(_ settings: Settings, _ effects: Effects) -> LetterSettings {
        LetterSettings(
            from: settings.mailFrom, appName: settings.appName, publicURL: settings.publicURL.text,
            appDescription: settings.appDescription,
            returnPath: settings.bounces.flatMap { ReturnPath($0.returnPath, effects: effects) })
    }

    private static func bounces(
        _ settings: Settings, _ returnPath: ReturnPath?, _ useCases: UseCases, _ logger: Logger
    ) throws -> BounceReader? {
        guard let bounces = settings.bounces, let returnPath else { return nil }
        let folder = Maildir(path: bounces.folder)
        if let problem = folder.problem {
            throw CommandFailure("\(Setting.mailBounces.variable): \(problem)", code: .configuration)
        }
        return BounceReader(
            folder, returnPath: returnPath, take: useCases.takeDeliveryReport, effects: useCases.effects, logger: logger
        )
    }

    func application(
        onRunning: @escaping @Sendable (_ port: Int?) async -> Void
    ) throws -> some ApplicationProtocol {
        let http = httpSettings
        let mailboxRoutes = try mailbox.map(MailboxRoutes.init)
        let readiness = Readiness.Check(workbench.opened.database, workbench.store, end)
        let router = makeRouter(useCases, settings: http, readiness: { await readiness() }) { router in
            PageRoutes(useCases: useCases, settings: http).add(to: router)
            mailboxRoutes?.add(to: router)
        }
        return Application(
            router: router,
            server: UsherServerConfiguration.http(),
            configuration: UsherServerConfiguration.application(
                address: .hostname(settings.listen.host, port: settings.listen.port),
                maximumConnections: OpenFiles.connections(of: OpenFiles.allowMost()), logger: logger),
            // Stopped in reverse: intake first, then what is planned, then the courier, then housekeeping.
            services: [bounces].compactMap(\.self) + [
                AuditSealer(store: workbench.store, effects: workbench.effects, logger: logger),
                Housekeeping(
                    store: workbench.store, effects: workbench.effects, rules: settings.rules,
                    reminders: useCases.sendReminders, logger: logger),
                Waitlists(fill: useCases.fillSeats, logger: logger),
                DomainWatch(verify: useCases.verifyDomain, logger: logger),
                courier,
                PlanApplier(advance: useCases.advancePlans, node: workbench.effects.newID(), logger: logger),
            ],
            onServerRunning: { channel in await onRunning(channel.localAddress?.port) },
            logger: logger)
    }

    var httpSettings: HTTPSettings {
        var http = HTTPSettings(
            publicURL: settings.publicURL, trustedProxies: settings.trustedProxies,
            isDevelopment: settings.isDevelopment, listen: settings.listen.description)
        http.sendPatience = settings.mailWait
        return http
    }

    func close() async {
        await smtp?.close()
        await records.close()
        await workbench.opened.close()
    }
}
