import Foundation
import LabCore

/// Reads a recorded rate: lines of `seconds,rate`, or what Prometheus answers to a range query.
enum RateCurveFile {
    /// Bytes, and points.
    static let mostBytes = 16 << 20
    static let mostPoints = 100_000
    private static let highestRate = 1e7

    /// - Parameters:
    ///   - data: the file's contents.
    ///   - name: for messages.
    ///   - factor: what rates are multiplied by.
    /// - Returns: the curve, its first point at zero.
    /// - Throws: ``LabError`` with line or number of the first value that cannot be.
    static func curve(of data: Data, name: String, times factor: Double) throws(LabError) -> RateCurve {
        let first = data.first { !Character(Unicode.Scalar($0)).isWhitespace }
        let points =
            first == UInt8(ascii: "{") ? try answer(data, name: name) : try lines(data, name: name)
        guard points.count >= 2, let start = points.first?.seconds else {
            throw LabError("\(name): a curve has two points at least", hint: "Write lines of seconds,rate.")
        }
        guard points.count <= mostPoints else {
            throw LabError(
                "\(name): has \(grouped(points.count)) points, at most \(grouped(mostPoints)) are read"
            )
        }
        for point in points where point.rate * factor > highestRate {
            throw LabError("\(name): \(abbreviated(point.rate * factor)) events a second are too many")
        }
        return RateCurve(
            points: points.map { RateCurve.Point(seconds: $0.seconds - start, rate: $0.rate * factor) }
        )
    }

    // MARK: - Lines

    private static func lines(_ data: Data, name: String) throws(LabError) -> [RateCurve.Point] {
        guard let text = String(data: data, encoding: .utf8) else {
            throw LabError("\(name): is not UTF-8")
        }
        var points: [RateCurve.Point] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated()
        {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmedOfSpaces)
            if fields == [""] { continue }
            let numbers = fields.compactMap { plainNumber(String($0)) }
            // A heading.
            if index == 0, numbers.isEmpty { continue }
            guard fields.count == 2, numbers.count == 2 else {
                throw LabError("\(name), line \(index + 1): \(quoted(String(line))) is not seconds,rate")
            }
            try append(numbers[0], numbers[1], to: &points, at: "\(name), line \(index + 1)")
        }
        return points
    }

    private static func append(
        _ seconds: Double,
        _ rate: Double,
        to points: inout [RateCurve.Point],
        at place: String
    ) throws(LabError) {
        guard rate >= 0 else { throw LabError("\(place): a rate below zero") }
        if let last = points.last, seconds <= last.seconds {
            throw LabError("\(place): its time is not later than that of the point before")
        }
        points.append(RateCurve.Point(seconds: seconds, rate: rate))
    }

    // MARK: - Prometheus

    /// The answer to `/api/v1/query_range` (Prometheus, “HTTP API”, range queries): one series of pairs of seconds since
    /// 1970 and a number in a text.
    private struct Answer: Decodable {
        struct Contents: Decodable {
            let resultType: String
            let result: [Series]
        }
        struct Series: Decodable {
            let values: [Value]
        }
        struct Value: Decodable {
            let seconds: Double
            let number: String

            init(from decoder: any Decoder) throws {
                var pair = try decoder.unkeyedContainer()
                seconds = try pair.decode(Double.self)
                number = try pair.decode(String.self)
            }
        }
        let data: Contents
    }

    private static func answer(_ data: Data, name: String) throws(LabError) -> [RateCurve.Point] {
        guard let answer = try? JSONDecoder().decode(Answer.self, from: data),
            answer.data.resultType == "matrix"
        else {
            throw LabError(
                "\(name): is no answer of Prometheus to a range query",
                hint: "Ask /api/v1/query_range, or write lines of seconds,rate."
            )
        }
        guard answer.data.result.count == 1, let series = answer.data.result.first else {
            throw LabError(
                "\(name): has \(answer.data.result.count) series, a curve is one",
                hint: "Add them up in the query: sum(rate(…))."
            )
        }
        var points: [RateCurve.Point] = []
        for (index, value) in series.values.enumerated() {
            guard let rate = plainNumber(value.number) else {
                throw LabError("\(name), value \(index + 1): \(quoted(value.number)) is not a rate")
            }
            try append(value.seconds, rate, to: &points, at: "\(name), value \(index + 1)")
        }
        return points
    }
}
