import UsherDomain
import UsherUseCases

/// What each form is for: a token of one form is no token of another.
enum FormPurpose: String, Sendable, CaseIterable {
    case accept, decline, code, ask, approve, refuse
    case takeOwnership = "take-ownership"
    case leaveOwnership = "leave-ownership"
    case shortCode = "short-code"
    case signIn = "sign-in"
    case signOut = "sign-out"
    case reset
    case newPassword = "new-password"
    case setUp = "set-up"
    case join
    case joinSignedIn = "join-signed-in"
    case joinProof = "join-proof"
    case joinOpen = "join-open"
    case joinWithdraw = "join-withdraw"
    case signUp = "sign-up"
    case signUpProof = "sign-up-proof"
}

/// All that the words and forms of a page depend on, beside its subject.
struct Desk: Sendable {
    let words: Words
    let rules: ServerRules
    let now: Timestamp
    /// Code points of a new password.
    let minimumPassword: Int
    let token: @Sendable (FormPurpose) -> String

    func form(_ purpose: FormPurpose, to action: String, submit: String) -> FormView {
        var form = FormView(to: action, submit: submit)
        form.hidden = [HiddenView("form_token", token(purpose))]
        return form
    }

    func email(_ value: String, isReadOnly: Bool = false) -> FieldView {
        var field = FieldView("email", words[.email], .email, autocomplete: "username")
        field.value = HTML(value)
        field.isReadOnly = isReadOnly
        return field
    }

    func currentPassword() -> FieldView {
        secret(FieldView("password", words[.password], .password, autocomplete: "current-password"))
    }

    func newPassword(_ label: Phrase = .password) -> FieldView {
        var field = secret(FieldView("password", words[label], .password, autocomplete: "new-password"))
        field.hint = words.html(.newPasswordHint, ["count": HTML("\(minimumPassword)")])
        return field
    }

    func personName(_ value: String) -> FieldView {
        var field = FieldView("name", words[.name], autocomplete: "name")
        field.value = HTML(value)
        field.isRequired = false
        field.optional = HTML(words[.optional])
        field.limit = HTML("\(DisplayName.maximumCharacters)")
        return field
    }

    private func secret(_ field: FieldView) -> FieldView {
        var field = field
        field.show = HTML(words[.show])
        field.hide = HTML(words[.hide])
        return field
    }
}

/// Why a form came back: with what status, what to say, and what was typed, but never a password.
struct FormTrouble: Sendable {
    let status: Int
    let message: HTML
    /// The field that it is about; nil: the form as a whole.
    let field: String?
    /// What was typed into the fields that may be shown again.
    var kept: [String: String] = [:]

    init(_ status: Int, _ message: HTML, at field: String? = nil) {
        self.status = status
        self.message = message
        self.field = field
    }

    /// What a refusal means to the person before the form; nil: it is no matter of the form.
    init?(_ refusal: Refusal, _ desk: Desk) {
        let words = desk.words
        switch refusal {
        case .wrongCredentials: self.init(401, words.html(.credentialsWrong), at: "password")
        case .accountExists: self.init(409, words.html(.accountExists))
        case .invalidEmail: self.init(400, words.html(.emailWrong), at: "email")
        case .weakPassword(let problem): self.init(400, Self.sentence(problem, words), at: "password")
        default: return nil
        }
    }

    private static func sentence(_ problem: PasswordProblem, _ words: Words) -> HTML {
        switch problem {
        case .tooShort(let minimum) where minimum <= 1: words.html(.passwordMissing)
        case .tooShort(let minimum): words.html(.passwordShort, ["count": HTML("\(minimum)")])
        case .tooLong(let maximum): words.html(.passwordLong, ["count": HTML("\(maximum)")])
        case .forbiddenCharacter: words.html(.passwordForbidden)
        case .common: words.html(.passwordCommon)
        case .aboutYou: words.html(.passwordAboutYou)
        }
    }
}

extension FormView {
    /// The form with its fields tied to their hints, and the trouble, if any, at its place.
    func settled(_ trouble: FormTrouble?) -> FormView {
        var form = self
        form.fields = fields.map { field in
            var field = field
            if let trouble, let name = trouble.field, field.name == HTML(name) {
                field.error = trouble.message
                field.isFocused = true
            }
            return field.tied()
        }
        return form
    }
}
