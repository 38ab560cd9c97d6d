# A bill of materials in CycloneDX 1.5 from Package.resolved: the packages by their locked revisions, and the system's
# libraries, which are not in the archive but needed by what is.
{
  bomFormat: "CycloneDX",
  specVersion: "1.5",
  version: 1,
  metadata: {
    component: {
      type: "application", "bom-ref": "leaklab", name: "leaklab", version: $version,
      licenses: [{license: {id: "MIT"}}]
    }
  },
  components: (
    [.pins[] | {
      type: "library",
      "bom-ref": .identity,
      name: .identity,
      version: (.state.version // .state.revision),
      purl: ("pkg:swift/" + (.location | sub("^https://"; "") | sub("\\.git$"; "")) + "@" + (.state.version // .state.revision)),
      externalReferences: [{type: "vcs", url: .location, comment: .state.revision}]
    }]
    + [{name: "librdkafka", least: "2.0.2"}, {name: "openssl", least: "3.0"}, {name: "sqlite3", least: "3.40"}, {name: "zlib", least: "1.2"} | {
      type: "library",
      "bom-ref": .name,
      name: .name,
      scope: "required",
      description: ("Of the system, " + .least + " or newer: linked at run time, not part of the archive.")
    }]
  )
}
