/// Who may ask: pages of this server, and programs of this machine.
///
/// A page of another site that the same browser shows can send requests to 127.0.0.1 too. It gives itself away by its
/// `Origin`, or by a `Host` whose name was made to point here; and it does not know the token.
struct RequestGuard: Sendable, Hashable {
    /// That the server listens at.
    let port: Int
    /// Printed once, in the address of the page.
    let token: String

    private var hosts: [String] {
        ["127.0.0.1", "localhost", "[::1]"].map { "\($0):\(port)" }
    }

    /// - Returns: why the request is refused; `nil` if it is not.
    func refusal(host: [String], origin: [String]) -> PageProblem? {
        guard host.count == 1, let name = host.first?.lowercased(), hosts.contains(name) else {
            return PageProblem(
                403,
                "This server answers to 127.0.0.1:\(port) and localhost:\(port) only, as the Host of a request."
            )
        }
        let origins = hosts.map { "http://\($0)" }
        guard origin.allSatisfy({ origins.contains($0.lowercased()) }) else {
            return PageProblem(
                403,
                "This server answers to its own pages only, not to those of another origin."
            )
        }
        return nil
    }

    /// For requests that change something.
    func refusal(token given: [String]) -> PageProblem? {
        guard given.count == 1, let given = given.first, isSame(given) else {
            return PageProblem(
                403,
                "This needs the token of the page’s address, as it was printed at the start, in X-LeakLab-Token."
            )
        }
        return nil
    }

    /// Takes as long for a token that is nearly right.
    private func isSame(_ given: String) -> Bool {
        let (one, other) = (Array(token.utf8), Array(given.utf8))
        guard one.count == other.count else { return false }
        return zip(one, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// 128 bits of the system's generator, in hexadecimal digits.
    static func makeToken() -> String {
        (0..<2).map { _ in
            let digits = String(UInt64.random(in: .min ... .max), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
