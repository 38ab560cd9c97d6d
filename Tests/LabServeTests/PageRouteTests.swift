import Testing

@testable import LabServe

@Suite("What a request to the live page asks for")
struct PageRouteTests {
    @Test(
        "each of the page’s paths has its answer",
        arguments: [
            ("GET", "/", PageRoute.asset(.page)), ("HEAD", "/page.css", .asset(.style)),
            ("GET", "/page.js", .asset(.script)), ("GET", "/charts.js", .asset(.charts)),
            ("GET", "/?run=20260101-000000-abcd", .asset(.page)), ("GET", "/api/runs", .runs),
            ("GET", "/api/runs/latest/stream", .stream(run: "latest", nil)),
            ("GET", "/api/runs/live/frame", .frame(run: "live", nil)),
            (
                "GET", "/api/runs/x/stream?from=2.5&speed=10",
                .stream(run: "x", Replay(from: 2.5, speed: 10))
            ),
            ("GET", "/api/runs/x/stream?speed=0", .stream(run: "x", Replay(from: 0, speed: 0))),
            ("POST", "/api/runs/live/acts", .act(run: "live")),
        ]
    )
    func known(method: String, target: String, expected: PageRoute) throws {
        #expect(try PageRoute(method: method, target: target) == expected)
    }

    @Test(
        "a path outside of the page has none, however it is spelt",
        arguments: [
            "/../etc/passwd", "/..%2f..%2fetc/passwd", "//etc/passwd", "/page.js/..", "/PAGE.JS",
            "/page.js%00",
            "/api", "/api/runs/", "/api/runs//stream", "/api/runs/../stream", "/api/runs/%2e%2e/stream",
            "/api/runs/a/b/stream", "/api/runs/A/stream", "/api/runs/x/profile", "/favicon.ico",
            "/api/runs/\(String(repeating: "x", count: 65))/stream",
        ]
    )
    func outside(target: String) {
        #expect(throws: PageProblem.self) { try PageRoute(method: "GET", target: target) }
        #expect(refusal("GET", target)?.status == 404)
    }

    @Test(
        "a method that a path does not have is refused with those that it has",
        arguments: [
            ("POST", "/"), ("PUT", "/api/runs"), ("GET", "/api/runs/live/acts"),
            ("HEAD", "/api/runs/x/stream"),
            ("DELETE", "/api/runs/x/frame"),
        ]
    )
    func method(method: String, target: String) throws {
        let problem = try #require(refusal(method, target))
        #expect(problem.status == 405)
        #expect(problem.text.contains("GET") || problem.text.contains("POST"))
    }

    @Test(
        "a replay from nowhere or at no speed is refused",
        arguments: ["from=-1", "from=nan", "speed=inf", "speed=1001", "from=x", "speed=-2", "from=1e300"]
    )
    func replay(query: String) {
        #expect(refusal("GET", "/api/runs/x/stream?\(query)")?.status == 400)
    }

    @Test(
        "a target that is no path is refused",
        arguments: ["", "*", "http://127.0.0.1/", "page.js", "/" + String(repeating: "a", count: 2_000)]
    )
    func target(target: String) { #expect(refusal("GET", target)?.status == 400) }

    private func refusal(_ method: String, _ target: String) -> PageProblem? {
        do {
            _ = try PageRoute(method: method, target: target)
            return nil
        } catch {
            return error
        }
    }
}

@Suite("The files of the live page")
struct PageAssetTests {
    @Test("scripts and style are within 64 KB together, and there is something in all")
    func size() {
        let code = PageAsset.allCases.filter { $0 != .page }
        #expect(code.reduce(0) { $0 + $1.bytes.count } <= 64 * 1_024)
        #expect(PageAsset.allCases.allSatisfy { $0.bytes.count > 1_000 })
    }

    @Test("nothing is loaded from anywhere else", arguments: PageAsset.allCases)
    func offline(asset: PageAsset) {
        let text = String(decoding: asset.bytes, as: UTF8.self)
        for word in ["http:", "https:", "//cdn", "url(", "@import", "import(", "eval("] {
            #expect(!text.contains(word), "\(asset.rawValue) has \(word)")
        }
    }
}
