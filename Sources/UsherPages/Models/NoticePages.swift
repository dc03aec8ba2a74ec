import UsherDomain
import UsherUseCases

/// Pages that only tell: what was declined, and what went wrong.
struct NoticePages {
    let words: Words

    func declined(isReported: Bool) -> PageView {
        let headline = words.html(.declinedTitle)
        var view = PageView("declined", title: words[.declinedTitle], headline: headline, symbol: .check)
        view.lead = [words.html(.declinedLead)]
        if isReported { view.lead.append(words.html(.reportedLead)) }
        return view
    }

    /// - Parameter address: path and query that the form is sent to.
    func unsubscribe(address: String) -> PageView {
        let headline = words.html(.unsubscribeTitle)
        var view = PageView("unsubscribe", title: words[.unsubscribeTitle], headline: headline, symbol: .letter)
        view.lead = [words.html(.unsubscribeLead)]
        view.form = FormView(to: address, submit: words[.unsubscribeSubmit])
        return view
    }

    func unsubscribed() -> PageView {
        let headline = words.html(.unsubscribedTitle)
        var view = PageView("unsubscribed", title: words[.unsubscribedTitle], headline: headline, symbol: .check)
        view.lead = [words.html(.unsubscribedLead)]
        return view
    }

    /// What is wrong with a request or with us, without a detail that is nobody's business.
    enum Trouble: Sendable {
        case limited(Duration)
        case busy(Duration)
        case stale, badForm, notFound, noEntry, fault
    }

    /// - Parameters:
    ///   - retry: a path of ours that can be opened again.
    ///   - requestID: what the log has it under.
    ///   - hasInvitation: whether an invitation is at stake, which people then worry about.
    func trouble(_ trouble: Trouble, retry: String, requestID: String, hasInvitation: Bool) -> PageView {
        let (title, lead) = phrases(trouble)
        var view = PageView("M", title: words[title], headline: words.html(title), symbol: symbol(trouble))
        view.lead = hasInvitation ? [words.html(.safeLead)] : lead.map { [words.html($0)] } ?? []
        switch trouble {
        case .limited(let wait), .busy(let wait):
            view.lead.append(words.html(.retryAfter, ["wait": HTML(Self.length(wait))]))
            view.action = LinkView(words[.retry], to: retry)
        case .stale, .badForm, .fault: view.action = LinkView(words[.retry], to: retry)
        case .notFound, .noEntry: view.action = LinkView(words[.toStart], to: "/")
        }
        view.requestLabel = words.html(.requestLabel)
        view.requestID = HTML(requestID)
        return view
    }

    private func phrases(_ trouble: Trouble) -> (title: Phrase, lead: Phrase?) {
        switch trouble {
        case .limited: (.limitedTitle, nil)
        case .busy: (.busyTitle, nil)
        case .stale: (.staleTitle, .staleLead)
        case .badForm: (.badFormTitle, .badFormLead)
        case .notFound: (.notFoundTitle, .notFoundLead)
        case .noEntry: (.noEntryTitle, .noEntryLead)
        case .fault: (.faultTitle, .faultLead)
        }
    }

    private func symbol(_ trouble: Trouble) -> Symbol {
        switch trouble {
        case .limited, .busy, .fault: .pause
        case .stale, .badForm, .noEntry: .shield
        case .notFound: .search
        }
    }

    /// In units whose signs are the same in every language.
    private static func length(_ duration: Duration) -> String {
        let seconds = max(1, duration.components.seconds + (duration.components.attoseconds > 0 ? 1 : 0))
        return seconds < 120 ? "\(seconds) s" : "\((seconds + 59) / 60) min"
    }
}
