import Foundation
import LabCore

/// A phase's recorded rate, and how long the phase lasts.
struct LocatedCurve {
    let curve: RateCurve
    let duration: Setting<Duration>
}

extension ScenarioReader {
    private static let curveKeys = ["file", "times"]

    /// The recorded rate of a phase; `path` is the scenario file's, which the curve's begins at.
    ///
    /// - Returns: `nil` after a report.
    func curve(in phase: Fields, path: String) -> LocatedCurve? {
        for key in ["rate", "from", "to", "spike"] {
            guard let (node, _) = phase.find(key) else { continue }
            report(
                .conflict,
                at: node.place,
                "\(quoted(key)) excludes a recorded curve",
                hint: "A phase has a “rate”, both “from” and “to”, or a “curve”."
            )
        }
        let fields = fields("curve", in: phase, keys: Self.curveKeys)
        let times = setting("times", .number.within(0.1, 100), in: fields, default: 1)
        guard
            let file = required("file", .text, in: fields, hint: "Write curve: {file: rates.csv, times: 2}."),
            let place = file.place,
            let curve = read(file.value, beside: path, times: times.value, at: place)
        else { return nil }
        guard curve.points.contains(where: { $0.rate > 0 }) else {
            report(.outOfRange, at: place, "the curve sends nothing", hint: "A pause is “rate: 0”.")
            return nil
        }
        let length = Duration.seconds(curve.seconds)
        let duration = ValueType<Duration>.duration.above(.zero, to: length)
        let setting = setting("duration", duration, in: phase, default: length)
        return LocatedCurve(
            curve: curve,
            duration: Setting(value: setting.value, place: setting.place ?? place, layer: setting.layer)
        )
    }

    private func read(_ file: String, beside path: String, times: Double, at place: SourcePlace) -> RateCurve?
    {
        let own = URL(fileURLWithPath: path).deletingLastPathComponent()
        let url = URL(fileURLWithPath: file, relativeTo: own).standardizedFileURL
        do {
            return try RateCurveFile.curve(of: try contents(of: url), name: url.path, times: times)
        } catch {
            report(.conflict, at: place, error.description, hint: error.hint ?? "“file” is a recorded rate.")
            return nil
        }
    }

    /// No more than a curve can have.
    private func contents(of url: URL) throws(LabError) -> Data {
        do {
            let handle = try FileHandle(forReadingFrom: url)
            let data = try handle.read(upToCount: RateCurveFile.mostBytes + 1) ?? Data()
            guard data.count <= RateCurveFile.mostBytes else {
                throw LabError("\(url.path): is larger than \(ByteCount(Int64(RateCurveFile.mostBytes)))")
            }
            return data
        } catch let error as LabError {
            throw error
        } catch {
            throw LabError(
                "\(url.path): cannot be read: \(SystemError.words(error))",
                hint: "“file” is relative to the scenario file."
            )
        }
    }
}
