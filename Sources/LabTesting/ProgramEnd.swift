/// How a program ended, and what it said.
package struct ProgramEnd: Sendable {
    /// As a shell tells it: the exit code, or 128 plus the signal.
    package let status: Int32
    package let output: String
    package let errors: String
    /// Wall time from the program's start to its end.
    package let duration: Duration
}
