import Testing
import LabCore
@testable import LabAnalysis

@Test func sim() {
    let n = 300
    for seconds in [60.0, 110] { for warm in [10.0, 20] {
      for model in MemoryModel.allCases {
        for leak in [0.0, 32, 80] {
            var weak = 0, strong = 0, weakNoP = 0, strongNoP = 0, cover = 0, pairW = 0, pairS = 0, rawcover = 0
            var est = 0.0, arm = 0.0, thr = 0.0, any = 0
            for seed in 0..<n {
                func life(_ s: UInt64, _ l: Double, _ model: MemoryModel) -> Life {
                    let b = model.bytes(seconds: seconds, seed: s)
                    var r = RecordedLife(index: 0, pid: 1, start: 0)
                    var h = Series(), p = Series()
                    for (i, v) in b.enumerated() {
                        let e = (Double(i) * 200.83).rounded(.down)
                        h.append(v + l * e, at: Int64(i) * 100_000_000)
                        p.append(e, at: Int64(i) * 100_000_000)
                    }
                    r.series = [.heap: h, .processed: p]
                    return Life(r, warmUp: warm, settings: .standard)
                }
                let a = life(UInt64(seed) * 2 + 1, leak, model), c = life(UInt64(seed) * 2 + 2, 0, model == .quiet ? .quiet : .correlatedNoise)
                let s = AnalysisSettings.standard
                if let g = Growth.over([a], settings: s, points: { $1.minima(of: $0[.heap], in: $0) }) {
                    if g.estimate.low > 8 { weakNoP += 1 }
                    if g.estimate.low > g.threshold(s) { strongNoP += 1 }
                    if g.exceeds(8) { weak += 1 }
                    if g.exceeds(g.threshold(s)) { strong += 1 }
                    if g.estimate.low <= leak && leak <= g.estimate.high { cover += 1 }
                    est += g.estimate.estimate; arm += g.arm; thr += g.threshold(s)
                }
                if let g = Growth.over([a], settings: s, points: { $1.differences(of: .heap, between: $0, and: c) }) {
                    if g.exceeds(8) { pairW += 1 }
                    if g.exceeds(g.threshold(s)) { pairS += 1 }
                    if g.estimate.low <= leak && leak <= g.estimate.high { rawcover += 1 }
                    if let h = Growth.over([a], settings: s, points: { $1.minima(of: $0[.heap], in: $0) }),
                       h.exceeds(h.threshold(s)) || (h.exceeds(8) && g.exceeds(8) && h.estimate.estimate > h.threshold(s) && g.estimate.estimate > g.threshold(s)) { any += 1 }
                }
            }
            let f = { (x: Int) in decimal(Double(x) * 100 / Double(n), places: 0) }
            let m = Double(n)
            print("\(Int(seconds))s w\(Int(warm)) \(model.rawValue) leak \(Int(leak)): weak \(f(weak)) (noP \(f(weakNoP))) strong \(f(strong)) (noP \(f(strongNoP))) cover \(f(cover)) | pair weak \(f(pairW)) strong \(f(pairS)) cover \(f(rawcover)) | any \(f(any)) | est \(decimal(est/m, places: 1)) arm \(decimal(arm/m, places: 1)) thr \(decimal(thr/m, places: 1))")
        }
      }
    } }
}
