import UsherDomain
import UsherHistoryModel

/// Holds every way in which the organizations may stand by all that was told and seen, and says so when there is none
/// left.
final class Player {
    typealias Person = HistoryModel.Person

    /// What happens next: a step of the model, somebody looking at a page, or a kill in between.
    enum Move {
        case step(HistoryModel.Step)
        case look(HistoryModel.Name)
        case kill
    }

    /// How often a view is asked for before it is called wrong: what is due by itself happens within two seconds.
    private static let looks = 6

    let begin: Message.Begin
    var book: Book
    /// In an order that depends on the seed and the outcomes alone.
    private(set) var possible: [HistoryModel]
    private var number = 0
    private var move = Move.kill
    private var awaited: [HistoryModel] = []
    private var tries = 0
    /// What could have been told.
    private var expected: Set<String> = []
    private var story: [String] = []
    /// Where the clock stands, in seconds from where it began.
    var offset: Int64 = 0

    /// Person 0 owns both organizations, and seven more have an account without a password.
    init(_ begin: Message.Begin, _ view: WireView) {
        self.begin = begin
        book = Book(begin)
        let homes = begin.organizations.indices.map {
            HistoryHome(place: $0, members: [0: .base(.owner)], now: view.moment)
        }
        possible = [HistoryModel(homes: homes, accounts: Set(begin.users.indices), passwords: [])]
        awaited = possible
    }

    func take(_ message: Message) -> Reply {
        if let answer = message.answer { outcomes(of: answer) }
        let view = message.view
        book.learn(view)
        let seen = awaited.flatMap { tended($0, at: view.moment) }
        let fitting = HistoryModel.distinct(seen.compactMap { book.fit($0, view) })
        guard !fitting.isEmpty else { return misfit(seen, view) }
        (possible, tries) = (fitting, 0)
        guard number < begin.steps else { return Reply(done: true) }
        number += 1
        var random = SeededGenerator(seed: begin.seed &* 1_000_003 &+ UInt64(number))
        let (next, step) = choose(number, &random)
        move = next
        story.append(step.words)
        return Reply(step: step)
    }

    private func misfit(_ seen: [HistoryModel], _ view: WireView) -> Reply {
        tries += 1
        if tries < Self.looks, !awaited.isEmpty { return Reply(again: true) }
        let reasons =
            seen.isEmpty ? ["no outcome has this answer"] : seen.prefix(4).map { book.difference($0, view) }
        let text = (["USHER_HISTORY_SEED=\(begin.seed), step \(number):"] + reasons + story.suffix(40))
        return Reply(wrong: text.joined(separator: "\n"))
    }
}

// MARK: - What may have happened

extension Player {
    private func outcomes(of answer: Message.Answer) {
        let (from, to) = (Timestamp(milliseconds: answer.from), Timestamp(milliseconds: answer.to))
        book.note(possible)
        expected = []
        let before = HistoryModel.distinct(possible.flatMap { tended($0, at: from) })
        awaited = HistoryModel.distinct(
            before.flatMap { model in
                // Nobody knows at which moment within the request the server looked at its clock.
                [from, to].flatMap { outcomes(of: model, at: $0, answer.told) }
            })
        let told = answer.told.map { "\($0.status) \($0.code ?? "")" } ?? "nothing"
        if awaited.isEmpty { story.append("    was told \(told), should be one of \(expected.sorted())") }
    }

    private func outcomes(of model: HistoryModel, at now: Timestamp, _ told: Message.Told?) -> [HistoryModel] {
        var model = model
        if case .step(.wait) = move { return [model] }
        model.now = now
        switch move {
        case .kill: return [model]
        case .look(let name):
            var after = model
            let word = after.apply(.enter(name))
            // Looking changes nothing; what can be entered has a page to enter by.
            guard let told, told.status == 200 || word != "ok" else { return told == nil ? [model] : [] }
            return [model]
        case .step(let step):
            guard let told else { return model.afterBreak(of: step) }
            var after = model
            let word = after.apply(step)
            expected.insert(word)
            return told.says(word, to: step) ? [after] : []
        }
    }

    /// What the server does by itself may have happened by now, or not yet: ends are marked, free seats are given to who
    /// waits, letters go out.
    private func tended(_ model: HistoryModel, at now: Timestamp) -> [HistoryModel] {
        var model = model
        model.now = now
        var found = [model]
        let isOverdue = model.homes.contains { home in home.offers.contains { $0.isOpen && now >= $0.expiresAt } }
        let steps: [HistoryModel.Step] =
            (isOverdue ? [.sweep] : []) + [.prune]
            + model.homes.filter { $0.waiting > 0 && $0.free != 0 }.map { .fill([$0.place]) } + [.post]
        for step in steps {
            found += found.compactMap { before in
                var after = before
                _ = after.apply(step)
                return after == before ? nil : after
            }
        }
        return found
    }
}

extension Message.Told {
    /// Whether an answer is that of an outcome.
    fileprivate func says(_ word: String, to step: HistoryModel.Step) -> Bool {
        switch (step, word) {
        case (.enter, "ok"), (.decline, "ok"): return status == 303
        case (.enter, _), (.decline, _):
            let isOver = ["invitationUsed", "invitationExpired", "invitationEnded"].contains(word)
            return status == (isOver ? 410 : 403)
        case (_, "ok"): return (200..<300).contains(status)
        case (_, "sent"): return status == 204
        case (_, "underWay"): return status == 202
        case (_, "refused"): return code == "recipient_refused"
        default:
            let snake = word.map { $0.isUppercase ? "_\($0.lowercased())" : "\($0)" }.joined()
            return code == snake
        }
    }
}
