import ArgumentParser
import LabCore
import Testing

@testable import LabCommands
@testable import LabEngine

@Suite("leaklab doctor --clean")
struct DoctorCommandTests {
    @Test("says of what it may not remove why not, and ends with an error")
    func kept() throws {
        let doctor = try DoctorCommand.parse(["--clean"])
        let error = #expect(throws: LabError.self) {
            try doctor.remove(Leftovers(cgroups: [], folders: ["/proc/version"]))
        }
        let start = "doctor: what is left of runs cannot be removed: /proc/version: "
        #expect(error?.description.hasPrefix(start) == true)
        #expect(error?.exitStatus == .labFailed)
    }

    @Test("has nothing to say about nothing")
    func nothing() throws {
        try DoctorCommand.parse([]).remove(Leftovers(cgroups: [], folders: []))
    }
}
