import ArgumentParser
import LabCore

/// Where a command without formats prints to.
struct TargetOptions: ParsableArguments {
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file")
    )
    var file: String?

    /// - Throws: ``LabError`` if it cannot be written.
    func write(_ text: String) throws(LabError) {
        guard let file else { return try StandardOutput.write(text) }
        try ReportFile.write(text, to: file)
    }

    /// - Throws: ``LabError`` if they cannot be written.
    func write(_ bytes: ArraySlice<UInt8>) throws(LabError) {
        guard let file else { return try StandardOutput.write(bytes) }
        try ReportFile.write(bytes, to: file)
    }
}
