import Testing
import UsherDomain
import UsherSMTP

@Suite struct SMTPSettingsTests {
    @Test func `a URL says all that is needed`() throws {
        let settings = try SMTPSettings(
            url:
                "smtp://user%40example.com:p%3Aa:ss%2F@Relay.example.com:587?tls=required&auth=xoauth2&ca=%2Fetc%2Fca.pem&name=usher.example.com"
        )
        #expect(settings.host == "relay.example.com")
        #expect(settings.port == 587)
        #expect(settings.user == "user@example.com")
        #expect(settings.password?.reveal() == "p:a:ss/")
        #expect(settings.tls == .required)
        #expect(settings.mechanism == .xoauth2)
        #expect(settings.certificateAuthorities == "/etc/ca.pem")
        #expect(settings.clientName == "usher.example.com")
        #expect(!settings.isImplicitTLS)
    }

    @Test(arguments: [
        ("smtp://relay.example.com", "required"), ("smtp://relay.example.com:25", "required"),
        ("smtp://localhost", "opportunistic"), ("smtp://127.0.0.1:2525", "opportunistic"),
        ("smtp://[::1]:2525", "opportunistic"), ("smtps://localhost", "required"),
        ("smtp://relay.example.com?tls=off", "off"), ("smtp://127.0.0.1.example.com", "required"),
    ])
    func `TLS is required unless the relay is this machine, or it is said otherwise`(
        _ url: String, _ tls: String
    ) throws {
        #expect(try SMTPSettings(url: url).tls.rawValue == tls)
    }

    @Test func `ports are the usual ones when none is given`() throws {
        #expect(try SMTPSettings(url: "smtp://relay.example.com").port == 25)
        #expect(try SMTPSettings(url: "smtps://relay.example.com/").port == 465)
    }

    @Test(arguments: [
        "", "relay.example.com", "http://relay.example.com", "smtp://", "smtp://:25", "smtp://user:secret@",
        "smtp://relay.example.com:0", "smtp://relay.example.com:99999", "smtp://relay.example.com:secret",
        "smtp://relay.example.com/path", "smtp://relay.example.com?tls=maybe", "smtp://relay.example.com?x=1",
        "smtp://user:secret%zz@relay.example.com", "smtp://user:secret%0d%0a@relay.example.com",
        "smtps://relay.example.com?tls=off", "smtp://relay.example.com?auth=none", "smtp://rel ay.example.com",
        "smtp://relay.example.com#secret", "smtp://[::1", "smtp://user:secret@relay.example.com?tls=",
    ])
    func `what cannot be read is one sentence without a secret`(_ url: String) {
        let problem = #expect(throws: SMTPSettingsProblem.self) { try SMTPSettings(url: url) }
        #expect(problem?.sentence.hasSuffix(".") == true)
        #expect(problem?.sentence.contains("secret") == false)
    }

    @Test func `a password is in no description`() throws {
        let settings = try SMTPSettings(url: "smtp://user:geheim@relay.example.com")
        #expect(!"\(settings)".contains("geheim") && !String(reflecting: settings).contains("geheim"))
    }

    @Test func `a name for EHLO that is none is refused`() throws {
        let settings = try SMTPSettings(url: "smtp://relay.example.com?name=a%20b")
        #expect(throws: SMTPSettingsProblem.self) { try SMTPPost(settings) }
    }
}
