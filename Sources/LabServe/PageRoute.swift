/// What a request asks for.
enum PageRoute: Sendable, Hashable {
    case asset(PageAsset)
    case runs
    /// Server-sent events.
    case stream(run: String, Replay?)
    /// One frame as JSON, for programs.
    case frame(run: String, Replay?)
    case act(run: String)

    /// The fastest replay.
    private static let mostSpeed = 1_000.0
    private static let longest = 1e9

    /// - Parameters:
    ///   - method: such as `GET`.
    ///   - target: of the request line: path and query.
    /// - Throws: ``PageProblem`` for everything that there is not.
    init(method: String, target: String) throws(PageProblem) {
        guard target.utf8.count <= 1_024, target.hasPrefix("/") else {
            throw PageProblem(400, "The target of a request is a path of this server, 1,024 bytes at most.")
        }
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = String(parts[0])
        let query = parts.count > 1 ? Self.query(parts[1]) : [:]
        let (route, methods) = try Self.route(path, query)
        guard methods.contains(method) else {
            throw PageProblem(405, "\(path) answers to \(methods.joined(separator: " and ")) only.")
        }
        self = route
    }

    private static func route(
        _ path: String,
        _ query: [String: String]
    ) throws(PageProblem) -> (PageRoute, [String]) {
        if let asset = PageAsset(rawValue: path) { return (.asset(asset), ["GET", "HEAD"]) }
        let steps = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        guard steps.count >= 2, steps[0] == "api", steps[1] == "runs" else { throw nothing(path) }
        if steps.count == 2 { return (.runs, ["GET", "HEAD"]) }
        guard steps.count == 4, isRun(steps[2]) else { throw nothing(path) }
        switch steps[3] {
        case "stream": return (.stream(run: steps[2], try replay(query)), ["GET"])
        case "frame": return (.frame(run: steps[2], try replay(query)), ["GET"])
        case "acts": return (.act(run: steps[2]), ["POST"])
        default: throw nothing(path)
        }
    }

    private static func nothing(_ path: String) -> PageProblem {
        PageProblem(404, "There is nothing at this path. The page is at /, the list of runs at /api/runs.")
    }

    /// Letters, digits and hyphens: nothing that a path could be made of.
    private static func isRun(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D
            }
    }

    private static func query(_ text: Substring) -> [String: String] {
        text.split(separator: "&").reduce(into: [:]) { query, pair in
            let parts = pair.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { query[String(parts[0])] = String(parts[1]) }
        }
    }

    private static func replay(_ query: [String: String]) throws(PageProblem) -> Replay? {
        guard query["from"] != nil || query["speed"] != nil else { return nil }
        guard let from = Double(query["from"] ?? "0"), let speed = Double(query["speed"] ?? "1"),
            (0...longest).contains(from), (0...mostSpeed).contains(speed)
        else {
            throw PageProblem(400, "A replay has “from” in seconds and “speed” from 0 to 1000.")
        }
        return Replay(from: from, speed: speed)
    }
}

/// The files of the page; there are no others.
enum PageAsset: String, Sendable, Hashable, CaseIterable {
    case page = "/"
    case style = "/page.css"
    case script = "/page.js"
    case charts = "/charts.js"
    case acts = "/acts.js"

    var bytes: [UInt8] {
        switch self {
        case .page: PackageResources.page_html
        case .style: PackageResources.page_css
        case .script: PackageResources.page_js
        case .charts: PackageResources.charts_js
        case .acts: PackageResources.acts_js
        }
    }

    var type: String {
        switch self {
        case .page: "text/html; charset=utf-8"
        case .style: "text/css; charset=utf-8"
        case .script, .charts, .acts: "text/javascript; charset=utf-8"
        }
    }
}
