import LabCore
import LabTelemetry
import Testing

@Suite struct WorldTests {
    private static let variables = [
        WorldVariable(name: "database", kind: .service, help: "where results come from"),
        WorldVariable(name: "error-rate", kind: .share, help: "of broken rows"),
    ]

    @Test("What one process sets another one sees, without opening the page anew")
    func shared() throws {
        let folder = try ScratchFolder()
        let path = folder.file("world.page")
        let lab = try World.create(at: path, variables: Self.variables)
        let pod = try World.open(at: path)
        let (database, errors) = (pod.service("database"), pod.share("error-rate"))
        #expect(!database.isDown && database.delay == .zero && errors.value == 0)

        lab.set("database", to: .down)
        lab.set("error-rate", to: .share(0.05))
        #expect(database.isDown && database.delay == .zero && errors.value == 0.05)

        lab.set("database", to: .slow(.milliseconds(80)))
        #expect(!database.isDown && database.delay == .milliseconds(80))

        lab.set("database", to: .normal)
        lab.set("error-rate", to: .normal)
        #expect(!database.isDown && database.delay == .zero && errors.value == 0)
    }

    @Test("A delay too short to be told is not none")
    func shortest() throws {
        let world = try World.anonymous()
        world.set("database", to: .slow(.nanoseconds(1)))
        #expect(world.service("database").delay == .microseconds(1))
    }

    @Test("A share stays within nothing and all", arguments: [(-1.0, 0.0), (2.0, 1.0), (1.0, 1.0)])
    func bounds(set: Double, seen: Double) throws {
        let world = try World.anonymous()
        world.set("error-rate", to: .share(set))
        #expect(world.share("error-rate").value == seen)
    }

    @Test("An undisturbed world cannot be changed")
    func undisturbed() {
        World.undisturbed.set("database", to: .down)
        #expect(!World.undisturbed.service("database").isDown)
        #expect(World.undisturbed.share("error-rate").value == 0)
    }
}
