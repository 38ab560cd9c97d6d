package import LabCluster
package import LabCore
package import LabRecording

/// Many runs, each a process of its own: what self-tests, studies of accuracy, the zoo and benchmarks have in common.
package struct RunSeries: Sendable {
    /// Where the runs are recorded.
    package let store: RunStore
    /// Recordings of runs that came out as they should are kept too; others always are.
    package let keepsRuns: Bool
    private let scratchRoot: String?
    /// Takes a line for each finished run, on any thread.
    package let progress: @Sendable (String) -> Void

    /// - Parameters:
    ///   - store: where the runs are recorded.
    ///   - keepsRuns: recordings of runs that came out as they should are kept too.
    ///   - scratchRoot: folder for what the runs print meanwhile; `nil` for the best place on this machine.
    ///   - progress: takes a line for each finished run, on any thread.
    package init(
        store: RunStore,
        keepsRuns: Bool,
        scratchRoot: String?,
        progress: @escaping @Sendable (String) -> Void
    ) {
        self.store = store
        self.keepsRuns = keepsRuns
        self.scratchRoot = scratchRoot
        self.progress = progress
    }

    /// What a series has while it goes on.
    package struct Workshop: Sendable {
        package let child: RunChild
        /// This program.
        package let executable: String
        package let scratch: Scratch
        package let guardian: Guardian
    }

    /// Works in a scratch folder, which is removed in the end.
    ///
    /// If this process dies, a guardian ends the runs, and the guardian of each run what it has started.
    /// - Parameters:
    ///   - size: that the scratch folder needs.
    ///   - work: makes the runs.
    /// - Returns: what `work` does.
    /// - Throws: ``LabError`` if no process can be started or no folder made, and what `work` throws.
    package func open<Value: Sendable>(
        needing size: ByteCount = .mebibytes(1),
        _ work: @escaping @Sendable (Workshop) async throws -> Value
    ) async throws -> Value {
        let executable = try Executable.path()
        let scratch = try Scratch.make(
            run: RunID.make(now: WallTime.nanoseconds),
            root: scratchRoot,
            needing: size
        )
        defer { scratch.remove() }
        return try await Guardian.watching(
            executable: executable,
            environment: scratch.mark.environment
        ) { guardian in
            for place in scratch.places { guardian.watch(folder: place) }
            let child = RunChild(
                executable: executable,
                store: store,
                folder: scratch.path,
                guardian: guardian,
                mark: scratch.mark
            )
            return try await work(
                Workshop(child: child, executable: executable, scratch: scratch, guardian: guardian)
            )
        }
    }
}

extension StopSwitch {
    /// Works until that is done, or cancels it when the switch is thrown.
    ///
    /// - Throws: what `work` throws.
    package func cancelling(_ work: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask { try await work() }
            try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}
