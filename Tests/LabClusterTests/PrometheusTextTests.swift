import LabCluster
import LabCore
import Testing

@Suite("Prometheus' text format")
struct PrometheusTextTests {
    private func read(_ text: String) -> PrometheusText.Reading {
        PrometheusText.values(of: ["go_goroutines", "bytes:used"], in: text)
    }

    @Test(
        "gives the value of a name, series of different labels added up",
        arguments: [
            ("go_goroutines 42", 42), ("go_goroutines 42\r\n", 42), ("  go_goroutines\t4.2e1  ", 42),
            ("go_goroutines 42 1395066363000", 42), ("go_goroutines -1", -1), ("go_goroutines +.5", 0.5),
            ("go_goroutines{} 42", 42), (#"go_goroutines{a="}",b="\"} 9"} 42"#, 42),
            (#"go_goroutines{a="1"} 40"# + "\n" + #"go_goroutines {a="2"} 2"#, 42),
            ("# TYPE go_goroutines gauge\n# HELP go_goroutines 7\ngo_goroutines 42\n# EOF", 42),
            ("go_goroutines 42 # {trace=\"x\"} 7", 42), ("go_goroutines_total 7\ngo_goroutines 42", 42),
        ] as [(String, Double)]
    )
    func values(_ text: String, _ value: Double) {
        let reading = read(text)
        #expect(reading.values == ["go_goroutines": value])
        #expect(reading.malformed.isEmpty)
    }

    @Test(
        "tells of a name whose line cannot be read, and goes on",
        arguments: [
            "go_goroutines", "go_goroutines ", "go_goroutines x", "go_goroutines NaN", "go_goroutines +Inf",
            "go_goroutines 0x1p4", "go_goroutines 1e999", "go_goroutines{a=\"1\" 42",
            "go_goroutines{a=\"} 42",
            "go_goroutines 1 2 3", "go_goroutines 1 now", "go_goroutines{}", "go_goroutines\u{0}42",
            "go_goroutines=42", "go_goroutines 4,2",
        ]
    )
    func malformed(_ line: String) {
        let reading = read("\(line)\nbytes:used 7\n")
        #expect(reading.malformed == ["go_goroutines"])
        #expect(reading.values == ["bytes:used": 7])
    }

    @Test(
        "tells what a name means, by its type and by custom",
        arguments: [
            ("# TYPE bytes:used gauge\nbytes:used 1", "bytes:used", .gauge, .count),
            ("# TYPE go_goroutines counter\ngo_goroutines 1", "go_goroutines", .counter, .count),
            ("go_goroutines 1", "go_goroutines", .gauge, .count), ("", "events_total", .counter, .count),
            ("", "process_resident_memory_bytes", .gauge, .bytes),
            ("", "cpu_seconds_total", .counter, .seconds),
            ("# TYPE go_goroutines\n# TYPE\n#", "go_goroutines", .gauge, .count),
        ] as [(String, String, VariantResult.Metric.Kind, MetricUnit)]
    )
    func descriptions(
        _ row: (text: String, name: String, kind: VariantResult.Metric.Kind, unit: MetricUnit)
    ) {
        #expect(read(row.text).description(of: row.name) == MetricDescription(kind: row.kind, unit: row.unit))
    }

    @Test(
        "has nothing to say of anything else",
        arguments: ["", "\n\n", "<html>", "{}", "ünïcode 1", "42 go_goroutines"]
    )
    func nothing(_ text: String) { #expect(read(text).values.isEmpty && read(text).malformed.isEmpty) }
}
