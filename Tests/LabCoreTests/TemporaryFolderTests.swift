import LabCore
import Testing

@Suite("The folder for temporary files")
struct TemporaryFolderTests {
    @Test(
        "is TMPDIR where that is an absolute path",
        arguments: [
            ("/var/tmp", "/var/tmp"), ("/var/tmp//", "/var/tmp"), ("/", "/"), ("", "/tmp"), ("here", "/tmp"),
        ]
    )
    func variable(value: String, path: String) {
        #expect(TemporaryFolder.path(in: ["TMPDIR": value]) == path)
    }

    @Test("is /tmp where nobody says anything")
    func none() { #expect(TemporaryFolder.path(in: [:]) == "/tmp") }
}
