import Foundation
import LabCore
import LabTesting
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A Chromium without a window that a test drives: commands of its DevTools protocol go in by one pipe, what comes of them out
/// by another.
final class Browser: Sendable {
    private struct State {
        var number = 0
        var unread: [UInt8] = []
        var session: String?
    }

    /// For one answer.
    private static let patience = Duration.seconds(20)

    private let requests: Int32
    private let answers: Int32
    private let state = Mutex(State())

    /// Runs `body` beside a browser with one empty page, and ends the browser.
    static func with(
        _ lab: LabFixture,
        width: Int = 1_280,
        height: Int = 1_400,
        _ body: @escaping @Sendable (Browser) async throws -> Void
    ) async throws {
        guard let chromium = PageClient.chromium else { throw LabError("there is no chromium") }
        let pipes = ["\(lab.folder)/requests.pipe", "\(lab.folder)/answers.pipe"]
        let browser = try Browser(pipes)
        let script = #"in=$1; out=$2; shift 2; exec "$@" 3<"$in" 4>"$out""#
        let words = [
            chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--no-first-run",
            "--remote-debugging-pipe", "--user-data-dir=\(lab.folder)/browser",
            "--window-size=\(width),\(height)", "about:blank",
        ]
        let end = try await lab.run("/bin/sh", ["-c", script, "sh"] + pipes + words) { _ in
            try await browser.attach()
            try await body(browser)
            _ = try await browser.command("Browser.close", [:], isOfPage: false)
        }
        guard end.status == 0 else { throw LabError("chromium: \(end.account)") }
    }

    /// Open for both directions, so that neither side waits for the other to open it.
    private init(_ pipes: [String]) throws {
        var descriptors: [Int32] = []
        for path in pipes {
            guard mkfifo(path, 0o600) == 0 else { throw LabError("\(path): no pipe") }
            descriptors.append(open(path, O_RDWR | O_CLOEXEC))
        }
        (requests, answers) = (descriptors[0], descriptors[1])
    }

    deinit {
        close(requests)
        close(answers)
    }

    private func attach() async throws {
        let target = try await command("Target.createTarget", ["url": "about:blank"], isOfPage: false)
        let attached = try await command(
            "Target.attachToTarget",
            ["targetId": target["targetId"] ?? "", "flatten": "true"],
            isOfPage: false
        )
        state.withLock { $0.session = attached["sessionId"] }
    }

    /// Loads a page; what it shows is to be waited for.
    func go(to address: String) async throws { _ = try await command("Page.navigate", ["url": address]) }

    /// What an expression of the page comes to, as text.
    /// - Throws: ``LabError`` with what the page threw.
    func evaluate(_ expression: String) async throws -> String {
        let answer = try await command(
            "Runtime.evaluate",
            ["expression": "String(\(expression))", "returnByValue": "true", "awaitPromise": "true"]
        )
        if let problem = answer["exceptionDetails"] { throw LabError("\(expression): \(problem)") }
        return answer["value"] ?? ""
    }

    /// Waits until an expression of the page is true.
    func wait(for expression: String, within limit: Duration = .seconds(30)) async throws {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            // While a page is loading there is nothing to evaluate.
            if (try? await evaluate("Boolean(\(expression))")) == "true" { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        let text = (try? await evaluate("document.body.innerText.slice(0, 3000)")) ?? ""
        throw LabError("after \(limit.text) still not true: \(expression)\n\(text)")
    }

    /// Writes a value into a field and sends it, as somebody does with the keyboard.
    func send(_ value: String, to selector: String) async throws {
        let field = "document.querySelector(\(Self.quoted(selector)))"
        _ = try await evaluate(
            """
            (() => { const field = \(field); field.focus(); field.value = \(Self.quoted(value));
              if (field.tagName === 'SELECT') field.dispatchEvent(new Event('change'));
              else field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' })); })()
            """
        )
    }

    static func quoted(_ text: String) -> String {
        let data = try? JSONEncoder().encode(text)
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "''"
    }

    // MARK: - The protocol

    /// - Returns: the texts of the answer, those of a result's value among them.
    private func command(
        _ method: String,
        _ parameters: [String: String],
        isOfPage: Bool = true
    ) async throws -> [String: String] {
        let found = Mutex<[String: String]>([:])
        try await onThread { [self] in
            let texts = try state.withLock { state in
                state.number += 1
                try hand(method, parameters, number: state.number, session: isOfPage ? state.session : nil)
                return try Self.texts(in: answer(number: state.number, &state.unread), of: method)
            }
            found.withLock { $0 = texts }
        }
        return found.withLock { $0 }
    }

    private func hand(
        _ method: String,
        _ parameters: [String: String],
        number: Int,
        session: String?
    ) throws {
        // The protocol takes no text for a truth value.
        let values = parameters.mapValues { $0 == "true" ? true as Any : $0 as Any }
        var message: [String: Any] = ["id": number, "method": method, "params": values]
        if let session { message["sessionId"] = session }
        var bytes = [UInt8](try JSONSerialization.data(withJSONObject: message)) + [0]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(requests, $0.baseAddress, $0.count) }
            guard count > 0 else { throw LabError("chromium takes no commands") }
            bytes.removeFirst(count)
        }
    }

    /// Reads messages, which end with a zero byte, until the answer of this number.
    private func answer(number: Int, _ unread: inout [UInt8]) throws -> [String: Any] {
        let deadline = ContinuousClock.now + Self.patience
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            while let end = unread.firstIndex(of: 0) {
                let message = try JSONSerialization.jsonObject(with: Data(unread[..<end]))
                unread.removeFirst(end + 1)
                if let message = message as? [String: Any], message["id"] as? Int == number { return message }
            }
            var entry = pollfd(fd: answers, events: Int16(POLLIN), revents: 0)
            guard ContinuousClock.now < deadline, poll(&entry, 1, 1_000) >= 0 else {
                throw LabError("chromium did not answer within \(Self.patience.text)")
            }
            guard entry.revents & Int16(POLLIN) != 0 else { continue }
            let count = piece.withUnsafeMutableBytes { read(answers, $0.baseAddress, $0.count) }
            guard count > 0 else { throw LabError("chromium has gone") }
            unread += piece.prefix(count)
        }
    }

    private static func texts(in message: [String: Any], of method: String) throws -> [String: String] {
        if let error = message["error"] { throw LabError("\(method): \(error)") }
        let result = message["result"] as? [String: Any] ?? [:]
        var texts = result.compactMapValues { $0 as? String }
        texts["value"] = (result["result"] as? [String: Any])?["value"] as? String
        if let details = result["exceptionDetails"] { texts["exceptionDetails"] = "\(details)" }
        return texts
    }
}
