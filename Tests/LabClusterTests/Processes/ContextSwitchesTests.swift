import Foundation
import Testing

@testable import LabCluster

@Suite("Context switches") struct ContextSwitchesTests {
    @Test("are read from the line that the kernel has for involuntary ones")
    func parsing() {
        let status = "Name:\tx\nvoluntary_ctxt_switches:\t150\nnonvoluntary_ctxt_switches:\t7\n"
        #expect(ContextSwitches.involuntary(parsing: status) == 7)
        #expect(ContextSwitches.involuntary(parsing: "Name:\tx\n") == nil)
        #expect(ContextSwitches.involuntary(parsing: "nonvoluntary_ctxt_switches:\tmany\n") == nil)
    }

    @Test("of a process that is not there are unknown") func missing() {
        #expect(ContextSwitches(pid: 1 << 22).involuntary() == nil)
    }

    @Test("never fall while threads come and go")
    func threads() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "leaklab-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        func write(_ count: Int, of thread: Int) throws {
            let place = folder.appending(path: "\(thread)")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            try "nonvoluntary_ctxt_switches:\t\(count)\n".write(
                to: place.appending(path: "status"),
                atomically: true,
                encoding: .utf8
            )
        }
        try write(5, of: 1)
        try write(10, of: 2)
        let switches = ContextSwitches(folder: folder.path)
        #expect(switches.involuntary() == 15)
        try FileManager.default.removeItem(at: folder.appending(path: "2"))
        try write(6, of: 1)
        try write(1, of: 3)
        #expect(switches.involuntary() == 17)
    }
}
