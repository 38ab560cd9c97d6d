import LabCore
import Testing

@testable import LabIncidents

@Suite struct NodeListTests {
    private static func instance(
        service: String,
        node: String,
        port: Int,
        address: String = "127.0.0.1"
    ) -> String {
        #"{"service":"\#(service)","node":"\#(node)","address":"\#(address)","port":\#(port),"weight":1}"#
    }

    private static func list(_ instances: [String]) -> [[UInt8]] {
        // In pieces of three bytes: nobody cuts a list where it suits the reader.
        let text = Array("[\(instances.joined(separator: ","))]".utf8)
        return stride(from: 0, to: text.count, by: 3).map { Array(text[$0..<min($0 + 3, text.count)]) }
    }

    @Test("Nodes are kept by service, in the order of the services' names")
    func services() throws {
        let list = try NodeList(
            decoding: Self.list([
                Self.instance(service: "b", node: "one", port: 1),
                Self.instance(service: "a", node: "one", port: 1),
                Self.instance(service: "b", node: "two", port: 2),
            ])
        )
        #expect(list.services.map { $0.map(\.name) } == [["one"], ["one", "two"]])
        #expect(list.services.last?.last?.port == 2)
    }

    @Test("A list without instances is an empty list")
    func empty() throws { #expect(try NodeList(decoding: Self.list([])).isEmpty) }

    @Test(
        "A text that is no list of instances is an error",
        arguments: [
            "", "[", "{}", "null", "[1]", "[{}]", #"[{"service":"a"}]"#, "\u{0}",
            #"[{"service":"a","node":"n","address":"127.0.0.1","port":"80"}]"#,
            String(repeating: "[", count: 1_000),
        ]
    )
    func unreadable(text: String) {
        #expect(throws: LabError("registry: unreadable node list of \(text.utf8.count) bytes")) {
            try NodeList(decoding: [Array(text.utf8)])
        }
    }

    @Test(
        "A node that is not on this machine is refused",
        arguments: [("10.0.0.1", 80), ("127.0.0.1", 0), ("127.0.0.1", 70_000), ("localhost/x", 80), ("", -1)]
    )
    func foreign(address: String, port: Int) {
        #expect(throws: LabError("registry: node “n” is not on this machine")) {
            try NodeList(
                decoding: Self.list([Self.instance(service: "a", node: "n", port: port, address: address)])
            )
        }
    }

    @Test("The companion's list is as large as asked, and lists what is registered and nothing else")
    func catalogue() throws {
        let catalogue = InstanceCatalogue(ports: [8_001, 8_002, 8_003], size: 1 << 20, seed: 7)
        let whole = catalogue.list(ofBackends: [true, true, true])
        #expect(abs(Double(whole.count) / Double(1 << 20) - 1) < 0.05)
        let list = try NodeList(decoding: [whole])
        #expect(list.services.count == 85)
        #expect(list.services.allSatisfy { $0.map(\.name) == ["backend-1", "backend-2", "backend-3"] })
        let rest = try NodeList(decoding: [catalogue.list(ofBackends: [false, true, false])])
        #expect(rest.services.allSatisfy { $0.map(\.port) == [8_002] })
        #expect(catalogue.list(ofBackends: [false, false, false]) == Array("[]".utf8))
        #expect(InstanceCatalogue(ports: [8_001], size: 1 << 16, seed: 7).list(ofBackends: [true]).count > 1)
    }
}
