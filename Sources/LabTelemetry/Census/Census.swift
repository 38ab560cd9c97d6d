package import LabCore
import Synchronization

/// The labelled count of live tasks and instances, by construction site.
///
/// The runtime cannot tell how many tasks a process has, so the code that makes them counts them. A pod installs its
/// page once, before any handler is made; without one the sites live on a page of the process's own.
package enum Census {
    @TaskLocal private static var scoped: TelemetryPage?
    private static let installed = Mutex<TelemetryPage?>(nil)

    /// Puts the sites that are looked up from now on onto `page`.
    package static func install(_ page: TelemetryPage) {
        installed.withLock { $0 = page }
    }

    /// The site of that name.
    ///
    /// Look it up once, where the code that enters it is set up: it takes a lock.
    package static func site(_ name: String, kind: CensusSite.Kind) -> CensusSite {
        page.site(name, kind: kind)
    }

    /// All sites of the page in use, by name.
    package static func snapshot() -> [VariantResult.Site] {
        (try? TelemetryReader(page))?.sites ?? []
    }

    /// Runs `body` with a page of its own, so that what others count meanwhile does not show.
    ///
    /// Sites that are looked up inside, also by tasks created inside, stay on that page.
    package static func isolated<Result>(
        _ body: nonisolated(nonsending) (TelemetryPage) async throws -> Result
    ) async throws -> Result {
        let page = try TelemetryPage.anonymous()
        return try await $scoped.withValue(page) { try await body(page) }
    }

    /// The page in use here.
    package static var page: TelemetryPage {
        if let scoped { return scoped }
        return installed.withLock { page in
            if let page { return page }
            let made = makePrivatePage()
            page = made
            return made
        }
    }

    private static func makePrivatePage() -> TelemetryPage {
        do {
            return try TelemetryPage.anonymous()
        } catch {
            fatalError("the census has no memory for its page: \(error)")
        }
    }
}
