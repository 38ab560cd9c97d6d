import LabCore

extension ScenarioReader {
    /// Expectations about variants that an option removed are left out too.
    func expectations(
        in root: Fields,
        variants: [VariantOutline],
        removed: [VariantOutline]
    ) -> [Expectation] {
        guard let items = list("expect", in: root, of: "expectations") else { return [] }
        // Without variants every path would be wrong; their own problems are reported already.
        guard !variants.isEmpty else { return [] }
        let removedNames = Set(removed.map(\.name))
        return items.compactMap { item in
            guard let expectation = expectation(item, variants: variants + removed),
                expectation.variants.isDisjoint(with: removedNames)
            else { return nil }
            record("expect", expectation.text, from: item.place)
            return expectation
        }
    }

    private func expectation(_ node: SourceNode, variants: [VariantOutline]) -> Expectation? {
        guard let text = value(of: node, key: "expect", .expectation) else { return nil }
        do {
            return try Expectation(parsing: text, variants: variants)
        } catch {
            let place = node.place.advanced(by: columns(of: error.offset, in: node))
            report(.expectation, at: place, error.message, hint: error.hint)
            return nil
        }
    }

    /// Only text that stands in its line as it was written can be pointed into.
    private func columns(of offset: Int, in node: SourceNode) -> Int {
        guard case .scalar(_, let style) = node.content else { return 0 }
        return switch style {
        case .plain: offset
        case .quoted: offset + 1
        case .block: 0
        }
    }
}

extension ValueType<String> {
    fileprivate static let expectation = ValueType(
        noun: "an expectation",
        notation: "a list of comparisons such as per-event.events.lost == 0",
        parse: { $0 },
        describe: { $0 }
    )
}
