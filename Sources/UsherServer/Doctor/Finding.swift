/// One thing that the doctor looked at.
enum Finding: Equatable {
    case well(String)
    case ill(String, mend: String)

    var isWell: Bool {
        switch self {
        case .well: true
        case .ill: false
        }
    }

    var line: String {
        switch self {
        case .well(let what): "ok    \(what)"
        case .ill(let what, let mend): "WRONG \(what)\n      mend: \(mend)"
        }
    }

    var members: [(String, JSONText)] {
        switch self {
        case .well(let what): [("ok", .bool(true)), ("what", .string(what)), ("mend", .null)]
        case .ill(let what, let mend): [("ok", .bool(false)), ("what", .string(what)), ("mend", .string(mend))]
        }
    }
}
