import CCurl
import UsherDomain

/// The settings of a relay as libcurl's options.
struct SMTPOptions {
    private let settings: SMTPSettings

    init(_ settings: SMTPSettings) { self.settings = settings }

    /// False when libcurl lacks one of them.
    func apply(to handle: UnsafeMutableRawPointer) -> Bool {
        var texts: [(CURLoption, String)] = [
            (CURLOPT_URL, url),
            (CURLOPT_PROTOCOLS_STR, "smtp,smtps"),
            // Variables like ALL_PROXY are not for this.
            (CURLOPT_PROXY, ""),
        ]
        if let user = settings.user { texts.append((CURLOPT_USERNAME, user)) }
        switch settings.mechanism {
        case .xoauth2, .oauthbearer: texts.append((CURLOPT_XOAUTH2_BEARER, settings.password?.reveal() ?? ""))
        case .plain, .login, nil:
            if settings.user != nil { texts.append((CURLOPT_PASSWORD, settings.password?.reveal() ?? "")) }
        }
        if let mechanism = settings.mechanism {
            texts.append((CURLOPT_LOGIN_OPTIONS, "AUTH=\(mechanism.rawValue.uppercased())"))
        }
        if let file = settings.certificateAuthorities { texts.append((CURLOPT_CAINFO, file)) }
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_NOSIGNAL, 1),
            (CURLOPT_UPLOAD, 1),
            (CURLOPT_USE_SSL, Int(useSSL.rawValue)),
            (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
            (CURLOPT_SSL_VERIFYPEER, provesHost ? 1 : 0),
            (CURLOPT_SSL_VERIFYHOST, provesHost ? 2 : 0),
            (CURLOPT_CONNECTTIMEOUT_MS, Int(settings.connectTimeout.wholeMilliseconds)),
            (CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, Int(settings.timeout.components.seconds))),
            (CURLOPT_TIMEOUT_MS, Int(settings.timeout.wholeMilliseconds)),
            (CURLOPT_MAXCONNECTS, 1),
            (CURLOPT_MAXAGE_CONN, max(1, Int(settings.idleLimit.components.seconds))),
            (CURLOPT_TCP_KEEPALIVE, 1),
            (CURLOPT_MAIL_RCPT_ALLLOWFAILS, 0),
        ]
        return texts.allSatisfy { usher_curl_set_text(handle, $0.0, $0.1) == CURLE_OK }
            && numbers.allSatisfy { usher_curl_set_number(handle, $0.0, $0.1) == CURLE_OK }
    }

    private var url: String {
        let host = settings.host.utf8.contains(UInt8(ascii: ":")) ? "[\(settings.host)]" : settings.host
        let name = settings.clientName.map { "/\($0)" } ?? ""
        return "\(settings.isImplicitTLS ? "smtps" : "smtp")://\(host):\(settings.port)\(name)"
    }

    private var useSSL: curl_usessl {
        switch settings.tls {
        case .required: CURLUSESSL_ALL
        case .opportunistic: settings.user == nil ? CURLUSESSL_TRY : CURLUSESSL_ALL
        case .off: CURLUSESSL_NONE
        }
    }

    /// Whoever would send in the clear gains nothing from refusing a certificate.
    private var provesHost: Bool { useSSL == CURLUSESSL_ALL }
}
