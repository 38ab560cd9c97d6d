import LabCore

// Where a command's pods tell of themselves.

extension ScenarioReader {
    private static let mostNames = 100
    /// What is told of metrics, and means nothing without them.
    private static let metricsKeys = ["metricNames", "tasks", "heap", "handled", "latency", "scrape"]
    /// One of them says what is asked for.
    private static let wantedKeys = ["metricNames", "heap", "handled", "latency"]

    func metrics(_ context: CommandContext, isPortTold: Bool) -> MetricsSource? {
        let fields = context.fields
        guard fields.has("metrics") else {
            for key in Self.metricsKeys {
                guard let (node, _) = fields.find(key) else { continue }
                report(
                    .conflict,
                    at: node.place,
                    "\(quoted(key)) goes with “metrics” only",
                    hint: EndpointKey.metrics.rule
                )
            }
            return nil
        }
        let listed = metricNames(in: fields)
        let tasks = tasks(in: fields, among: listed)
        let heap = present("heap", .metricSelector, in: fields)?.value
        let handled = present("handled", .metricSelector, in: fields)?.value
        let latency = latency(in: fields)
        let interval = setting(
            "scrape",
            ValueType<Duration>.duration.within(.milliseconds(100), .seconds(60)),
            in: fields,
            default: .seconds(1)
        )
        guard let endpoint = endpoint(.metrics, context, isPortTold: isPortTold) else { return nil }
        let others = [heap, handled].compactMap(\.self).filter { !listed.contains($0) }
        return MetricsSource(
            endpoint: endpoint,
            selectors: listed + others.enumerated().filter { others.firstIndex(of: $1) == $0 }.map(\.element),
            tasks: tasks,
            heap: heap,
            handled: handled,
            latency: latency,
            interval: interval.value
        )
    }

    private func metricNames(in fields: Fields) -> [MetricSelector] {
        guard Self.wantedKeys.contains(where: fields.has) else {
            report(
                .missing,
                at: fields.find("metrics")?.node.place ?? fields.place,
                "“metricNames” is missing",
                hint:
                    "List what shall be recorded: metricNames: [go_goroutines, process_resident_memory_bytes]."
            )
            return []
        }
        guard fields.has("metricNames") else { return [] }
        let items = list("metricNames", in: fields, of: "names") ?? []
        var names: [MetricSelector] = []
        for item in items {
            guard let name = value(of: item, key: "metricNames", .metricSelector) else { continue }
            if names.contains(name) {
                let text = quoted(name.description)
                report(.conflict, at: item.place, "\(text) stands twice", hint: "Names are unique.")
            } else if names.count == Self.mostNames {
                report(.outOfRange, at: item.place, "more than \(Self.mostNames) names", hint: nil)
            } else {
                names.append(name)
            }
        }
        let place = fields.find("metricNames")?.node.place
        record(fields.label(of: "metricNames"), names.map(\.description).joined(separator: ", "), from: place)
        return names
    }

    private func tasks(in fields: Fields, among names: [MetricSelector]) -> MetricSelector? {
        guard let tasks = present("tasks", .metricSelector, in: fields) else { return nil }
        if !names.contains(tasks.value) {
            let text = tasks.value.description
            report(
                .unknownName,
                at: tasks.place ?? fields.place,
                "\(quoted(text)) is not among “metricNames”",
                hint: didYouMean(text, among: names.map(\.description))
                    + "“tasks” is one of the names that are recorded."
            )
        }
        return tasks.value
    }

    /// The name of a histogram, without the ending that its buckets have.
    private func latency(in fields: Fields) -> MetricSelector? {
        guard let latency = present("latency", .metricSelector, in: fields) else { return nil }
        guard !latency.value.name.hasSuffix("_bucket"),
            !latency.value.labels.contains(where: { $0.name == "le" })
        else {
            report(
                .wrongType,
                at: latency.place ?? fields.place,
                "\(quoted(latency.value.description)) is one bucket and no histogram",
                hint: "Write the name without “_bucket” and without “le”: latency: handle_seconds."
            )
            return nil
        }
        return latency.value
    }
}

// MARK: - Runtimes

extension ScenarioReader {
    func runtime(_ context: CommandContext, isPortTold: Bool) -> RuntimeSettings {
        let fields = context.fields
        let pprof = fields.has("pprof") ? endpoint(.pprof, context, isPortTold: isPortTold) : nil
        let runtime = present("runtime", ValueType<ProgramRuntime>.choice, in: fields)
        if let runtime, let (node, _) = fields.find("pprof"), runtime.value != .go {
            report(
                .conflict,
                at: node.place,
                "“pprof” goes with “runtime: go” only",
                hint:
                    "A JVM is asked with “collect: true”, another program with a signal: “collect: SIGUSR2”."
            )
        }
        let collection = setting(
            "collect",
            ValueType<RuntimeSettings.Collection>.choice,
            in: fields,
            default: pprof == nil ? .no : .yes
        )
        let every = setting(
            "collectEvery",
            ValueType<Duration>.duration.within(.seconds(1), .seconds(3_600)),
            in: fields,
            default: .seconds(5)
        )
        return RuntimeSettings(
            runtime: runtime?.value,
            pprof: pprof,
            collection: collection.value,
            every: every.value
        )
    }
}

// MARK: - Addresses

/// A key that takes an address of a pod.
struct EndpointKey {
    let name: String
    /// Where nothing else is said.
    let path: String

    static let metrics = EndpointKey(name: "metrics", path: "/metrics")
    static let pprof = EndpointKey(name: "pprof", path: "/debug/pprof")

    var rule: String { "\(quoted(name)) takes an address on this machine: http://127.0.0.1:{{port}}\(path)." }
}

extension ScenarioReader {
    private func endpoint(_ key: EndpointKey, _ context: CommandContext, isPortTold: Bool) -> PodEndpoint? {
        guard let (node, _) = context.fields.find(key.name),
            let text = value(of: node, key: key.name, .text), let address = address(text, at: node, key)
        else { return nil }
        check(address, node, context, isPortTold: isPortTold)
        record(context.fields.label(of: key.name), text, from: node.place)
        return PodEndpoint(port: address.port, path: address.path, text: text)
    }

    private func check(
        _ address: (port: Int?, path: CommandTemplate),
        _ node: SourceNode,
        _ context: CommandContext,
        isPortTold: Bool
    ) {
        if address.port != nil, context.replicas > 1 {
            report(
                .conflict,
                at: node.place,
                "\(context.replicas) pods cannot answer at one port",
                hint: "Write {{port}}, here and in the command: each pod gets one of its own."
            )
        }
        if address.port == nil, !isPortTold {
            report(
                .conflict,
                at: node.place,
                "nothing passes the port to the command",
                hint: "Write {{port}} among the words of “command” or in “environment” too."
            )
        }
    }

    /// Only this machine: a scenario makes nobody else's server answer ten times a second.
    private func address(
        _ text: String,
        at node: SourceNode,
        _ key: EndpointKey
    ) -> (port: Int?, path: CommandTemplate)? {
        let prefixes = ["http://127.0.0.1:", "http://localhost:"]
        guard let prefix = prefixes.first(where: text.hasPrefix) else {
            report(
                .outOfRange,
                at: node.place,
                "\(quoted(text)) is not an address of 127.0.0.1",
                hint: key.rule
            )
            return nil
        }
        let rest = text.dropFirst(prefix.count)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let (written, path) = (rest[..<slash], rest[slash...])
        let port = Int(written).flatMap { (1...65_535).contains($0) ? $0 : nil }
        guard port != nil || written.filter({ $0 != " " }) == "{{port}}" else {
            report(
                .outOfRange,
                at: node.place,
                "\(quoted(String(written))) is no port",
                hint: key.rule
            )
            return nil
        }
        guard path.unicodeScalars.allSatisfy({ $0.isASCII && $0.value > 32 }) else {
            report(.wrongType, at: node.place, "\(quoted(String(path))) is no path", hint: key.rule)
            return nil
        }
        do {
            return (port, try CommandTemplate(path.isEmpty ? key.path : String(path)))
        } catch {
            report(.unknownName, at: node.place, error.message, hint: error.hint)
            return nil
        }
    }
}

extension ValueType<MetricSelector> {
    /// As Prometheus has them, and none of the lab's own: one name is one series.
    fileprivate static let metricSelector = ValueType(
        noun: "a metric's name",
        notation:
            "names of letters, digits, underscores and colons that are none of the lab's own, such as go_goroutines, "
            + "with labels if need be: 'requests_total{code=\"500\"}'",
        parse: { text in
            MetricSelector(text).flatMap { MetricName($0.description).isOfIncident ? $0 : nil }
        },
        describe: { $0.description }
    )
}
