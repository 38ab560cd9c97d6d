import Foundation
import Testing

@testable import LabRecording

@Suite struct LabProcessTests {
    /// A line of proc(5) with a command, a state and a start time.
    private static func line(command: String, state: String = "S", start: String = "123456") -> String {
        "4711 (\(command)) \(state) 1 4711 4711 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 \(start) 1000 200 18446744073709551615\n"
    }

    @Test(
        "The start time is field 22, whatever the command is called",
        arguments: ["leaklab", "a b", ") S 1 2", "((", "", "x) Z 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 9 (y"]
    )
    func startTime(command: String) throws {
        let stat = try #require(ProcessStat(parsing: Self.line(command: command)))
        #expect(stat.startTime == 123_456)
        #expect(!stat.hasEnded)
    }

    @Test(
        "A zombie has ended",
        arguments: [("Z", true), ("X", true), ("R", false), ("D", false), ("T", false)]
    )
    func zombie(state: String, hasEnded: Bool) {
        #expect(ProcessStat(parsing: Self.line(command: "leaklab", state: state))?.hasEnded == hasEnded)
    }

    @Test(
        "Anything else is no such line",
        arguments: [
            "", ")", "4711 (leaklab", "4711 (leaklab) S 1 2 3", line(command: "leaklab", start: "x"),
            line(command: "leaklab", start: "-1"), line(command: "leaklab", start: "99999999999999999999"),
        ]
    )
    func malformed(text: String) {
        #expect(ProcessStat(parsing: text) == nil)
    }

    @Test("This process is alive")
    func current() {
        #expect(LabProcess.current.isAlive)
    }

    @Test(
        "A process of the same id that started at another time is not the lab",
        .enabled(if: hasProcessFiles)
    )
    func reusedID() {
        var other = LabProcess.current
        other.startTime = other.startTime.map { $0 - 1 }
        #expect(!other.isAlive)
    }

    @Test("Nothing survives a reboot", .enabled(if: hasProcessFiles))
    func reboot() {
        var other = LabProcess.current
        other.boot = "another boot"
        #expect(!other.isAlive)
    }

    @Test("Without a start time, a process of this id counts as the lab")
    func unknownStart() {
        #expect(LabProcess(pid: LabProcess.current.pid, startTime: nil, boot: nil).isAlive)
    }

    @Test("No process has such an id", arguments: [0, -1, .min, .max] as [Int32])
    func impossible(pid: Int32) {
        #expect(!LabProcess(pid: pid, startTime: nil, boot: nil).isAlive)
    }

    private static var hasProcessFiles: Bool { FileManager.default.fileExists(atPath: "/proc/self/stat") }
}
