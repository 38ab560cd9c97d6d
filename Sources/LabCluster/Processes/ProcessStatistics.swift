/// What `/proc/PID/stat` says of a process (proc_pid_stat(5)).
package struct ProcessStatistics: Hashable, Sendable {
    /// One letter, such as `R` for running and `Z` for zombie.
    package var state: Character
    package var parent: Int32
    package var group: Int32
    package var session: Int32
    /// It is on its way out, and runs nothing of its program any more.
    package var isExiting: Bool
    /// Page faults that had to read from disk.
    package var majorPageFaults: UInt64
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
    package init?(parsing line: some StringProtocol) { self.init(parsing: Array(line.utf8)[...]) }

    /// The same for the bytes as they were read, at a fraction of the cost.
    init?(parsing line: ArraySlice<UInt8>) {
        guard let bracket = line.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        // What comes after the fields of interest stays in one piece.
        let fields = line[(bracket + 1)...].split(maxSplits: 22) { $0 == UInt8(ascii: " ") || $0 == 10 }
        // fields[0] is field 3 of the manual page.
        guard fields.count >= 22, let state = fields[0].first,
            let parent: Int32 = Self.number(fields[1]), let group: Int32 = Self.number(fields[2]),
            let session: Int32 = Self.number(fields[3]), let flags: UInt64 = Self.number(fields[6]),
            let majorPageFaults: UInt64 = Self.number(fields[9]),
            let user: UInt64 = Self.number(fields[11]), let system: UInt64 = Self.number(fields[12]),
            let threads: Int = Self.number(fields[17]), let startTime: UInt64 = Self.number(fields[19]),
            let pages: Int = Self.number(fields[21])
        else { return nil }
        self.state = Character(Unicode.Scalar(state))
        self.parent = parent
        self.group = group
        self.session = session
        // PF_EXITING of the kernel's sched.h.
        isExiting = flags & 4 != 0 || state == UInt8(ascii: "Z") || state == UInt8(ascii: "X")
        self.majorPageFaults = majorPageFaults
        cpuTicks = user &+ system
        self.threads = threads
        self.startTime = startTime
        residentPages = max(0, pages)
    }

    private static func number<Number: FixedWidthInteger>(_ digits: ArraySlice<UInt8>) -> Number? {
        Number(String(decoding: digits, as: UTF8.self))
    }
}
