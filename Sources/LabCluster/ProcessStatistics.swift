/// What `/proc/PID/stat` tells of a process (proc_pid_stat(5)).
package struct ProcessStatistics: Hashable, Sendable {
    /// One letter, such as `R` for running and `Z` for zombie.
    package var state: Character
    /// User and system time, in clock ticks.
    package var cpuTicks: UInt64
    package var threads: Int
    /// Clock ticks after boot; with the pid it names a process for good.
    package var startTime: UInt64
    package var residentPages: Int

    /// Reads one line.
    ///
    /// The command name may hold spaces and brackets, so fields are counted from its last `)`. `nil` for
    /// anything that is not such a line.
    package init?(parsing line: some StringProtocol) {
        guard let bracket = line.lastIndex(of: ")") else { return nil }
        let fields = line[line.index(after: bracket)...].split { $0 == " " || $0 == "\n" }
        // fields[0] is field 3 of the manual page.
        guard fields.count >= 22, let state = fields[0].first,
            let user = UInt64(fields[11]), let system = UInt64(fields[12]),
            let threads = Int(fields[17]), let startTime = UInt64(fields[19]), let pages = Int(fields[21])
        else { return nil }
        self.state = state
        cpuTicks = user &+ system
        self.threads = threads
        self.startTime = startTime
        residentPages = max(0, pages)
    }
}
