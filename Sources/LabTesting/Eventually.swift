import LabCore

/// Waits until a condition holds, looking every few milliseconds.
/// - Throws: ``LabError`` that names what did not come about in time; the condition's own errors.
package func eventually(
    _ what: String,
    within limit: Duration = .seconds(15),
    _ condition: () throws -> Bool
) async throws {
    _ = try await eventually(what, within: limit) { try condition() ? true : nil }
}

/// Waits until there is a value, looking every few milliseconds.
/// - Throws: ``LabError`` that names what did not come about in time; the search's own errors.
package func eventually<Value>(
    _ what: String,
    within limit: Duration = .seconds(15),
    find value: () throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if let found = try value() { return found }
        try await Task.sleep(for: .milliseconds(20))
    }
    throw LabError("after \(limit.text) still not true: \(what)")
}
