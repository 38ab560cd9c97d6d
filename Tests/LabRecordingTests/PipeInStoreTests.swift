import Foundation
import LabCore
import Testing

@testable import LabRecording

@Suite("A pipe in the place of a file of the store", .timeLimit(.minutes(1)))
struct PipeInStoreTests {
    @Test("is not waited for", arguments: ["run.sqlite", "run.sqlite-wal", "run.sqlite-journal"])
    func recording(name: String) async throws {
        try await withStore { store in
            let recorder = try store.create(.example(), options: .quick)
            try await recorder.finish(state: .finished, result: nil)
            let (folder, path) = (recorder.folder, recorder.folder.path + "/" + name)
            unlink(path)
            #expect(mkfifo(path, 0o600) == 0)
            let error = #expect(throws: LabError.self) { try store.open(folder.id) }
            #expect(error?.description == "\(path): not a regular file")
            #expect(throws: LabError.self) { try store.result(of: folder.id) }
            #expect(throws: LabError.self) { try store.open("latest") }
            #expect(try store.runs().map(\.state) == [.unreadable(because: "\(path): not a regular file")])
            #expect(throws: LabError.self) { try store.remove([folder.id]) }
            #expect(try store.prune(keep: 0, now: .max).isEmpty)
        }
    }

    @Test("is not waited for as a document of repetitions, or the name of a lab")
    func documents() async throws {
        try await withStore { store in
            let folder = try store.reserve("20240101-000000-0000")
            let series = "rep-20240101-000000-0000"
            for path in [folder.makerPath, "\(store.directory)/\(series).json"] {
                unlink(path)
                #expect(mkfifo(path, 0o600) == 0)
            }
            #expect(folder.maker == nil)
            #expect(try store.runs().map(\.state.word) == ["unreadable"])
            let error = #expect(throws: LabError.self) { try store.repetitions(series) }
            #expect(error?.description == "\(store.directory)/\(series).json: not a regular file")
        }
    }
}
