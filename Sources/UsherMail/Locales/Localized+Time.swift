package import UsherDomain

extension Localized<LetterText> {
    /// Day, time and zone.
    package func moment(_ moment: Timestamp) -> String {
        let civil = CivilTime(moment)
        let months = self(.months).utf8.split(separator: UInt8(ascii: "|"))
        let month =
            months.indices.contains(civil.month - 1)
            ? String(Substring(months[civil.month - 1])) : "\(civil.month)"
        return self(
            .moment, plain(["day": "\(civil.day)", "month": month, "year": "\(civil.year)", "time": civil.time]))
    }

    /// Day, time, zone, and how long it is from one moment to the other: in days, below two of them in hours, below two
    /// of those in minutes.
    package func until(_ end: Timestamp, from start: Timestamp) -> String {
        self(.until, plain(["moment": moment(end), "rest": duration(end - start)]))
    }

    package func duration(_ duration: Duration) -> String {
        let minutes = max(0, Int((duration.wholeMilliseconds + 59_999) / 60_000))
        if minutes >= 2 * 24 * 60 {
            return counted(minutes / (24 * 60), [.dayOne, .dayTwo, .dayFew, .dayMany, .dayOther])
        }
        if minutes >= 2 * 60 {
            return counted(minutes / 60, [.hourOne, .hourTwo, .hourFew, .hourMany, .hourOther])
        }
        return counted(minutes, [.minuteOne, .minuteTwo, .minuteFew, .minuteMany, .minuteOther])
    }

    package func word(for role: Role) -> String {
        switch role {
        case .user: self(.roleUser)
        case .admin: self(.roleAdmin)
        case .owner: self(.roleOwner)
        }
    }

    /// Plural categories of CLDR, for whole numbers in the languages there are.
    private func counted(_ count: Int, _ forms: [LetterText]) -> String {
        let form =
            switch (language, count, count % 100) {
            case (_, 1, _): 0
            case ("ar", 2, _): 1
            case ("ar", _, 3...10): 2
            case ("ar", _, 11...99): 3
            default: 4
            }
        return self(forms[form], plain(["count": "\(count)"]))
    }
}
