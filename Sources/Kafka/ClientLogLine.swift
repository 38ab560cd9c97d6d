/// A line that librdkafka would write to standard error.
package struct ClientLogLine: Hashable, Sendable {
    /// Severity as in syslog: 3 error, 4 warning, 6 information, 7 debug.
    package let level: Int32
    /// librdkafka's tag for the place, such as `FAIL` or `COMMITFAIL`.
    package let facility: String
    package let text: String
}

/// Takes the log lines of one client.
///
/// It is called on librdkafka's own threads, sometimes with its locks held: note the line and return. Without one, a
/// client is silent; errors that matter come as events, reports or thrown errors.
package typealias ClientLog = @Sendable (ClientLogLine) -> Void
