import LabCore

// Where a command's pods tell of themselves.

extension ScenarioReader {
    private static let metricsRule =
        "“metrics” takes an address on this machine: http://127.0.0.1:{{port}}/metrics."
    private static let mostNames = 100

    func metrics(_ context: CommandContext, isPortTold: Bool) -> MetricsSource? {
        let fields = context.fields
        guard let (node, _) = fields.find("metrics") else {
            for key in ["metricNames", "tasks"] {
                guard let (node, _) = fields.find(key) else { continue }
                report(
                    .conflict,
                    at: node.place,
                    "\(quoted(key)) goes with “metrics” only",
                    hint: Self.metricsRule
                )
            }
            return nil
        }
        let names = metricNames(in: fields)
        let tasks = tasks(in: fields, among: names)
        guard let text = value(of: node, key: "metrics", .text), let address = address(text, at: node) else {
            return nil
        }
        check(address, node, context, isPortTold: isPortTold)
        record(fields.label(of: "metrics"), text, from: node.place)
        return MetricsSource(port: address.port, path: address.path, names: names, tasks: tasks, text: text)
    }

    private func metricNames(in fields: Fields) -> [String] {
        guard fields.has("metricNames") else {
            report(
                .missing,
                at: fields.find("metrics")?.node.place ?? fields.place,
                "“metricNames” is missing",
                hint:
                    "List what shall be recorded: metricNames: [go_goroutines, process_resident_memory_bytes]."
            )
            return []
        }
        let items = list("metricNames", in: fields, of: "names") ?? []
        var names: [String] = []
        for item in items {
            guard let name = value(of: item, key: "metricNames", .metricName) else { continue }
            if names.contains(name) {
                report(.conflict, at: item.place, "\(quoted(name)) stands twice", hint: "Names are unique.")
            } else if names.count == Self.mostNames {
                report(.outOfRange, at: item.place, "more than \(Self.mostNames) names", hint: nil)
            } else {
                names.append(name)
            }
        }
        let place = fields.find("metricNames")?.node.place
        record(fields.label(of: "metricNames"), names.joined(separator: ", "), from: place)
        return names
    }

    private func tasks(in fields: Fields, among names: [String]) -> String? {
        guard let tasks = present("tasks", .metricName, in: fields) else { return nil }
        if !names.contains(tasks.value) {
            report(
                .unknownName,
                at: tasks.place ?? fields.place,
                "\(quoted(tasks.value)) is not among “metricNames”",
                hint: didYouMean(tasks.value, among: names) + "“tasks” is one of the names that are recorded."
            )
        }
        return tasks.value
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
    private func address(_ text: String, at node: SourceNode) -> (port: Int?, path: CommandTemplate)? {
        let prefixes = ["http://127.0.0.1:", "http://localhost:"]
        guard let prefix = prefixes.first(where: text.hasPrefix) else {
            report(
                .outOfRange,
                at: node.place,
                "\(quoted(text)) is not an address of 127.0.0.1",
                hint: Self.metricsRule
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
                hint: Self.metricsRule
            )
            return nil
        }
        guard path.unicodeScalars.allSatisfy({ $0.isASCII && $0.value > 32 }) else {
            report(.wrongType, at: node.place, "\(quoted(String(path))) is no path", hint: Self.metricsRule)
            return nil
        }
        do {
            return (port, try CommandTemplate(path.isEmpty ? "/metrics" : String(path)))
        } catch {
            report(.unknownName, at: node.place, error.message, hint: error.hint)
            return nil
        }
    }
}

extension ValueType<String> {
    /// As Prometheus has them, and none of the lab's own: one name is one series.
    fileprivate static let metricName = ValueType(
        noun: "a metric's name",
        notation:
            "names of letters, digits, underscores and colons that are none of the lab's own, such as go_goroutines",
        parse: { text in
            let isFirst = text.utf8.first.map { !(48...57).contains($0) } ?? false
            let isName = text.utf8.allSatisfy { byte in
                (97...122).contains(byte) || (65...90).contains(byte) || (48...58).contains(byte)
                    || byte == 95
            }
            return isFirst && isName && text.utf8.count <= 200 && MetricName(text).isOfIncident ? text : nil
        },
        describe: { $0 }
    )
}
