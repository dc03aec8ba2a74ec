import Hummingbird
package import UsherHTTP
package import UsherUseCases

/// The pages that people see: invitations, sign-in, reset, set-up, account. Complete without JavaScript.
package struct PageRoutes: Sendable {
    private let kit: PageKit

    package init(useCases: UseCases, settings: HTTPSettings) { kit = PageKit(useCases: useCases, settings: settings) }

    /// Adds all pages. What they throw is rendered here, as pages.
    package func add(to router: UsherRouter) {
        let pages = router.group().add(middleware: RenderPages(kit: kit))
        InvitationRoutes(kit: kit).add(to: pages)
        ShortCodeRoutes(kit: kit).add(to: pages)
        RequestRoutes(kit: kit).add(to: pages)
        OwnershipRoutes(kit: kit).add(to: pages)
        JoinRoutes(kit: kit).add(to: pages)
        JoiningRoutes(kit: kit).add(to: pages)
        SignUpRoutes(kit: kit).add(to: pages)
        SignInRoutes(kit: kit).add(to: pages)
        ResetRoutes(kit: kit).add(to: pages)
        SetUpRoutes(kit: kit).add(to: pages)
        LetterRoutes(kit: kit).add(to: pages)
        AssetRoutes(kit: kit).add(to: pages)
    }
}
