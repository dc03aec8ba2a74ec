/// How letters are sent: how many at once, how often tried, for how long.
package struct CourierSettings: Sendable {
    /// Connections to the relay; as many as the post has.
    package var lanes = 8
    /// How many letters may wait in memory; what is more waits in the database.
    package var capacity = 1000
    /// How often the outbox is asked for letters that are due.
    package var poll = Duration.seconds(1)
    /// For how long a letter belongs to this node from its commit, claim or renewal on: longer than an attempt may take.
    package var lease = Duration.seconds(90)
    /// A letter that waited for longer is asked about once more before it is sent: it may have been revoked meanwhile.
    package var freshness = Duration.seconds(1)
    /// How long a shutdown waits for attempts under way before it breaks them off.
    package var drain = Duration.seconds(20)
    package var backoff = Backoff()

    package init() {}
}
