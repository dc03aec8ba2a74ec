import UsherDomain

extension Words {
    /// A moment as people write it, with its zone, and as machines read it.
    func moment(_ moment: Timestamp) -> HTML {
        let civil = CivilMoment(moment)
        let text = text(
            .moment,
            ["day": "\(civil.day)", "month": month(civil.month), "year": "\(civil.year)", "time": civil.time])
        return .time(text, at: civil.machine)
    }

    /// How many days are left, to the nearest: one who opens the mail an hour late still has seven days.
    func left(_ duration: Duration) -> String {
        let hours = duration.components.seconds / 3_600
        let days = hours < 24 ? 0 : (hours + 12) / 24
        guard days > 0 else { return self[.lessThanADay] }
        return text(plural(days), ["count": "\(days)"])
    }

    /// The plural category (CLDR) of a count of days.
    private func plural(_ count: Int64) -> Phrase {
        switch language {
        case .english, .german: return count == 1 ? .daysOne : .daysOther
        case .arabic:
            switch (count, count % 100) {
            case (0, _): return .daysZero
            case (1, _): return .daysOne
            case (2, _): return .daysTwo
            case (_, 3...10): return .daysFew
            case (_, 11...99): return .daysMany
            default: return .daysOther
            }
        }
    }

    /// 1 to 12.
    private func month(_ number: Int) -> String {
        let names =
            switch language {
            case .english:
                "January February March April May June July August September October November December"
            case .german:
                "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
            case .arabic:
                "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"
            }
        return String(names.split(separator: " ")[number - 1])
    }
}

/// A moment by the calendar in UTC (proleptic Gregorian).
struct CivilMoment: Equatable {
    let year: Int
    /// 1 to 12.
    let month: Int
    let day: Int
    /// `14:05`
    let time: String

    init(_ moment: Timestamp) {
        let minutes = Int(moment.milliseconds / 60_000) - (moment.milliseconds % 60_000 < 0 ? 1 : 0)
        let days = minutes / 1440 - (minutes % 1440 < 0 ? 1 : 0)
        let rest = minutes - days * 1440
        time = "\(Self.two(rest / 60)):\(Self.two(rest % 60))"
        // Days since 1 March 0000, in eras of 400 years; a year begins in March, so that the leap day ends it.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// RFC 3339, to the minute.
    var machine: String { "\(year)-\(Self.two(month))-\(Self.two(day))T\(time):00Z" }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
