import LabCore

/// Live objects of the allocator's size classes over the events of a set of lives: which classes grow, event for event.
///
/// Bytes of a whole heap hide what keeps one small object now and then among what busy classes do by themselves. Counted class by
/// class, it stands alone.
struct ObjectCensus: Sendable, Hashable {
    /// A size class that leaks.
    struct Leak: Sendable, Hashable {
        /// Bytes of one object.
        let size: Int
        /// Objects per event, with the interval that decides.
        let growth: Growth
        /// The control's name where the growth is more than its; `nil` for growth by itself.
        let against: String?
        /// Objects per event that are tolerated.
        let tolerated: Double

        var bytesPerEvent: Double { growth.estimate.estimate * Double(size) }
    }

    /// The most bytes per event first.
    let leaks: [Leak]
    /// Size classes that were looked at.
    let classes: Int
    /// Size classes of lives that were tested at once, for which the intervals are corrected.
    let tests: Int

    /// - Parameters:
    ///   - lives: that are judged together.
    ///   - control: `nil` for the control itself, in a run without one, and where the control leaks.
    ///   - settings: the thresholds.
    /// - Returns: `nil` if nobody counted objects in these lives.
    static func over(
        _ lives: [Life],
        against control: ControlComparison?,
        settings: AnalysisSettings
    ) -> ObjectCensus? {
        let tests = lives.enumerated().flatMap { number, life in
            life.metrics.compactMap { metric in
                metric.sizeClass.flatMap { size in
                    ClassTest(metric, size, of: life, number: number, against: control, settings: settings)
                }
            }
        }
        guard !tests.isEmpty else { return nil }
        let found = Dictionary(grouping: rejected(tests, settings), by: \.size)
        let leaks = found.values.compactMap { leak(in: $0, lives, settings) }
        return ObjectCensus(
            leaks: leaks.sorted { ($1.bytesPerEvent, $1.size) < ($0.bytesPerEvent, $0.size) },
            classes: Set(tests.map(\.size)).count,
            tests: tests.count
        )
    }

    var verdict: Verdict? { leaks.isEmpty ? nil : .leaking }

    /// Those of which even the lower end lies above what is tolerated, at a confidence of each that keeps that of all together.
    ///
    /// Who looks at many classes finds one by chance. So the error of m tests together is held by Holm's rule (*A simple sequentially
    /// rejective multiple test procedure*, Scandinavian Journal of Statistics 6, 1979): what stands at a m-th of the error is taken out,
    /// and the rest is looked at with as much of it as their number allows, until nothing more stands. It asks nothing of how the classes
    /// depend on one another.
    private static func rejected(_ tests: [ClassTest], _ settings: AnalysisSettings) -> [ClassTest.Found] {
        var (found, open): ([ClassTest.Found], [ClassTest]) = ([], tests.filter(\.isCandidate))
        var left = tests.count
        while !open.isEmpty {
            let confidence = 1 - (1 - settings.confidence) / Double(left)
            var next: [ClassTest] = []
            let before = found.count
            for test in open {
                if let leak = test.leak(confidence: confidence) {
                    found.append(leak)
                } else {
                    next.append(test)
                }
            }
            guard found.count > before else { break }
            left -= found.count - before
            open = next
        }
        return found
    }

    /// One life that was warmed up is enough; of those that were cut short before, most must show it.
    private static func leak(
        in found: [ClassTest.Found],
        _ lives: [Life],
        _ settings: AnalysisSettings
    ) -> Leak? {
        let young = lives.count { $0.usable != nil && !$0.isWarmedUp }
        let grown = found.count { lives[$0.life].isWarmedUp }
        guard grown > 0 || 2 * found.count > young,
            let loudest = found.max(by: { $0.growth.estimate.low < $1.growth.estimate.low })
        else { return nil }
        return Leak(
            size: loudest.size,
            growth: loudest.growth,
            against: loudest.against,
            tolerated: settings.objectsPerEvent(ofBytes: loudest.size)
        )
    }
}

/// One size class of one life.
private struct ClassTest {
    struct Found {
        let size: Int
        let life: Int
        let growth: Growth
        let against: String?
    }

    let size: Int
    /// Whether it rose at all by what a leak must.
    let isCandidate: Bool
    private let life: Int
    private let own: [WindowPoint]
    private let difference: [WindowPoint]
    private let control: String?
    /// Objects more when idle after the last event than before the first one; `nil` if that was not seen.
    private let kept: Double?
    private let windowSeconds: Double
    private let tolerated: Double
    private let settings: AnalysisSettings

    /// The later half must grow at this share of the earlier one's pace at least, even by the lower end of its interval.
    private static let steadyShare = 0.5
    /// Windows are this share of the whole rise away from a straight line at most.
    private static let closeToLine = 0.1

    /// Fails with too few windows.
    init?(
        _ metric: MetricName,
        _ size: Int,
        of life: Life,
        number: Int,
        against control: ControlComparison?,
        settings: AnalysisSettings
    ) {
        guard let usable = life.usable else { return nil }
        let windows = Windows(usable, parts: settings.finestWindows, settings: settings)
        let points = windows.minima(of: life[metric], in: life)
        guard points.count >= settings.fewestWindows else { return nil }
        self.size = size
        self.life = number
        self.settings = settings
        tolerated = settings.objectsPerEvent(ofBytes: size)
        own = points.lowest(settings.windowsPerLife).withoutJumps
        isCandidate = (own.last?.bytes ?? 0) - (own.first?.bytes ?? 0) >= settings.leastObjects
        let beside = isCandidate ? control?.differences(of: metric, from: life, in: windows) ?? [] : []
        difference = beside.lowest(settings.windowsPerLife).withoutJumps
        self.control = difference.count >= settings.fewestWindows ? control?.name : nil
        kept = life.keptWhenIdle(of: metric)
        windowSeconds = windows.length * Double(points.count) / Double(own.count)
    }

    /// - Returns: `nil` unless the class leaks at this confidence: beside the control, or without one by itself.
    func leak(confidence: Double) -> Found? {
        guard !wasReturned, !(Rise(own)?.hasPaused ?? false), rises(own) else { return nil }
        // What both do bends the one like the other, and not what lies between them.
        let judged = control == nil ? own : difference
        guard rises(judged), isLine(judged), let growth = growth(of: judged, confidence) else { return nil }
        return Found(size: size, life: life, growth: growth, against: control)
    }

    /// By more than is tolerated, and by more than threads keep.
    private func rises(_ points: [WindowPoint]) -> Bool {
        guard let stretch = Stretch(points, settings: settings) else { return false }
        return stretch.rise >= settings.leastObjects && stretch.line.estimate > tolerated
    }

    /// What rose under load was given back when the pod fell idle.
    private var wasReturned: Bool {
        let events = (own.last?.events ?? 0) - (own.first?.events ?? 0)
        return kept.map { $0 <= tolerated * events } ?? false
    }

    /// - Returns: `nil` unless even the lower end of the slope lies above what is tolerated.
    private func growth(of points: [WindowPoint], _ confidence: Double) -> Growth? {
        var corrected = settings
        corrected.confidence = confidence
        guard let stretch = Stretch(points, settings: corrected), stretch.line.low > tolerated else {
            return nil
        }
        return Growth(stretch, windowSeconds: windowSeconds)
    }

    /// The level rises in a straight line that keeps its pace to the end.
    ///
    /// Either no window lies far from the line, whatever their distances have in common; or its interval and that of its later half are
    /// narrow.
    private func isLine(_ points: [WindowPoint]) -> Bool {
        guard let stretch = Stretch(points, settings: settings), !(Rise(points)?.hasPaused ?? false),
            !stretch.isSlowing(to: settings.slowingShare, settings: settings)
        else { return false }
        return stretch.largestDistance <= Self.closeToLine * stretch.rise
            || (stretch.isStraight && stretch.isKeepingPace(of: Self.steadyShare, settings: settings))
    }
}

extension Stretch {
    /// Of a window from the line, bytes or objects.
    fileprivate var largestDistance: Double {
        let levels = points.map { $0.bytes - line.estimate * $0.events }
        guard let level = median(levels) else { return .infinity }
        return levels.map { abs($0 - level) }.max() ?? .infinity
    }
}

extension [WindowPoint] {
    /// A jump is so many times what neighbours usually differ by, as a standard deviation, and so many objects at least.
    private static let jump = (deviations: 5.0, least: 20.0)
    /// Of the steps between neighbours, so many may be jumps: of more, none is an exception.
    private static let mostJumps = 0.15

    /// The same level without the few jumps that are unlike all other steps: a table that is made once, and what a thread takes from the
    /// allocator at once for its next allocations.
    ///
    /// A leak, event for event, is in every step.
    fileprivate var withoutJumps: [WindowPoint] {
        let steps = zip(self, dropFirst()).map { $1.bytes - $0.bytes }
        guard let usual = median(steps), let spread = median(steps.map { abs($0 - usual) }) else {
            return self
        }
        let limit = Swift.max(Self.jump.least, Self.jump.deviations * 1.4826 * spread)
        let jumps = steps.map { abs($0 - usual) > limit ? $0 - usual : 0 }
        guard Double(jumps.count { $0 != 0 }) <= Self.mostJumps * Double(steps.count) else { return self }
        var (points, sum) = (self, 0.0)
        for (index, jump) in jumps.enumerated() {
            sum += jump
            points[index + 1].bytes -= sum
        }
        return points
    }
}

extension AnalysisSettings {
    /// Objects of a size class that an event may keep; what a scenario tolerates in bytes beyond the standard, it tolerates here too.
    func objectsPerEvent(ofBytes size: Int) -> Double {
        let more = bytesPerEvent - MemoryThresholds.standard.bytesPerEvent
        return max(objectsPerEvent, more / Double(max(1, size)))
    }
}

extension ObjectCensus {
    /// In lines of the evidence, so many at most.
    private static let mostLines = 5

    var evidence: [Evidence] {
        leaks.prefix(Self.mostLines).map { leak in
            Evidence(
                metric: MetricName.objects(ofBytes: leak.size).rawValue,
                against: leak.against ?? "threshold",
                unit: "objects/event",
                n: leak.growth.windows,
                windowSeconds: leak.growth.windowSeconds,
                estimate: leak.growth.estimate,
                threshold: leak.tolerated,
                says: Verdict.leaking.rawValue
            )
        }
    }

    /// In reasons, so many classes at most.
    private static let mostSentences = 3

    var sentences: [String] {
        let shown = leaks.prefix(Self.mostSentences).enumerated().map { index, leak in
            sentence(leak) + (index == 0 ? "; \(classes) sizes looked at)" : ")")
        }
        let rest = leaks.count - shown.count
        guard rest > 0 else { return shown }
        return shown + ["objects of \(rest) more \(rest == 1 ? "size" : "sizes") are kept too"]
    }

    /// `1 object of 80 B kept per 498 events (0.16 B per event; 0.00199–0.00203 objects per event, tolerated 0.0005`.
    private func sentence(_ leak: Leak) -> String {
        let estimate = leak.growth.estimate
        let size = ByteCount.describe(Double(leak.size))
        let count = Self.number(estimate.estimate)
        let pace =
            estimate.estimate >= 0.5
            ? "\(count) \(count == "1" ? "object" : "objects") of \(size) kept per event"
            : "1 object of \(size) kept per \(grouped(wholeNumber(1 / max(estimate.estimate, 1e-12)))) events"
        let than = leak.against.map { " more than by \($0)" } ?? ""
        return "\(pace)\(than) (\(ByteCount.describe(leak.bytesPerEvent)) per event; "
            + "\(Self.number(estimate.low))–\(Self.number(estimate.high)) objects per event, "
            + "tolerated \(Self.number(leak.tolerated))"
    }

    /// Three digits that count, without zeros at the end.
    private static func number(_ value: Double) -> String {
        var (places, size) = (2, abs(value))
        while size > 0, size < 1, places < 8 {
            size *= 10
            places += 1
        }
        let text = decimal(value, places: places)
        let digits = text.reversed().drop { $0 == "0" }.drop { $0 == "." }.reversed()
        return String(digits)
    }
}
