import LabCore

/// By which a part of the lab shows that it is not standing still: it writes down the time again and again, and the lab
/// reads when it did so last.
///
/// A page of its own, so that nobody takes a beat for a measurement.
package struct Heartbeat: Sendable {
    private static let name = "beat"
    /// With room for what every page has before its first metric, bytes.
    private static let size = 64 << 10
    /// Later than any time.
    private static let finished: UInt64 = 1 << 61

    private let word: Counter

    /// Makes the page's file, which the part then opens.
    /// - Throws: ``LabError`` if the file cannot be made or there is no room for it.
    package static func create(at path: String) throws {
        _ = Heartbeat(try TelemetryPage.create(at: path, size: size))
    }

    /// - Throws: ``LabError`` if the file is missing or no page of this version.
    package static func open(at path: String) throws -> Heartbeat {
        Heartbeat(try TelemetryPage.open(at: path))
    }

    private init(_ page: TelemetryPage) { word = page.gauge(Self.name) }

    /// The part is doing something at this instant.
    /// - Parameter now: CLOCK_MONOTONIC, nanoseconds.
    package func beat(at now: UInt64 = MonotonicClock.nanoseconds) { word.store(now) }

    /// The part has done its work: no further beat will follow.
    package func finish() { word.store(Self.finished) }

    /// What the lab reads.
    package enum Reading: Sendable, Hashable {
        /// Nothing yet.
        case none
        /// CLOCK_MONOTONIC, nanoseconds.
        case beat(at: UInt64)
        case finished
    }

    /// Reads a part's beats.
    package struct Reader: Sendable {
        private let page: TelemetryReader
        private let index: Int

        /// - Throws: ``LabError`` if there is no such page.
        package init(at path: String) throws {
            page = try TelemetryReader(openingPageAt: path)
            guard let index = page.index(of: Heartbeat.name, .gauge) else {
                throw LabError("\(path): has no beat")
            }
            self.index = index
        }

        /// A page that was cut short or overwritten says nothing.
        package var latest: Reading {
            guard page.isWhole, let value = page.value(of: index), value > 0 else { return .none }
            return value >= Heartbeat.finished ? .finished : .beat(at: UInt64(value))
        }
    }
}
