import Foundation
import LabCore
import Testing

@Suite("An error of the system")
struct SystemErrorTests {
    @Test(
        "is told in words, not as a number",
        arguments: [
            (ENOSPC, "No space left on device"), (EROFS, "Read-only file system"),
            (ECONNRESET, "Connection reset by peer"),
        ]
    )
    func numbers(number: Int32, words: String) {
        #expect(SystemError.words(number) == words)
        #expect(SystemError.words(POSIXError(POSIXErrorCode(rawValue: number) ?? .EIO)) == words)
    }

    @Test("is found beneath what Foundation makes of it", arguments: ["read", "list", "make", "write"])
    func foundation(what: String) {
        // A file is no folder.
        let path = "/dev/null/x"
        let error = #expect(throws: (any Error).self) {
            switch what {
            case "read": _ = try Data(contentsOf: URL(fileURLWithPath: path))
            case "list": _ = try FileManager.default.contentsOfDirectory(atPath: path)
            case "make":
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            default: try Data([1]).write(to: URL(fileURLWithPath: path))
            }
        }
        #expect(error.map { SystemError.words($0) } == "Not a directory")
    }

    @Test(
        "is what a code of Foundation means",
        arguments: [
            (CocoaError.Code.fileReadNoSuchFile, "No such file or directory"),
            (.fileWriteNoPermission, "Permission denied"), (.fileWriteOutOfSpace, "No space left on device"),
            (.fileWriteVolumeReadOnly, "Read-only file system"), (.fileWriteFileExists, "File exists"),
            (.fileReadUnknown, "the system gave no reason"),
        ]
    )
    func codes(code: CocoaError.Code, words: String) {
        #expect(SystemError.words(CocoaError(code)) == words)
    }
}
