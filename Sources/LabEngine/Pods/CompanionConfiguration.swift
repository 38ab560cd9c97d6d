package import LabCore

/// All that a companion gets when it starts, as the lab hands it over in a JSON file.
package struct CompanionConfiguration: Codable, Hashable, Sendable {
    package var incident: String
    package var parameters: [String: ParameterValue]
    package var seed: UInt64
    package var timeScale: TimeScale
    /// The page of what the phases change in the incident's world.
    package var worldPath: String
    /// The file that the lab reads.
    package var telemetryPath: String
    /// The file of its beats.
    package var heartbeatPath: String
    /// Where to announce the endpoints, once they can be used.
    package var announcement: String
    /// For files of its own.
    package var folder: String
}

/// How a companion announces to its parent where it listens: one line of `name=port` in a file that appears whole.
package enum EndpointAnnouncement {
    /// - Throws: ``LabError`` if the file cannot be written.
    package static func write(_ endpoints: [String: Int], to path: String) throws(LabError) {
        let entries = endpoints.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        try Announcement.write(entries.joined(separator: " "), to: path)
    }

    /// - Returns: `nil` as long as the file is not there.
    static func read(_ path: String) -> [String: Int]? {
        Announcement.read(path)?.split(separator: " ").reduce(into: [:]) { endpoints, entry in
            let parts = entry.split(separator: "=")
            guard parts.count == 2, let port = Int(parts[1]), (1...65_535).contains(port) else { return }
            endpoints[String(parts[0])] = port
        }
    }
}
