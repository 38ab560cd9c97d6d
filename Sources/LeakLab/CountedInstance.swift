import LabTelemetry

/// Counts the object that holds it among the live ones of its type, for as long as the object lives.
///
/// One line in a class or an actor:
///
/// ```swift
/// final class PriceCache {
///     private let counted = CountedInstance(of: PriceCache.self)
/// ```
///
/// The run then tells how many live, of which type, and how many were made: `VARIANT.tasks.sites.PriceCache.live` and
/// `.created`. Live ones that grow with the events make the verdict `leaking`. Outside a lab the counts go nowhere.
///
/// From any thread; costs a short lock when it is made and two atomic instructions when it ends.
public struct CountedInstance: ~Copyable, Sendable {
    private let site: CensusSite

    /// Counts one more.
    ///
    /// - Parameter type: its name is the site's, without what it is nested in and without generic arguments.
    public init<Counted: ~Copyable>(of type: Counted.Type) {
        site = SiteCache.site(of: type)
        site.enter()
    }

    deinit { site.leave() }
}
