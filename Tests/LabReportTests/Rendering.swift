import LabReport
import Testing

extension Reportable {
    func text(width: Int = 80, style: TextStyle = .plain) -> String {
        made("text", Appearance(width: width, style: style))
    }

    var markdown: String { made("markdown") }
    var html: String { made("html") }
    var json: String { made("json") }
    var junit: String { made("junit") }
    var github: String { made("github") }

    func picture(_ curve: String) -> String { made("svg", Appearance(curve: curve)) }

    private func made(_ format: String, _ appearance: Appearance = Appearance()) -> String {
        do {
            return try rendered(as: format, appearance)
        } catch {
            Issue.record(error)
            return ""
        }
    }
}
