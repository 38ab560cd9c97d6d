import Foundation
import LabCore
import LabPayload

/// A workload's content with what other sections must know of it.
struct LocatedContent {
    var value: EventContent
    /// Where the payload was written.
    let place: SourcePlace
    /// Mean size of the values, bytes; `nil` for the lab's own.
    let mean: Double?
}

/// Where an event's value comes from, and how large it is on average if it is not the lab's.
private struct ContentSource {
    let value: EventContent.Source
    var mean: Double?
    var isJSON = true
    /// Made of a template with the scenario's seed; for a look at it.
    var example: [UInt8]?
}

extension ScenarioReader {
    static let contentKeys = ["file", "format", "template", "key", "headers", "tombstones", "malformed"]
    private static let share = ValueType<Double>.share.within(0, 1)
    /// The fields of the lab's own events.
    private static let labFields = ["seq", "at", "player", "feature", "index", "items"]

    /// What the payload has besides sizes; `nil` if nothing.
    ///
    /// `path` is the scenario file's, which other paths begin at.
    func content(in workload: Fields, path: String) -> LocatedContent? {
        guard let (node, _) = workload.find("payload"), let entries = node.entries else { return nil }
        // The keys were looked at with the sizes.
        let fields = Fields(label: workload.label(of: "payload"), place: node.place, layers: [entries])
        guard Self.contentKeys.contains(where: fields.has) else { return nil }
        refuseSizes(in: fields)
        let source = source(in: fields, path: path)
        let key = key(in: fields, workload: workload, source)
        let headers = headers(in: fields)
        let tombstones = setting("tombstones", Self.share, in: fields, default: 0)
        let malformed = setting("malformed", Self.share, in: fields, default: 0)
        if tombstones.value > 0, key == .distribution, let place = tombstones.place,
            workload.find("keys")?.node["distribution"]?.text == "none"
        {
            report(
                .conflict,
                at: place,
                "a tombstone needs a key",
                hint: "It says “delete this key”: leave “keys: {distribution: none}” out, or write a “key”."
            )
        }
        return LocatedContent(
            value: EventContent(
                source: source?.value ?? .lab,
                key: key,
                headers: headers,
                tombstones: tombstones.value,
                malformed: malformed.value
            ),
            place: node.place,
            mean: source?.mean
        )
    }

    private func refuseSizes(in fields: Fields) {
        guard let own = ["file", "template"].first(where: fields.has) else { return }
        for key in Self.payloadKeys + (own == "file" ? ["template"] : []) {
            guard let (node, _) = fields.find(key) else { continue }
            report(
                .conflict,
                at: node.place,
                "\(quoted(own)) excludes \(quoted(key))",
                hint: "A payload is made of a “file”, of a “template”, or by the lab with a size."
            )
        }
    }

    // MARK: - Values

    private func source(in fields: Fields, path: String) -> ContentSource? {
        if fields.has("format"), !fields.has("file"), let (node, _) = fields.find("format") {
            report(
                .conflict,
                at: node.place,
                "“format” goes with “file” only",
                hint: "It says what the lines of a file must be."
            )
        }
        if fields.has("file") { return files(in: fields, path: path) }
        guard fields.has("template"), let (node, _) = fields.find("template") else {
            return ContentSource(value: .lab)
        }
        guard let template = template(node, key: "template") else { return nil }
        record(fields.label(of: "template"), template.text, from: node.place)
        var example: [UInt8] = []
        var writer = TemplateWriter(template.value, seed: 1, filling: Filling(seed: 1))
        writer.append(to: &example, event: 0, due: 0)
        return ContentSource(value: .template(template.text), mean: template.value.mean, example: example)
    }

    private func files(in fields: Fields, path: String) -> ContentSource? {
        guard let file = present("file", .text, in: fields), let place = file.place else { return nil }
        let own = URL(fileURLWithPath: path).deletingLastPathComponent()
        let whole = URL(fileURLWithPath: file.value, relativeTo: own).standardizedFileURL.path
        guard let paths = paths(of: whole, at: place), let first = paths.first else { return nil }
        let isJSON = ["json", "jsonl", "ndjson"].contains(URL(fileURLWithPath: first).pathExtension)
        let standard: EventContent.Format = isJSON ? .json : .lines
        let format = setting("format", .choice, in: fields, default: standard).value
        do {
            let key = format == .json ? fieldPath(in: fields) : nil
            let sample = try PayloadSample(paths: paths, format: format, key: key)
            return ContentSource(
                value: .files(paths: paths, format: format),
                mean: sample.mean,
                isJSON: format == .json
            )
        } catch {
            report(
                .conflict,
                at: place,
                error.description,
                hint: error.hint
                    ?? (format == .json
                        ? "Each line is one event in JSON; “format: lines” takes lines of any bytes."
                        : "Each line is one event.")
            )
            return nil
        }
    }

    /// The file, or the files of the folder in the order of their names.
    private func paths(of path: String, at place: SourcePlace) -> [String]? {
        var isFolder = ObjCBool(false)
        guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            report(
                .unknownName,
                at: place,
                "there is no file \(quoted(path))",
                hint: "“file” is relative to the scenario file."
            )
            return nil
        }
        guard isFolder.boolValue else { return [path] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let files = names.filter { !$0.hasPrefix(".") }.sorted().map { "\(path)/\($0)" }.filter {
            var isFolder = ObjCBool(false)
            return unsafe FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder)
                && !isFolder.boolValue
        }
        guard files.isEmpty else { return files }
        report(
            .conflict,
            at: place,
            "the folder \(quoted(path)) has no files",
            hint: "Its files hold the events."
        )
        return nil
    }

    /// A text with generators; mistakes are reported where they are.
    private func template(_ node: SourceNode, key: String) -> (text: String, value: EventTemplate)? {
        guard let text = node.text, !node.isNull else {
            let kind = node.isNull ? "nothing" : node.shortDescription
            report(
                .wrongType,
                at: node.place,
                "\(quoted(key)) takes a text with generators, not \(kind)",
                hint: "Put it in quotes: {template: '{\"id\": {{sequence}}}'}."
            )
            return nil
        }
        do {
            let template = try EventTemplate(text)
            guard template.most <= PayloadSize.largest.bytes else {
                report(
                    .outOfRange,
                    at: node.place,
                    "\(quoted(key)) can become \(ByteCount(Int64(template.most))) long",
                    hint: "An event has at most \(PayloadSize.largest)."
                )
                return nil
            }
            return (text, template)
        } catch {
            let near = error.unknownWord.map { didYouMean($0, among: GeneratorKind.names) } ?? ""
            let place = node.place(ofScalar: error.offset)
            report(.unknownName, at: place, error.message, hint: near + error.hint)
            return nil
        }
    }

    // MARK: - Keys and headers

    private func key(in fields: Fields, workload: Fields, _ source: ContentSource?) -> EventContent.Key {
        guard let (node, _) = fields.find("key") else { return .distribution }
        let key = self.fields("key", in: fields, keys: ["field", "template"])
        guard node.entries != nil else { return .distribution }
        if workload.has("keys") {
            report(
                .conflict,
                at: node.place,
                "“key” and “workload.keys” exclude each other",
                hint: "Keys come from the event, or from a distribution."
            )
        }
        guard key.has("field") != key.has("template") else {
            report(
                .conflict,
                at: node.place,
                "a key is a “field” or a “template”",
                hint: "Write {field: customer.id}, or {template: 'customer-{{zipf 1000}}'}."
            )
            return .distribution
        }
        if let (node, _) = key.find("template") {
            guard let template = template(node, key: "template") else { return .distribution }
            record(key.label(of: "template"), template.text, from: node.place)
            return .template(template.text)
        }
        guard let field = present("field", .text, in: key), let place = field.place,
            let path = fieldPath(in: fields)
        else { return .distribution }
        if let source { check(path, of: source, at: place) }
        return .field(path)
    }

    /// The names that lead to the field that keys are of.
    private func fieldPath(in fields: Fields) -> [String]? {
        let text = fields.find("key")?.node["field"]?.text?.trimmedOfSpaces
        return text.map { $0.split(separator: ".", omittingEmptySubsequences: false).map(String.init) }
    }

    private func check(_ path: [String], of source: ContentSource, at place: SourcePlace) {
        let name = path.joined(separator: ".")
        switch source.value {
        case .lab:
            guard path.count != 1 || !Self.labFields.contains(name) else { return }
            report(
                .unknownName,
                at: place,
                "the lab's own events have no field \(quoted(name))",
                hint:
                    "\(didYouMean(name, among: Self.labFields))They have \(Self.labFields.joined(separator: ", "))."
            )
        case .files:
            guard !source.isJSON else { return }
            report(
                .conflict,
                at: place,
                "a field needs events in JSON",
                hint: "Write “format: json” if each line is some."
            )
        case .template:
            guard let example = source.example else { return }
            var key: [UInt8] = []
            do throws(LabError) {
                try FieldKey(path: path).append(from: example, to: &key, at: "the template")
            } catch {
                report(
                    .conflict,
                    at: place,
                    error.description,
                    hint: "Its first event is \(quoted(String(decoding: example, as: UTF8.self)))."
                )
            }
        }
    }

    private func headers(in fields: Fields) -> [LabelledValue] {
        guard let (node, _) = fields.find("headers") else { return [] }
        let hint = "Write headers: {source: shop, trace: '{{uuid}}'}."
        guard let entries = node.entries else {
            report(
                .wrongType,
                at: node.place,
                "“headers” is a mapping of names to texts, not \(node.shortDescription)",
                hint: hint
            )
            return []
        }
        return entries.compactMap { entry in
            guard !entry.key.isEmpty, entry.key.utf8.count <= 250, !entry.key.unicodeScalars.contains("\0"),
                entry.key != EventContent.envelopeHeader
            else {
                report(.wrongType, at: entry.place, "\(quoted(entry.key)) is no name of a header", hint: hint)
                return nil
            }
            guard let template = template(entry.value, key: entry.key) else { return nil }
            record(fields.label(of: "headers.\(entry.key)"), template.text, from: entry.value.place)
            return LabelledValue(entry.key, template.text)
        }
    }
}

// MARK: - Who can read it

extension ScenarioReader {
    /// Numbers the events for pods that run handlers, and refuses values that these cannot read.
    func completed(
        _ workload: LocatedWorkload,
        for variants: [ScenarioVariant],
        of entry: IncidentCatalogue.Entry?
    ) -> Workload {
        var value = workload.value
        let handler = variants.first { $0.command == nil }
        value.content?.isNumbered = handler != nil
        guard let content = value.content, content.hasForeignValues, let handler, let entry,
            !entry.readsAnyPayload, let place = workload.contentPlace
        else { return value }
        report(
            .conflict,
            at: place,
            "the handler \(quoted(handler.handler)) of \(quoted(entry.name)) reads the lab's own events alone",
            hint:
                "Values of your own are for variants with a “command”, and for handlers of a program of your own."
        )
        return value
    }
}

extension ValueType<Double> {
    /// A part of all: a number from 0 to 1, or so many percent.
    static let share = ValueType(
        noun: "a share",
        notation: "a share such as 1% or 0.01",
        parse: { text in
            guard text.hasSuffix("%") else { return plainNumber(text) }
            return plainNumber(String(text.dropLast())).map { $0 / 100 }
        },
        describe: { "\(abbreviated($0 * 100))%" }
    )
}
