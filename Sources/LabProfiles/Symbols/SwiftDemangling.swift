import CPlatform
import Foundation

/// Swift's own names, as its runtime reads them.
package enum SwiftDemangling {
    /// - Returns: `nil` for what is no mangled Swift name.
    @Sendable package static func demangled(_ symbol: String) -> String? {
        guard symbol.hasPrefix("$s") || symbol.hasPrefix("$S") || symbol.hasPrefix("_$s"),
            let text = cplatform_demangle(symbol)
        else { return nil }
        defer { free(text) }
        return String(cString: text)
    }
}
