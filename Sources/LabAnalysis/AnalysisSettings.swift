/// The constants of the verdict, in one place.
///
/// docs/verdict.md gives the reasons.
package struct AnalysisSettings: Sendable, Hashable {
    /// Two-sided confidence of every interval.
    package var confidence = 0.98
    /// A life's usable time is cut into this many windows, of which the minima are regressed.
    package var windowsPerLife = 20
    /// No window is shorter, in wall seconds.
    package var shortestWindow = 0.5
    /// Fewer windows say nothing.
    package var fewestWindows = 8
    /// So many more live tasks or instances at the end are no leak, however few the events.
    package var countFloor = 3.0
    /// The growth of an exact count that is no leak, per event.
    package var countPerEvent = 0.00002
    /// The growth of memory that is no leak, bytes per event: 0.92 MiB per minute at 7.23 million events an hour.
    package var bytesPerEvent = 8.0
    /// What a life may keep once without leaking: lazily filled tables, the allocator settling.
    ///
    /// The size of the largest single step in the models that the verdict was tested with.
    package var oneOffBytes = Double(4 << 20)
    /// Below this share of the scheduled events the run was not the one that was asked for.
    package var slowestPacing = 0.95
    /// The chance with which a leak of the smallest detectable size is found.
    package var power = 0.9

    package init() {}

    package static let standard = AnalysisSettings()
}
