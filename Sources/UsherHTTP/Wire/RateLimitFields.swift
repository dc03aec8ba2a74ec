import HTTPTypes
import UsherDomain
import UsherUseCases

/// `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers): lists of structured fields, one item
/// for each quota, times in seconds.
enum RateLimitFields {
    static func fields(_ states: [QuotaState]) -> HTTPFields {
        guard !states.isEmpty else { return [:] }
        return [
            .rateLimitPolicy: states.map { policy($0.quota) }.joined(separator: ", "),
            .rateLimit: states.map { state($0.quota, $0.remaining, $0.resetAfter) }.joined(separator: ", "),
        ]
    }

    static func fields(usedUp quota: Quota, resetAfter: Duration) -> HTTPFields {
        [.rateLimitPolicy: policy(quota), .rateLimit: state(quota, 0, resetAfter)]
    }

    private static func policy(_ quota: Quota) -> String {
        "\"\(quota.name.rawValue)\";q=\(quota.count);w=\(quota.window.components.seconds)"
    }

    private static func state(_ quota: Quota, _ remaining: Int, _ resetAfter: Duration) -> String {
        "\"\(quota.name.rawValue)\";r=\(max(0, remaining));t=\(max(0, resetAfter.components.seconds))"
    }
}
