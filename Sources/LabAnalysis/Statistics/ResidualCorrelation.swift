/// How much the windows of a life repeat each other, and what that costs an interval.
///
/// Sen's interval takes its points for independent. Memory is not: what was high a window ago still is. The lag-one
/// correlation ρ of the residuals leaves n(1 − ρ)/(1 + ρ) independent points of n (Bayley and Hammersley 1946),
/// so the interval's arms are made √((1 + ρ)/(1 − ρ)) times as long.
struct ResidualCorrelation {
    /// Between 0 and 0.95.
    ///
    /// Corrected for the bias of the correlation of residuals: −(1 + 3ρ)/n for each of the fitted levels and
    /// −(1 + ρ)/n for the slope, so −(2 + 4ρ)/n for a single life. 0 where the lives are too short to tell.
    let lagOne: Double

    var widening: Double { ((1 + lagOne) / (1 - lagOne)).squareRoot() }

    init(_ groups: [[WindowPoint]], slope: Double) {
        var products = 0.0
        var squares = 0.0
        var count = 0.0
        var fitted = 0.0
        for points in groups {
            let levels = points.map { $0.bytes - slope * $0.events }
            guard let level = median(levels) else { continue }
            let residuals = levels.map { $0 - level }
            for residual in residuals { squares += residual * residual }
            for (left, right) in zip(residuals, residuals.dropFirst()) { products += left * right }
            count += Double(points.count)
            fitted += 1
        }
        guard squares > 0, count > 3 * fitted + 1 else {
            lagOne = 0
            return
        }
        let corrected = (count * products / squares + fitted + 1) / (count - 3 * fitted - 1)
        lagOne = corrected.isFinite ? min(max(corrected, 0), 0.95) : 0
    }
}
