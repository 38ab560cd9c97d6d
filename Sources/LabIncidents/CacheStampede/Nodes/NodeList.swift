import Foundation
import LabCore

/// Who offers which service, as the gateway keeps it.
struct NodeList: Sendable, Hashable {
    /// One machine on which a service can be called.
    struct Node: Sendable, Hashable {
        let name: String
        let port: Int
    }

    /// The nodes of each service; a service without any is not there.
    let services: [[Node]]

    static let empty = NodeList(services: [])

    var isEmpty: Bool { services.isEmpty }

    init(services: [[Node]]) { self.services = services }

    /// Reads the registry's list, which came in these pieces.
    /// - Throws: ``LabError`` if the text is no such list, or names a node that is not on this machine.
    init(decoding pieces: [[UInt8]]) throws(LabError) {
        let text = pieces.reduce(into: Data(capacity: pieces.reduce(0) { $0 + $1.count })) {
            $0.append(contentsOf: $1)
        }
        let instances: [Instance]
        do {
            instances = try JSONDecoder().decode([Instance].self, from: text)
        } catch {
            throw LabError("registry: unreadable node list of \(text.count) bytes")
        }
        var byService: [String: [Node]] = [:]
        for instance in instances { byService[instance.service, default: []].append(try instance.callee()) }
        services = byService.sorted { $0.key < $1.key }.map(\.value)
    }
}

/// As much of an instance's description as is needed to call it.
private struct Instance: Decodable {
    let service: String
    let node: String
    let address: String
    let port: Int

    func callee() throws(LabError) -> NodeList.Node {
        // Calls go nowhere but to this machine, whatever a registry says.
        guard address == "127.0.0.1", (1...65_535).contains(port) else {
            throw LabError("registry: node “\(node)” is not on this machine")
        }
        return NodeList.Node(name: node, port: port)
    }
}
