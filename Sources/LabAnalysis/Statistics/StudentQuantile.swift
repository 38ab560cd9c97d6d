/// The value that a variable of Student's distribution does not exceed with `probability`, by the expansion of Fisher and
/// Cornish in powers of 1/ν (Abramowitz and Stegun, 26.7.5): within 1 % from three degrees of freedom on.
///
/// - Parameters:
///   - probability: between 0 and 1.
///   - freedom: degrees of freedom; fewer than 3 count as 3.
/// - Returns: finite for every argument.
func studentQuantile(_ probability: Double, freedom: Double) -> Double {
    let z = normalQuantile(probability)
    let n = freedom.isFinite ? max(3, freedom) : 3
    let square = z * z
    let first = z * (square + 1) / 4
    let second = z * ((5 * square + 16) * square + 3) / 96
    let third = z * (((3 * square + 19) * square + 17) * square - 15) / 384
    let fourth = z * ((((79 * square + 776) * square + 1_482) * square - 1_920) * square - 945) / 92_160
    return z + first / n + second / (n * n) + third / (n * n * n) + fourth / (n * n * n * n)
}
