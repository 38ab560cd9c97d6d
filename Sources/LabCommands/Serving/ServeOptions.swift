import ArgumentParser
import LabCore

/// Where the live page is.
struct PortOptions: ParsableArguments {
    static let usual = 7_432

    @Option(
        help: ArgumentHelp(
            "Port of the page on 127.0.0.1; the next free one if it is taken, any free one for 0.",
            valueName: "port"
        )
    )
    var port = PortOptions.usual

    func validate() throws {
        guard (0...65_535).contains(port) else {
            throw ValidationError("--port is a number from 0 to 65535.")
        }
    }

    /// Where it is, and whether that is elsewhere than asked for.
    static func announcement(_ address: String, wanted: Int, got: Int) -> String {
        let moved = wanted != 0 && got != wanted ? " (port \(wanted) is taken)" : ""
        return "Page:   \(address)\(moved)"
    }
}
