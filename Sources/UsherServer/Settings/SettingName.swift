/// Every setting there is. In the environment it is `USHER_` and the name in capitals; in `usher.yaml` the name as it is;
/// secrets may stand in a file that `USHER_…_FILE` names.
enum SettingName: String, CaseIterable {
    case data, listen, env, limits
    case publicURL = "public_url"
    case databaseURL = "database_url"
    case databaseConnections = "database_connections"
    case smtpURL = "smtp_url"
    case smtpCAFile = "smtp_ca_file"
    case mailFrom = "mail_from"
    case mailReplyTo = "mail_reply_to"
    case mailWait = "mail_wait"
    case mailRetry = "mail_retry"
    case appName = "app_name"
    case appDescription = "app_description"
    case allowedOrigins = "allowed_origins"
    case serverKey = "server_key"
    case passwordMinimum = "password_minimum"
    case trustedProxies = "trusted_proxies"
    case logLevel = "log_level"
    case logFormat = "log_format"

    var environmentName: String { "USHER_\(rawValue.uppercased())" }

    /// Never printed, and readable from a file.
    var isSecret: Bool {
        switch self {
        case .databaseURL, .smtpURL, .serverKey: true
        default: false
        }
    }

    /// One line on what it is, its unit and its default.
    var summary: String {
        switch self {
        case .data: "folder of the database, the key and the mailbox (./usher-data)"
        case .listen: "address and port to listen on (127.0.0.1:8080)"
        case .env: "development or production (development)"
        case .limits: "on or off; off is for load tests, and refused in production (on)"
        case .publicURL: "where people reach Usher; production needs it, with https (http://{listen})"
        case .databaseURL: "sqlite:///path or postgresql://… (usher.sqlite in the data folder)"
        case .databaseConnections: "connections to PostgreSQL, 1 to 64 (8)"
        case .smtpURL: "smtp://[user[:password]@]host:port?tls=required|opportunistic|off or smtps://…; none: built-in mailbox"
        case .smtpCAFile: "file of the authorities that the relay's certificate is checked by (the system's)"
        case .mailFrom: "address that letters come from; production needs it"
        case .mailReplyTo: "inviter or none: where answers to an invitation go (inviter)"
        case .mailWait: "seconds an invitation's answer waits for the relay, 0 to 60 (10)"
        case .mailRetry: "seconds until a letter is tried for the second time, 1 to 3600 (60)"
        case .appName: "what the application is called in letters and on pages (Usher)"
        case .appDescription: "one sentence on what the application is, for letters"
        case .allowedOrigins: "origins that links and redirects may point to, comma-separated"
        case .serverKey: "256-bit key, 43 characters of base64url (server.key in the data folder)"
        case .passwordMinimum: "shortest password, in characters, 8 to 64 (12)"
        case .trustedProxies: "addresses whose X-Forwarded-For is believed, comma-separated (none)"
        case .logLevel: "debug, info, notice, warning or error (info)"
        case .logFormat: "text or json (text on a terminal, json otherwise)"
        }
    }
}
