import LabCore

/// What the backends register: for each service that a machine offers an instance, with everything that is known about it.
///
/// As JSON, piece by piece, so that a list of those that are registered is put together by copying.
struct InstanceCatalogue: Sendable {
    /// By service and backend.
    private let instances: [[[UInt8]]]

    /// Bytes that one instance's description takes, about.
    private static let instanceSize = 4_096
    private static let types = ["string", "int32", "int64", "bytes", "bool", "double"]

    /// `ports` are those of the backends, in the order of their numbers; `size` is that of the whole list, about, in bytes.
    init(ports: [Int], size: Int, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let services = max(1, size / (Self.instanceSize * max(1, ports.count)))
        let share = size / (services * max(1, ports.count))
        instances = (0..<services).map { service in
            // The same release runs on all machines: what is said of its methods is the same too.
            let methods = Self.methods(of: service, size: share, &random)
            return ports.enumerated().map { index, port in
                Self.instance(of: service, backend: index + 1, port: port, methods: methods, &random)
            }
        }
    }

    /// The list of what these backends offer, service by service.
    func list(ofBackends isRegistered: [Bool]) -> [UInt8] {
        var list: [UInt8] = [UInt8(ascii: "[")]
        for service in instances {
            for (instance, isRegistered) in zip(service, isRegistered) where isRegistered {
                if list.count > 1 { list.append(UInt8(ascii: ",")) }
                list += instance
            }
        }
        list.append(UInt8(ascii: "]"))
        return list
    }

    private static func instance(
        of service: Int,
        backend: Int,
        port: Int,
        methods: String,
        _ random: inout SplitMix64
    ) -> [UInt8] {
        let id = String(random.next(), radix: 16)
        let text = """
            {"service":"game.feature-\(service)","node":"\(CacheStampedeWorld.backend(backend))",\
            "address":"127.0.0.1","port":\(port),"id":"\(id)","weight":100,\
            "metadata":{"protocol":"http","zone":"zone-\(backend % 3)","release":"1.\(service % 17).4"},\
            "methods":[\(methods)]}
            """
        return Array(text.utf8)
    }

    private static func methods(of service: Int, size: Int, _ random: inout SplitMix64) -> String {
        var text = ""
        // What surrounds the methods in an instance takes some 200 bytes.
        while text.utf8.count + 200 < size || text.isEmpty {
            let number = Int(random.next() % 900) + 100
            let (first, second) = (field(&random), field(&random))
            text += text.isEmpty ? "" : ","
            text += """
                {"name":"Feature\(service).Method\(number)","request":{"player":"string",\(first)},\
                "response":{"code":"int32",\(second)},"timeout":"\(number * 2)ms"}
                """
        }
        return text
    }

    private static func field(_ random: inout SplitMix64) -> String {
        let (name, type) = (random.next() % 4_096, Int(random.next() % UInt64(types.count)))
        return "\"field\(name)\":\"\(types[type])\""
    }
}
