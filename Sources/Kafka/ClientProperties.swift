/// Settings of a Kafka client in the order in which they are applied, as librdkafka's CONFIGURATION.md names them.
///
/// Values of secret keys never reach a description, a debugger's dump or an error's text.
package struct ClientProperties: Hashable, Sendable {
    /// One setting.
    package struct Entry: Hashable, Sendable {
        package let key: String
        package let value: String

        package init(key: String, value: String) {
            self.key = key
            self.value = value
        }

        /// Whether the value is a secret, told by the key.
        package var isSecret: Bool {
            ["password", "secret", "sasl.jaas", "ssl.key"].contains { key.contains($0) }
        }

        /// What may be printed: `•••` in place of a secret.
        package var printableValue: String { isSecret ? "•••" : value }
    }

    package private(set) var entries: [Entry]

    package init() { entries = [] }

    /// - Parameter bootstrapServers: `host:port`, several separated by commas.
    package init(bootstrapServers: String) {
        entries = [Entry(key: "bootstrap.servers", value: bootstrapServers)]
    }

    /// The value of a key, `nil` if it is not set; assigning `nil` removes it, and a key that is there keeps its place.
    package subscript(key: String) -> String? {
        get { entries.first { $0.key == key }?.value }
        set {
            let place = entries.firstIndex { $0.key == key }
            switch (place, newValue) {
            case (let place?, let value?): entries[place] = Entry(key: key, value: value)
            case (let place?, nil): entries.remove(at: place)
            case (nil, let value?): entries.append(Entry(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    /// These settings with those of `other`, which win.
    package func merging(_ other: ClientProperties) -> ClientProperties {
        var merged = self
        for entry in other.entries { merged[entry.key] = entry.value }
        return merged
    }

    /// Sets a key only if the running librdkafka knows it; says whether it did.
    @discardableResult
    package mutating func setIfSupported(_ key: String, to value: String) -> Bool {
        guard KafkaLibrary.supports(property: key) else { return false }
        self[key] = value
        return true
    }
}

extension ClientProperties {
    /// Settings from `key=value` texts, as a command line has them; the last of equal keys wins.
    /// - Throws: ``KafkaError`` for a text without `=` or without a key. Keys are checked when a client is made.
    package init(parsing texts: some Sequence<String>) throws(KafkaError) {
        self.init()
        for text in texts { try set(parsing: text) }
    }

    /// Sets what a text `key=value` says; the value may be empty and may contain `=`.
    /// - Throws: ``KafkaError`` for a text without `=` or without a key.
    package mutating func set(parsing text: String) throws(KafkaError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let key = parts[0].trimmingSpaces
        guard parts.count == 2, !key.isEmpty else {
            // A forgotten “=” must not put a secret on the screen.
            let printable = Entry(key: text, value: "").isSecret ? "•••" : text
            throw KafkaError(.configure, code: .invalidArgument, detail: "“\(printable)” is not key=value")
        }
        self[String(key)] = String(parts[1].trimmingSpaces)
    }
}

extension ClientProperties: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, String)...) {
        self.init()
        for (key, value) in elements { self[key] = value }
    }
}

extension ClientProperties.Entry: CustomStringConvertible, CustomReflectable {
    package var description: String { "\(key)=\(printableValue)" }

    package var customMirror: Mirror { Mirror(self, children: ["key": key, "value": printableValue]) }
}

extension ClientProperties: CustomStringConvertible {
    /// `key=value` texts separated by commas, without secrets.
    package var description: String { entries.map(\.description).joined(separator: ", ") }
}

extension Substring {
    fileprivate var trimmingSpaces: Substring {
        var text = drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
