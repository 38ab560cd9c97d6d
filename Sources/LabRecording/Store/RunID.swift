import LabCore

/// The name of a run: `yyyymmdd-hhmmss-xxxx`, the moment of its start in UTC and four random characters.
///
/// Sorted as text, ids are sorted by start, and one can be typed by its first few characters.
package enum RunID {
    /// Crockford's base 32 in lower case: no `i`, `l`, `o` or `u`, so nothing to misread.
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")
    private static let randomLength = 4
    private static let shape = "yyyymmdd-hhmmss-xxxx"

    /// An id that no other run has, but for one chance in a million for two runs of the same second.
    ///
    /// - Parameters:
    ///   - now: Nanoseconds since 1970.
    ///   - generator: Gives the four random characters.
    /// - Returns: An id for a run that starts now.
    package static func make(now: Int64, using generator: inout some RandomNumberGenerator) -> String {
        let time = UTCTime(nanosecondsSince1970: now)
        let date = padded(time.year, 4) + padded(time.month, 2) + padded(time.day, 2)
        let clock = padded(time.hour, 2) + padded(time.minute, 2) + padded(time.second, 2)
        let random = (0..<randomLength).map { _ in
            alphabet[Int.random(in: alphabet.indices, using: &generator)]
        }
        return "\(date)-\(clock)-" + String(random)
    }

    /// An id with the system's random numbers.
    package static func make(now: Int64) -> String {
        var generator = SystemRandomNumberGenerator()
        return make(now: now, using: &generator)
    }

    /// Whether a folder of this name can hold a run.
    package static func isValid(_ text: String) -> Bool {
        guard text.utf8.count == shape.utf8.count, text.count == shape.count else { return false }
        return zip(text, shape).allSatisfy { character, place in
            switch place {
            case "-": character == "-"
            case "x": alphabet.contains(character)
            default: ("0"..."9").contains(character)
            }
        }
    }

    /// The id that a name begins with; `nil` if it begins with none.
    package static func first(in name: some StringProtocol) -> String? {
        let start = String(name.prefix(shape.count))
        return isValid(start) ? start : nil
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
