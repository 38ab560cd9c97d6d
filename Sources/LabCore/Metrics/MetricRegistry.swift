/// The names of what the lab records by itself; ``MetricDefinition/all`` says what each is.
extension MetricName {
    package static let rss = MetricName("rss")
    package static let charge = MetricName("charge")
    package static let cpu = MetricName("cpu")
    package static let descriptors = MetricName("descriptors")
    package static let threads = MetricName("threads")
    package static let processes = MetricName("processes")
    package static let processesUnread = MetricName("processesUnread")
    package static let majorPageFaults = MetricName("majorPageFaults")
    package static let involuntaryContextSwitches = MetricName("involuntaryContextSwitches")
    package static let port = MetricName("podPort")
    package static let runtime = MetricName("runtimeKind")
    package static let heapCeiling = MetricName("heapCeiling")
    package static let collections = MetricName("gcCollections")
    package static let collectionPause = MetricName("gcPause")
    package static let heap = MetricName("heap")
    package static let tasks = MetricName("tasks")
    package static let instances = MetricName("instances")
    package static let outliving = MetricName("outliving")
    package static let inFlight = MetricName("inFlight")
    package static let processed = MetricName("processed")
    package static let failed = MetricName("failed")
    package static let retries = MetricName("retries")
    package static let rebalances = MetricName("rebalances")
    package static let assigned = MetricName("assigned")
    package static let paused = MetricName("paused")
    package static let commitsFailed = MetricName("commitsFailed")
    package static let rebalanceStall = MetricName("rebalanceStall")
    package static let latencyP50 = MetricName("latencyP50")
    package static let latencyP99 = MetricName("latencyP99")
    package static let ready = MetricName("ready")
    package static let heapReadCost = MetricName("heapReadCost")
    package static let overflow = MetricName("other")
    package static let heapActive = MetricName("heapActive")
    package static let heapResident = MetricName("heapResident")
    package static let heapRetained = MetricName("heapRetained")
    package static let heapOutside = MetricName("heapOutside")
    package static let agentTime = MetricName("agentTime")
    package static let produced = MetricName("produced")
    package static let lag = MetricName("lag")
    package static let lagStatus = MetricName("lagStatus")
    package static let scheduled = MetricName("scheduled")
    package static let targetRate = MetricName("targetRate")
}

extension MetricDefinition {
    /// Everything that the lab records by itself, construction sites apart, in the order of `docs/metrics.md`.
    ///
    /// A metric is added in this file, and where it is read: a line in `ProcessProbe` for one of processes, one in
    /// `PodMetrics` for one of pods.
    package static let all: [MetricDefinition] = processes + commands + pods + agents + groups + producer

    private static let processes: [MetricDefinition] = [
        MetricDefinition(
            .rss,
            .gauge,
            in: .bytes,
            from: .process,
            title: "Resident memory",
            help: "Resident set",
            detail: "pages that a fork has left to several processes of a pod count once",
            uses: [.judged, .finding],
            chart: .standard
        ),
        MetricDefinition(
            .charge,
            .gauge,
            in: .bytes,
            from: .process,
            title: "Memory charge",
            help: "Memory as the limit counts it",
            detail: "usage of the pod's cgroup without inactive file pages",
            uses: [.judged, .finding],
            chart: .standard
        ),
        MetricDefinition(
            .cpu,
            .counter,
            in: .seconds,
            from: .process,
            title: "CPU time",
            help: "User and system time since the process started",
            uses: .judged
        ),
        MetricDefinition(
            .descriptors,
            .gauge,
            from: .process,
            title: "File descriptors",
            help: "Open file descriptors",
            detail: "files, sockets, pipes",
            uses: [.resource, .finding],
            chart: .mean
        ),
        MetricDefinition(
            .threads,
            .gauge,
            from: .process,
            title: "Threads",
            help: "Threads that exist",
            uses: [.resource, .finding],
            chart: .mean
        ),
        MetricDefinition(
            .processes,
            .gauge,
            from: .process,
            title: "Processes",
            help: "Processes of the pod",
            detail: "recorded while there is more than one",
            chart: .mean
        ),
        MetricDefinition(
            .processesUnread,
            .gauge,
            from: .process,
            title: "Processes unread",
            help: "Processes of the pod of which something could not be read",
            detail: "recorded while there are any",
            chart: .mean
        ),
        MetricDefinition(
            .majorPageFaults,
            .counter,
            from: .process,
            title: "Major page faults",
            help: "Page faults that had to read from disk",
            detail: "memory that was given up for others",
            uses: .reported,
            chart: .growth
        ),
        MetricDefinition(
            .involuntaryContextSwitches,
            .counter,
            from: .process,
            title: "Involuntary switches",
            help: "Times that a thread had to leave its processor though it had more to do",
            detail: "it had too little CPU",
            uses: .reported,
            chart: .growth
        ),
    ]

    private static let commands: [MetricDefinition] = [
        MetricDefinition(
            .port,
            .gauge,
            from: .command,
            title: "Port",
            help: "The free port that the life was given, “{{port}}”"
        ),
        MetricDefinition(
            .runtime,
            .gauge,
            from: .command,
            title: "Runtime",
            help: "Of the pod's largest process: 0 native, 1 Go, 2 JVM, 3 Python, 4 Node.js, 5 .NET",
            uses: .judged
        ),
        MetricDefinition(
            .heapCeiling,
            .gauge,
            in: .bytes,
            from: .command,
            title: "Heap ceiling",
            help: "How large the heap may become before it is collected",
            detail: "of the JVM -Xmx, of Go the goal of its next collection, of Node.js --max-old-space-size",
            uses: .judged
        ),
        MetricDefinition(
            .collections,
            .counter,
            from: .command,
            title: "Collections",
            help: "Garbage collections of every kind",
            uses: .reported,
            chart: .growth
        ),
        MetricDefinition(
            .collectionPause,
            .counter,
            in: .seconds,
            from: .command,
            title: "Pause of collections",
            help: "Time for which the collector stopped the program",
            uses: .reported,
            chart: .growth
        ),
    ]

    private static let pods: [MetricDefinition] = [
        MetricDefinition(
            .heap,
            .gauge,
            in: .bytes,
            from: .page,
            title: "Live heap",
            help: "What the allocator has handed out and not got back",
            detail: "of a command, what a collection of its heap left, its “heap” names, or the agent reads",
            uses: [.judged, .finding],
            chart: .standard
        ),
        MetricDefinition(
            .tasks,
            .gauge,
            from: .page,
            title: "Live tasks",
            help: "Tasks alive",
            detail: "from all labelled construction sites; of a command, what its “tasks” names, or threads",
            uses: [.judged, .finding],
            chart: .standard
        ),
        MetricDefinition(
            .instances,
            .gauge,
            from: .page,
            title: "Live instances",
            help: "Instances alive",
            detail: "from all labelled construction sites",
            uses: [.judged, .finding],
            chart: .mean
        ),
        MetricDefinition(
            .outliving,
            .gauge,
            from: .page,
            title: "Outliving tasks",
            help: "Events that ended while a task born of them still lives",
            uses: [.judged, .finding],
            chart: .mean
        ),
        MetricDefinition(
            .inFlight,
            .gauge,
            from: .page,
            title: "Events in flight",
            help: "Events whose handlers run at this instant",
            uses: .finding,
            chart: .mean
        ),
        MetricDefinition(
            .processed,
            .counter,
            from: .page,
            title: "Events processed",
            help: "Events whose handler has ended",
            detail: "of a command, its share of what its group has committed"
        ),
        MetricDefinition(
            .failed,
            .counter,
            from: .page,
            title: "Events failed",
            help: "Events whose handler threw"
        ),
        MetricDefinition(
            .retries,
            .counter,
            from: .page,
            title: "Retries",
            help: "Times that an event was handed to its handler again because it threw",
            chart: .mean
        ),
        MetricDefinition(
            .rebalances,
            .counter,
            from: .page,
            title: "Rebalances",
            help: "Times that the group gave the pod partitions",
            chart: .mean
        ),
        MetricDefinition(
            .assigned,
            .gauge,
            from: .page,
            title: "Partitions assigned",
            help: "Partitions that the pod holds",
            chart: .mean
        ),
        MetricDefinition(
            .paused,
            .gauge,
            from: .page,
            title: "Partitions paused",
            help: "Partitions of those that are paused, since the handler wants no more for now",
            chart: .mean
        ),
        MetricDefinition(
            .commitsFailed,
            .counter,
            from: .page,
            title: "Commits that failed",
            help:
                "Commits of the group's offsets that the broker refused or did not confirm in time, by partition",
            chart: .mean
        ),
        MetricDefinition(
            .rebalanceStall,
            .gauge,
            in: .milliseconds,
            from: .page,
            title: "Rebalance stall",
            help:
                "From giving up partitions, or from the start, to the first event after the next assignment, wall time",
            chart: .mean
        ),
        MetricDefinition(
            .latencyP50,
            .gauge,
            in: .milliseconds,
            from: .page,
            title: "Latency p50",
            help:
                "Median of the last second's events, from their intended send to the end of their handler, wall time",
            chart: .mean
        ),
        MetricDefinition(
            .latencyP99,
            .gauge,
            in: .milliseconds,
            from: .page,
            title: "Latency p99",
            help: "What 99 of 100 of these events stay below",
            chart: .mean
        ),
        MetricDefinition(
            .ready,
            .gauge,
            from: .page,
            title: "Ready",
            help: "1 from the moment the pod can receive events",
            chart: .mean
        ),
        MetricDefinition(
            .heapReadCost,
            .gauge,
            in: .nanoseconds,
            from: .page,
            title: "Cost of a heap reading",
            help: "What the last reading of the live heap took",
            chart: .mean
        ),
        MetricDefinition(
            .overflow,
            .gauge,
            from: .page,
            title: "Other",
            help: "What a telemetry page counts together because it has no room to keep it apart",
            chart: .mean
        ),
    ]

    private static let agents: [MetricDefinition] = [
        MetricDefinition(
            .heapActive,
            .gauge,
            in: .bytes,
            from: .agent,
            title: "Active heap",
            help: "Pages in which something lives"
        ),
        MetricDefinition(
            .heapResident,
            .gauge,
            in: .bytes,
            from: .agent,
            title: "Resident heap",
            help: "The most that the allocator's pages can have resident",
            detail: "its own figures and what it has not given back among it"
        ),
        MetricDefinition(
            .heapRetained,
            .gauge,
            in: .bytes,
            from: .agent,
            title: "Retained heap",
            help: "Addresses that the allocator keeps without memory behind them"
        ),
        MetricDefinition(
            .heapOutside,
            .gauge,
            in: .bytes,
            from: .agent,
            title: "Memory outside of the heap",
            help: "Resident memory of the pod's first process that is neither a file's nor the allocator's",
            detail:
                "what a runtime maps by itself; below zero where the allocator's pages were never touched",
            uses: .judged
        ),
        MetricDefinition(
            .agentTime,
            .gauge,
            in: .nanoseconds,
            from: .agent,
            title: "CPU time of the agent",
            help: "What the agent's thread has taken since it began"
        ),
    ]

    private static let groups: [MetricDefinition] = [
        MetricDefinition(
            .produced,
            .counter,
            from: .group,
            title: "Events produced",
            help: "Events that the broker has confirmed, since the start of the run"
        ),
        MetricDefinition(
            .lag,
            .gauge,
            from: .group,
            title: "Lag",
            help: "Events produced but not yet committed",
            detail: "end offsets minus committed offsets"
        ),
        MetricDefinition(
            .lagStatus,
            .gauge,
            from: .group,
            title: "Lag status",
            help: "0 ok, 1 lagging, 2 stalled, 3 stopped"
        ),
    ]

    private static let producer: [MetricDefinition] = [
        MetricDefinition(
            .scheduled,
            .counter,
            from: .producer,
            title: "Events scheduled",
            help: "Events that were due by the schedule, since the start of the run"
        ),
        MetricDefinition(
            .targetRate,
            .gauge,
            from: .producer,
            title: "Target rate",
            help: "The schedule's rate at this instant, whole events per second of wall time"
        ),
    ]
}
