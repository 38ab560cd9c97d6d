package import LabCore

/// Reads values out of Prometheus' text exposition format, version 0.0.4, and of OpenMetrics where it is the same.
///
/// Only the lines of the names that are asked for are looked at closely; what is wrong elsewhere does not matter.
package enum PrometheusText {
    package struct Reading: Hashable, Sendable {
        /// By name; series that differ in their labels are added up.
        package var values: [String: Double] = [:]
        /// By name, each with its labels.
        package var samples: [String: [Sample]] = [:]
        /// Of all series on the page.
        package var names: Set<String> = []
        /// Names of which at least one line could not be read.
        package var malformed: Set<String> = []
        /// What the page calls a name, such as `gauge`; without those that it says nothing of.
        package var types: [String: String] = [:]

        /// The sum of the series that a selector means; `nil` if there are none.
        package func value(of selector: MetricSelector) -> Double? {
            let met = (samples[selector.name] ?? []).filter { selector.matches($0.labels) }
            return met.isEmpty ? nil : met.reduce(0) { $0 + $1.value }
        }

        /// What readings of a name mean: as the page says, or as the name does by custom.
        package func description(of name: String) -> MetricDescription {
            let isCounter = types[name].map { $0 == "counter" } ?? name.hasSuffix("_total")
            let stem = name.hasSuffix("_total") ? name.dropLast("_total".count) : name[...]
            let unit: MetricUnit =
                stem.hasSuffix("_bytes") ? .bytes : stem.hasSuffix("_seconds") ? .seconds : .count
            return MetricDescription(kind: isCounter ? .counter : .gauge, unit: unit)
        }
    }

    package struct Sample: Hashable, Sendable {
        package let labels: [String: String]
        package let value: Double
    }

    package static func values(of names: Set<String>, in text: String) -> Reading {
        var reading = Reading()
        for line in Array(text.utf8).split(separator: UInt8(ascii: "\n")) {
            let start = line.firstIndex { $0 != space && $0 != tab } ?? line.endIndex
            let end = line[start...].firstIndex { !isNamePart($0) } ?? line.endIndex
            let name = String(decoding: line[start..<end], as: UTF8.self)
            if line[start...].first == UInt8(ascii: "#") { note(typeIn: line[start...], names, &reading) }
            if !name.isEmpty { reading.names.insert(name) }
            guard names.contains(name) else { continue }
            guard let sample = sample(after: line[end...]) else {
                reading.malformed.insert(name)
                continue
            }
            reading.values[name, default: 0] += sample.value
            reading.samples[name, default: []].append(sample)
        }
        return reading
    }

    /// `# TYPE go_goroutines gauge`.
    private static func note(typeIn line: ArraySlice<UInt8>, _ names: Set<String>, _ reading: inout Reading) {
        let words = String(decoding: line.prefix(500), as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 4, words[1] == "TYPE", names.contains(String(words[2])) else { return }
        reading.types[String(words[2])] = String(words[3])
    }

    private static let space = UInt8(ascii: " ")
    private static let tab = UInt8(ascii: "\t")
    private static let carriageReturn = UInt8(ascii: "\r")

    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: ":"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Labels, a value, perhaps a time stamp; OpenMetrics may add an exemplar behind `#`.
    private static func sample(after name: ArraySlice<UInt8>) -> Sample? {
        var rest = name
        var labels: [String: String] = [:]
        skipSpace(&rest)
        if rest.first == UInt8(ascii: "{") {
            let start = rest.startIndex
            guard skipLabels(&rest) else { return nil }
            labels = Self.labels(in: name[(start + 1)..<(rest.startIndex - 1)])
        } else if rest.count == name.count {
            return nil
        }
        let words = rest.split { $0 == space || $0 == tab || $0 == carriageReturn }
        guard let first = words.first, let value = number(first) else { return nil }
        let tail = words.dropFirst().prefix { $0.first != UInt8(ascii: "#") }
        guard tail.isEmpty || (tail.count == 1 && tail.allSatisfy { number($0) != nil }) else { return nil }
        return Sample(labels: labels, value: value)
    }

    /// Of what stands between the braces; what is no label there is passed over.
    private static func labels(in bytes: ArraySlice<UInt8>) -> [String: String] {
        var labels: [String: String] = [:]
        var rest = bytes
        while let equals = rest.firstIndex(of: UInt8(ascii: "=")) {
            let name = String(decoding: rest[..<equals], as: UTF8.self)
            rest = rest[(equals + 1)...].drop { $0 != quote }.dropFirst()
            var (value, isEscaped) = ([UInt8](), false)
            while let byte = rest.popFirst(), isEscaped || byte != quote {
                if !isEscaped, byte == UInt8(ascii: "\\") {
                    isEscaped = true
                    continue
                }
                value.append(isEscaped && byte == UInt8(ascii: "n") ? UInt8(ascii: "\n") : byte)
                isEscaped = false
            }
            labels[String(name.filter { $0 != " " && $0 != "," && $0 != "\t" })] = String(
                decoding: value,
                as: UTF8.self
            )
        }
        return labels
    }

    private static let quote = UInt8(ascii: "\"")

    private static func skipSpace(_ rest: inout ArraySlice<UInt8>) {
        rest = rest.drop { $0 == space || $0 == tab }
    }

    /// Up to the brace that closes; one inside of quotes does not.
    /// - Returns: false if there is none.
    private static func skipLabels(_ rest: inout ArraySlice<UInt8>) -> Bool {
        var isQuoted = false
        var isEscaped = false
        for index in rest.indices {
            let byte = rest[index]
            if isEscaped {
                isEscaped = false
            } else if isQuoted, byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if byte == UInt8(ascii: "}"), !isQuoted {
                rest = rest[(index + 1)...]
                return true
            }
        }
        return false
    }

    /// A finite number: `NaN` and `+Inf` are numbers of the format that say nothing here.
    private static func number(_ bytes: some Collection<UInt8>) -> Double? {
        let isPlain = bytes.allSatisfy { byte in
            (48...57).contains(byte) || [43, 45, 46, 69, 101].contains(byte)
        }
        guard isPlain, let value = Double(String(decoding: bytes, as: UTF8.self)), value.isFinite else {
            return nil
        }
        return value
    }
}
