import LabTelemetry
import Synchronization

/// Construction sites by what the code calls them, so that each is looked up on its page once.
enum SiteCache {
    private struct Key: Hashable {
        /// A page that has handed out a site stays for good, so its identity is no other's.
        let page: ObjectIdentifier
        let type: ObjectIdentifier?
        let name: String
    }

    private static let known = Mutex<[Key: CensusSite]>([:])

    static func site<Counted: ~Copyable>(of type: Counted.Type) -> CensusSite {
        let page = Census.page
        return site(
            Key(page: ObjectIdentifier(page), type: ObjectIdentifier(type), name: ""),
            .instance,
            page
        ) {
            name(of: "\(type)")
        }
    }

    static func site(ofTasks name: String) -> CensusSite {
        let page = Census.page
        return site(Key(page: ObjectIdentifier(page), type: nil, name: name), .task, page) { written(name) }
    }

    private static func site(
        _ key: Key,
        _ kind: CensusSite.Kind,
        _ page: TelemetryPage,
        name: () -> String
    ) -> CensusSite {
        known.withLock { known in
            if let site = known[key] { return site }
            let site = page.site(name(), kind: kind)
            known[key] = site
            return site
        }
    }

    /// A type's name without its generic arguments.
    static func name(of type: String) -> String { written(String(type.prefix { $0 != "<" })) }

    /// As paths of expectations can name it.
    static func written(_ name: String) -> String {
        let bytes = name.utf8.prefix(56).map { NameRule.isOfSite($0) ? $0 : UInt8(ascii: "-") }
        return bytes.isEmpty ? "unnamed" : String(decoding: bytes, as: UTF8.self)
    }
}
