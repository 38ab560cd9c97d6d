import LabTelemetry

extension Task where Failure == Never {
    /// Runs the operation as a top-level task, as `Task { … }` does, and counts it among the live ones of its site until
    /// it ends.
    ///
    /// The run then tells how many live, and how many were made: `VARIANT.tasks.sites.SITE.live` and `.created`. Live ones
    /// that grow with the events make the verdict `leaking`. Outside a lab the counts go nowhere.
    ///
    /// ```swift
    /// Task.counted("PriceCache.refresh") { await cache.refresh() }
    /// ```
    ///
    /// Tasks that nobody counts are not missed: the run tells how many events left one behind (`tasks.outlivingTheirEvent`).
    /// The census adds how many tasks, and from where.
    ///
    /// - Parameters:
    ///   - site: where the code stands that makes the task, such as `PriceCache.refresh`. What is no letter, digit, dot,
    ///     hyphen or underscore becomes a hyphen, and 56 characters count.
    ///   - priority: as of `Task.init`.
    ///   - operation: inherits the actor it is made on, its priority and task-local values.
    /// - Returns: the task; nobody has to keep it.
    @discardableResult
    public static func counted(
        _ site: String,
        priority: TaskPriority? = nil,
        @_inheritActorContext operation: sending @escaping @isolated(any) () async -> Success
    ) -> Task {
        let site = SiteCache.site(ofTasks: site)
        // Here and not in the task: one that waits for its turn lives already.
        site.enter()
        return Task(priority: priority) {
            defer { site.leave() }
            return await operation()
        }
    }
}

extension Task where Failure == any Error {
    /// As for tasks that do not throw.
    ///
    /// - Parameters:
    ///   - site: where the code stands that makes the task.
    ///   - priority: as of `Task.init`.
    ///   - operation: inherits the actor it is made on, its priority and task-local values.
    /// - Returns: the task; nobody has to keep it.
    @discardableResult
    public static func counted(
        _ site: String,
        priority: TaskPriority? = nil,
        @_inheritActorContext operation: sending @escaping @isolated(any) () async throws -> Success
    ) -> Task {
        let site = SiteCache.site(ofTasks: site)
        site.enter()
        return Task(priority: priority) {
            defer { site.leave() }
            return try await operation()
        }
    }
}
