import LabCore

/// A recorded variant with its lives made ready for arithmetic.
struct ObservedVariant: Sendable {
    let recorded: RecordedVariant
    let watched: WatchedMetrics
    let all: LifeSet
    /// In order; at least one.
    let segments: [ObservedSegment]
    /// Pods whose last life was still there when the run ended, and went on or did as it was told.
    let survivors: [Life]
    /// The one life of what its pods talk to; `nil` if nothing that is looked at was told there.
    let companion: Life?
    /// The last instant at which all survivors were still there, wall seconds since the start of the run.
    let finalMoment: Double?

    init(_ variant: RecordedVariant, of run: RecordedRun, settings: AnalysisSettings) {
        recorded = variant
        let watched = WatchedMetrics(findings: run.header.findings, resources: run.header.resources)
        self.watched = watched
        let pods = variant.pods.map { pod in
            pod.lives.map { life in
                (
                    segment: life.segment,
                    life: Life(
                        life,
                        warmUp: run.header.warmUp,
                        findsWarmUp: run.header.findsWarmUp ?? false,
                        settings: settings,
                        watched: watched,
                        isForeign: variant.header.command != nil
                    )
                )
            }
        }
        all = LifeSet(pods.map { $0.map(\.life) })
        companion = Life(
            companionOf: variant,
            warmUp: run.header.warmUp,
            settings: settings,
            watched: watched
        )
        let productionEnd = run.productionEnded.map { Double($0) / 1e9 }
        segments = Self.segments(variant.header, pods, productionEnd: productionEnd ?? .infinity)
        // Lives that ended before production did were replaced or scaled away; where nobody knows when it did,
        // those that ended before the last life began.
        let cut = productionEnd ?? all.lives.map(\.start).max() ?? 0
        survivors = all.pods.compactMap(\.last).filter { !$0.hasCrashed && ($0.end ?? .infinity) >= cut }
        let atTheEnd = survivors.map(\.lastSample).filter { $0 >= productionEnd ?? -.infinity }
        finalMoment = atTheEnd.min() ?? all.lives.map(\.lastSample).max()
    }

    private static func segments(
        _ header: VariantHeader,
        _ pods: [[(segment: Int, life: Life)]],
        productionEnd: Double
    ) -> [ObservedSegment] {
        let headers = header.allSegments
        let runEnd = pods.joined().map { $0.life.end ?? $0.life.lastSample }.max() ?? 0
        func lives(_ isWanted: (Int) -> Bool) -> LifeSet {
            LifeSet(
                pods.map { lives in
                    lives.filter { isWanted(min(max(0, $0.segment), headers.count - 1)) }.map(\.life)
                }
            )
        }
        return headers.enumerated().map { index, header in
            let next = headers.dropFirst(index + 1).first.map { Double($0.start) / 1e9 }
            return ObservedSegment(
                header,
                lives: lives { $0 == index },
                earlier: lives { $0 < index }.lives,
                plannedEnd: min(next ?? .infinity, productionEnd),
                runEnd: runEnd
            )
        }
    }

    var lives: [Life] { all.lives }

    /// All events were handled by the same code, so that what one of them costs is one figure.
    var hasOneHandler: Bool { Set(livedIn.map(\.header.handler)).count <= 1 }

    /// The pods were the same all the time.
    var isUniform: Bool {
        hasOneHandler && Set(livedIn.map(\.header.replicas)).count <= 1
            && Set(livedIn.map(\.header.memoryLimit)).count <= 1
    }

    private var livedIn: [ObservedSegment] { segments.filter { !$0.lives.lives.isEmpty } }

    func sum(of metric: MetricName) -> PodSum { PodSum(lives.map { ($0[metric], $0.end) }) }
}
