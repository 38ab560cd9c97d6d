import LabCore
import NIOCore
import NIOHTTP1

/// An answer that is complete when it begins.
struct PageAnswer: Sendable {
    var status: HTTPResponseStatus
    var headers: HTTPHeaders
    var body: ByteBuffer

    /// What every answer has: nothing is loaded from elsewhere, nothing shown within another page, nothing kept.
    static let headers: HTTPHeaders = [
        "Cache-Control": "no-store",
        "Content-Security-Policy":
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    ]

    init(_ status: HTTPResponseStatus, type: String, _ body: ByteBuffer) {
        self.status = status
        self.body = body
        headers = Self.headers
        headers.add(name: "Content-Type", value: type)
        headers.add(name: "Content-Length", value: "\(body.readableBytes)")
    }

    init(_ asset: PageAsset) { self.init(.ok, type: asset.type, ByteBuffer(bytes: asset.bytes)) }

    init(json text: String) {
        self.init(.ok, type: "application/json", ByteBuffer(string: text))
    }

    /// In words, as JSON: `{"error": "…"}`.
    init(_ problem: PageProblem) {
        self.init(
            HTTPResponseStatus(statusCode: problem.status),
            type: "application/json",
            ByteBuffer(string: Self.line(ofProblem: problem.text))
        )
    }

    /// Of whatever was thrown.
    init(_ error: any Error) {
        switch error {
        case let problem as PageProblem: self.init(problem)
        case let error as LabError:
            let text = [error.description, error.hint].compactMap(\.self).joined(separator: ". ")
            self.init(PageProblem(404, text))
        default: self.init(PageProblem(500, "\(error)"))
        }
    }

    /// One line of JSON, ending in a line feed.
    static func line(ofProblem text: String) -> String {
        (try? JSONText.line(["error": text])) ?? "{\"error\": \"\"}\n"
    }
}
