import Foundation
import Testing

@testable import LabAnalysis

@Suite struct RiseTests {
    /// Windows of one second at 300 events a second; the level at each second in MiB.
    private func rise(seconds: Int, _ level: (Double) -> Double) -> Rise? {
        Rise(
            (0..<seconds).map {
                WindowPoint(
                    events: Double($0) * 300,
                    bytes: level(Double($0)) * 1_048_576,
                    seconds: Double($0)
                )
            }
        )
    }

    /// Rises by one MiB a second for 12 of every 30 seconds, from second 75 to second 233.
    private func bursts(at second: Double) -> Double {
        let elapsed = min(max(0, second - 75), 158)
        return (elapsed / 30).rounded(.down) * 12 + min(12, elapsed.truncatingRemainder(dividingBy: 30))
    }

    @Test("What rose in bursts has not stopped because one burst is missing")
    func bursts() throws {
        // The longest pause is 18 s; 67 s have passed since the last burst, two intervals of 30 s.
        let rise = try #require(rise(seconds: 300) { bursts(at: $0) })
        #expect(!rise.hasStopped)
        #expect((25...35).contains(rise.burstInterval / 300))
        // One pause left out, it looks as if it had.
        #expect(rise.hasPaused)
    }

    @Test("It has stopped once four intervals have passed without one")
    func stopped() throws {
        #expect(try #require(rise(seconds: 370) { bursts(at: $0) }).hasStopped)
    }

    @Test("A line that ends has no bursts", arguments: [0.0, 0.2])
    func line(noise: Double) throws {
        let rise = try #require(rise(seconds: 300) { min($0, 200) + noise * sin($0 * 7) })
        #expect(rise.hasStopped)
        #expect(rise.burstInterval == 0)
    }

    @Test("What fills up pauses longer and longer, and that is no burst")
    func filling() throws {
        // 95 % are reached after 90 s; the longest pause, from 90 to 95 %, took 20.8 s.
        let early = try #require(rise(seconds: 120) { 100 * (1 - exp(-$0 / 30)) })
        #expect(early.burstInterval == 0)
        #expect(!early.hasStopped)
        #expect(try #require(rise(seconds: 200) { 100 * (1 - exp(-$0 / 30)) }).hasStopped)
    }

    @Test("A line that goes on has not stopped, nor one in bursts", arguments: [0.0, 5, 30])
    func going(period: Double) throws {
        let rise = try #require(
            rise(seconds: 300) {
                guard period > 0 else { return $0 }
                return ($0 / period).rounded(.down) * period
                    + min(period / 3, $0.truncatingRemainder(dividingBy: period))
            }
        )
        #expect(!rise.hasStopped)
    }
}
