import LabCore
import Testing

@testable import LabAnalysis

/// Profiles of stacks written as `outer > inner`, from the outermost function on; a name in brackets is the runtime's, in
/// angle brackets the lab's.
private struct ProfileModel {
    var profile: HeapProfile

    init(_ moment: HeapProfile.Moment, number: Int, events: Int, pod: String = "leaky-0", life: Int = 0) {
        profile = HeapProfile(
            pod: pod,
            life: life,
            number: number,
            moment: moment,
            events: events,
            seconds: Double(events),
            samplePeriod: 1_024
        )
    }

    func with(_ path: String, samples: Int, bytes: Double) -> ProfileModel {
        var model = self
        let frames = path.split(separator: ">").map { frame(String($0).filter { $0 != " " }) }.reversed()
        let indices = frames.map { frame in
            if let known = model.profile.frames.firstIndex(of: frame) { return known }
            model.profile.frames.append(frame)
            return model.profile.frames.count - 1
        }
        model.profile.stacks.append(
            HeapProfile.Stack(frames: indices, samples: samples, objects: Double(samples) * 10, bytes: bytes)
        )
        return model
    }

    private func frame(_ word: String) -> ProfileFrame {
        let name = word.filter { !"[]()".contains($0) }
        let owner: ProfileFrame.Owner = word.hasPrefix("[") ? .runtime : word.hasPrefix("(") ? .harness : .own
        return ProfileFrame(function: name, library: "app", file: "\(name).swift", line: 1, owner: owner)
    }
}

@Suite("Where a heap grew")
struct HeapGrowthTests {
    private func growth(_ from: ProfileModel, _ to: ProfileModel) -> HeapGrowth {
        HeapGrowth(ProfileDifference(from: from.profile, to: to.profile))
    }

    private let warm = ProfileModel(.warm, number: 0, events: 100)
    private let end = ProfileModel(.end, number: 1, events: 1_100)

    @Test(
        "The site is the last function that nearly all growth goes through, and its caller the outermost one"
    )
    func site() throws {
        let growth = growth(
            warm.with(
                "(loop) > handle > Service.init > Cache.init > Inbox.init > [malloc]",
                samples: 2,
                bytes: 100
            ),
            end.with(
                "(loop) > handle > Service.init > Cache.init > Inbox.init > [malloc]",
                samples: 92,
                bytes: 8_600
            )
            .with("(loop) > handle > Service.init > Cache.init > [malloc]", samples: 15, bytes: 1_360)
            .with("handle > [malloc]", samples: 1, bytes: 140)
        )
        let site = try #require(growth.site)
        #expect(site.function == "Cache.init")
        #expect(site.place == "Cache.init.swift:1")
        #expect(abs(site.share - 0.986) < 1e-9)
        #expect(growth.calledFrom == "handle")
        #expect(growth.path == ["handle", "Service.init", "Cache.init"])
        #expect(growth.bytesPerEvent == 10)
        #expect(
            growth.sentence
                == "10 B/event; 98.6 % allocated below Cache.init (Cache.init.swift:1), called from handle"
        )
    }

    @Test("What was there at the end of the warm-up is no growth")
    func subtraction() {
        let growth = growth(
            warm.with("start > table", samples: 400, bytes: 90_000).with(
                "handle > store",
                samples: 0,
                bytes: 0
            ),
            end.with("start > table", samples: 400, bytes: 90_000).with(
                "handle > store",
                samples: 20,
                bytes: 5_000
            )
        )
        #expect(growth.site?.function == "store")
        #expect(growth.site?.share == 1)
        #expect(growth.sites.map(\.function) == ["handle", "store"])
    }

    @Test("Growth that comes from several places has no site, and the sentence says so")
    func spread() {
        let growth = growth(
            warm,
            end.with("a", samples: 40, bytes: 4_000).with("b", samples: 30, bytes: 3_500)
                .with("c", samples: 30, bytes: 3_000)
        )
        #expect(growth.site == nil)
        #expect(growth.sentence.contains("no one place: most, 38.1 %, below a"))
    }

    @Test("What shrank elsewhere makes no site more than the whole")
    func shrunk() {
        let growth = growth(
            warm.with("start > table", samples: 40, bytes: 4_000),
            end.with("start > table", samples: 10, bytes: 1_000).with("handle", samples: 90, bytes: 9_000)
        )
        #expect(growth.site?.share == 1)
        #expect(growth.bytesPerEvent == 6)
        #expect(growth.sites.map(\.function) == ["handle"])
    }

    @Test("Nine sampled allocations name no place, ten do")
    func few() {
        #expect(growth(warm, end.with("handle", samples: 9, bytes: 9_000)).site == nil)
        #expect(growth(warm, end.with("handle", samples: 9, bytes: 9_000)).sentence.contains("too few"))
        #expect(growth(warm, end.with("handle", samples: 10, bytes: 9_000)).site?.function == "handle")
    }

    @Test("Recursion counts once, and runtime frames are folded into their caller")
    func folding() throws {
        let growth = growth(
            warm,
            end.with(
                "(loop) > walk > walk > [swift_retain] > insert > walk > [malloc]",
                samples: 20,
                bytes: 1_000
            )
        )
        #expect(growth.sites.map(\.function).sorted() == ["insert", "walk"])
        let walk = try #require(growth.sites.first { $0.function == "walk" })
        #expect(walk.share == 1)
        #expect(walk.selfBytesPerEvent == 1)
    }

    @Test("Live tasks are counted once by the function that created them, with the room for their frames")
    func tasks() throws {
        let growth = growth(
            warm,
            end.with(
                "handle > Cache.start > [swift_task_create] > [swift_task_create_common] > [malloc]",
                samples: 100,
                bytes: 1_000
            )
            .with(
                "handle > Cache.start > [swift_task_create_common] > [slab] > [malloc]",
                samples: 100,
                bytes: 2_000
            )
            .with("handle > Cache.start > [malloc]", samples: 100, bytes: 4_000)
        )
        #expect(growth.tasks.map(\.function) == ["Cache.start"])
        #expect(growth.tasks.first?.tasksPerEvent == 1)
        #expect(growth.tasks.first?.bytesPerEvent == 3)
    }

    @Test(
        "Of a variant's lives the one with most events between its profiles is compared, from the end of its warm-up"
    )
    func longest() throws {
        let profiles = [
            ProfileModel(.warm, number: 0, events: 10), ProfileModel(.lastWords, number: 1, events: 50),
            ProfileModel(.warm, number: 0, events: 10, life: 1),
            ProfileModel(.scheduled, number: 1, events: 40, life: 1),
            ProfileModel(.lastWords, number: 2, events: 90, life: 1),
            ProfileModel(.end, number: 0, events: 900, life: 2),
        ]
        let found = try #require(ProfileDifference.longest(among: profiles.map(\.profile)))
        #expect(found.to.life == 1)
        #expect(found.from.moment == .warm)
        #expect(found.to.moment == .lastWords)
        #expect(found.events == 80)
        #expect(ProfileDifference.longest(among: [profiles[5].profile]) == nil)
    }
}
