import Testing
import UsherCourier
import UsherDomain
import UsherUseCases

@Suite struct ScheduleTests {
    private let start = Timestamp(milliseconds: 1_795_476_024_000)

    @Test(arguments: [(1, 1), (2, 2), (3, 5), (4, 10), (5, 30), (6, 60), (7, 60), (100, 60)])
    func `the next try comes later and later, and never long after an hour (EML-13)`(_ attempt: Int, _ minutes: Int64) {
        var delays: Set<Int64> = []
        for number in 1...200 {
            var letter = Letter.invitation(number, at: start)
            letter.attempt = attempt
            let next = Backoff().next(for: letter, at: start)
            let delay = next.map { $0 - start } ?? .zero
            #expect(delay >= .minutes(minutes) * 8 / 10 && delay <= .minutes(minutes) * 12 / 10)
            #expect(next == Backoff().next(for: letter, at: start))
            delays.insert(delay.wholeMilliseconds)
        }
        // Letters that failed together do not come back together.
        #expect(delays.count > 100)
    }

    @Test func `CRS-16 a letter is given up after five days, or when it has no use any more`() {
        let letter = Letter.invitation(1, at: start)
        #expect(Backoff().next(for: letter, at: start + .days(5) - .hours(2)) != nil)
        #expect(Backoff().next(for: letter, at: start + .days(5)) == nil)
        var reset = Letter.reset(2, at: start)
        reset.attempt = 5
        #expect(Backoff().next(for: reset, at: start + .minutes(20)) == nil)
    }

    @Test func `one dropped connection is no relay that is down, three in a row are`() {
        var health = RelayHealth()
        let gone = RelayVerdict.deferred(code: nil, reason: "the relay does not answer")
        let first = [health.saw(gone, at: start), health.saw(gone, at: start)]
        #expect(first == [false, false] && !health.isDown)
        let third = health.saw(gone, at: start)
        #expect(third)
        #expect(health.downUntil == start + .seconds(1))
        let later = (0..<10).map { _ in health.saw(gone, at: start) }
        #expect(!later.contains(true))
        #expect(health.downUntil == start + .seconds(60))
        let back = health.saw(.accepted(code: 250), at: start)
        #expect(back && !health.isDown)
    }

    @Test(arguments: [
        RelayVerdict.deferred(code: 451, reason: "later"), .refused(code: 550, reason: "no"), .accepted(code: 250),
    ])
    func `a relay that answers is not down`(_ verdict: RelayVerdict) {
        var health = RelayHealth()
        for _ in 0..<10 { _ = health.saw(verdict, at: start) }
        #expect(!health.isDown)
    }
}
