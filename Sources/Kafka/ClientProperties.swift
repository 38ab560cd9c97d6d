/// Settings of a Kafka client in the order in which they are applied, as librdkafka's CONFIGURATION.md names them.
///
/// Values that are not known to be harmless never reach a description, a debugger's dump or an error's text.
package struct ClientProperties: Hashable, Sendable {
    /// One setting.
    package struct Entry: Hashable, Sendable {
        package let key: String
        package let value: String

        package init(key: String, value: String) {
            self.key = key
            self.value = value
        }

        /// Whether the value may be a secret: everything is that is not known to be harmless, misspelt keys included.
        package var isSecret: Bool { !HarmlessProperties.names.contains(key) }

        /// The key, unless it cannot be one: what stands in its place may be the secret.
        package var printableKey: String {
            let isName = key.utf8.allSatisfy { byte in
                (97...122).contains(byte) || (48...57).contains(byte) || byte == 46 || byte == 95
            }
            return isName && key.utf8.count <= 80 ? key : ClientProperties.hidden
        }

        /// What may be printed: `(hidden)` in place of what may be a secret.
        package var printableValue: String { isSecret ? ClientProperties.hidden : value }
    }

    /// What is printed in place of a secret.
    package static let hidden = "(hidden)"

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
            throw KafkaError(.configure, code: .invalidArgument, detail: "a property is not key=value")
        }
        self[String(key)] = String(parts[1].trimmingSpaces)
    }
}

extension ClientProperties {
    /// A text of librdkafka's without the values that may be secret, nor the words they are made of.
    package func hidingSecrets(in text: String) -> String {
        let separators: Set<Character> = [" ", ",", ";", "=", "\"", "'", "\n", "\t"]
        let words = entries.filter(\.isSecret).flatMap { entry in
            [entry.value] + entry.value.split(whereSeparator: separators.contains).map(String.init)
        }
        return Set(words).filter { $0.count > 2 }.sorted { ($1.count, $1) < ($0.count, $0) }
            .reduce(text) { $0.replacing($1, with: Self.hidden) }
    }
}

extension ClientProperties: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, String)...) {
        self.init()
        for (key, value) in elements { self[key] = value }
    }
}

extension ClientProperties.Entry: CustomStringConvertible, CustomReflectable {
    package var description: String { "\(printableKey)=\(printableValue)" }

    package var customMirror: Mirror {
        Mirror(self, children: ["key": printableKey, "value": printableValue])
    }
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
