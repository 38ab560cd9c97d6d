import ArgumentParser
import Foundation
import LabCore
import Testing

@testable import LabCommands

@Suite("Standard output", .timeLimit(.minutes(1)))
struct StandardOutputTests {
    @Test(
        "on a full disk is an error in the system's words",
        arguments: [
            ["incidents"], ["incidents", "service-per-event"], ["doctor"],
            ["check", "service-per-event"], ["--help"], ["--version"],
        ]
    )
    func full(arguments: [String]) async throws {
        let end = try await #require(processExitsWith: .exitCode(1), observing: [\.standardErrorContent]) {
            [arguments = arguments as [String]] in
            dup2(open("/dev/full", O_WRONLY), STDOUT_FILENO)
            await StandardOutputTests.run(arguments)
        }
        let said = String(decoding: end.standardErrorContent, as: UTF8.self)
        #expect(said.contains("\(Program.name): standard output: No space left on device\n"))
    }

    @Test("whose reader has gone away is no error", arguments: [["incidents"], ["--help"]])
    func closed(arguments: [String]) async throws {
        let end = try await #require(processExitsWith: .exitCode(0), observing: [\.standardErrorContent]) {
            [arguments = arguments as [String]] in
            signal(SIGPIPE, SIG_IGN)
            var ends: [Int32] = [0, 0]
            pipe(&ends)
            close(ends[0])
            dup2(ends[1], STDOUT_FILENO)
            await StandardOutputTests.run(arguments)
        }
        #expect(!String(decoding: end.standardErrorContent, as: UTF8.self).contains(Program.name))
    }

    @Test("is written whole, though the reader takes its time") func whole() async throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let (reader, writer) = (ends[0], ends[1])
        #expect(fcntl(writer, F_SETFL, O_NONBLOCK) == 0)
        let text = String(repeating: "0123456789", count: 100_000)
        async let written = Self.write(text, to: writer)
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4_096)
        while case let count = read(reader, &piece, piece.count), count > 0 { bytes += piece[..<count] }
        close(reader)
        #expect(await written == 0)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }

    @concurrent private static func write(_ text: String, to descriptor: Int32) async -> Int32 {
        defer { close(descriptor) }
        return DescriptorOutput.write(text, to: descriptor)
    }

    /// As the program does.
    private static func run(_ arguments: [String]) async -> Never {
        do {
            try await LeakLabCommand.execute(arguments)
        } catch let error as any ActionableError {
            LeakLabCommand.fail(error)
        } catch {
            LeakLabCommand.end(with: error)
        }
        exit(0)
    }
}
