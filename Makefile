# `make help` lists the verbs. Everything that a verb needs and the machine lacks is installed by it.

SWIFT ?= swift
BUILD = .build
BUILD_FLAGS = -c release --explicit-target-dependency-import-check error --scratch-path $(BUILD) $(SWIFT_LIBRARIES)
LEAKLAB = $(BUILD)/release/leaklab
# Preloaded into pods beside jemalloc: C, and no product of the package, since Swift would link its runtime into it.
AGENT = $(if $(filter Linux,$(shell uname)),$(BUILD)/release/libleaklab-agent.so)
AGENT_CC ?= $(shell command -v cc || command -v clang)
PREFIX ?= /usr/local
# Tests that wait for brokers and processes, each module by itself: they would starve each other of threads.
WAITING_TESTS = KafkaTests|LabIncidentsTests|LabPodTests|LabClusterTests|LabEngineTests
SUDO = $(shell [ "$$(id -u)" = 0 ] || command -v sudo)

.PHONY: help demo first-build build install dist test any-broker docs selftest scenarios check check-containers format accuracy zoo fuzz faults sanitize bench clean deps clients

help: ## List the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: first-build build ## Run the reference incident beside its fixes, about two minutes, and write the report
	$(LEAKLAB) run service-per-event

build: deps ## Build the release binary
	$(SWIFT) build $(BUILD_FLAGS) --product leaklab
	$(if $(AGENT),$(MAKE) --no-print-directory $(AGENT))

$(BUILD)/release/libleaklab-agent.so: Sources/LabEngine/Agent/leaklab-agent.c
	$(AGENT_CC) -std=c11 -O2 -fPIC -shared -pthread -Wall -Wextra -Werror -o $@ $<

install: build ## Install the program, its manual page and what shells complete of it below PREFIX, which is /usr/local
	$(SWIFT) build $(BUILD_FLAGS) --product generate-manual
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/share/bash-completion/completions" \
	  "$(DESTDIR)$(PREFIX)/share/zsh/site-functions" "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d" \
	  "$(DESTDIR)$(PREFIX)/share/man/man1" "$(DESTDIR)$(PREFIX)/share/leaklab/schemas"
	install -m 755 $(LEAKLAB) "$(DESTDIR)$(PREFIX)/bin/leaklab"
	$(if $(AGENT),install -d "$(DESTDIR)$(PREFIX)/lib/leaklab")
	$(if $(AGENT),install -m 755 $(AGENT) "$(DESTDIR)$(PREFIX)/lib/leaklab")
	install -m 644 docs/schemas/*.json "$(DESTDIR)$(PREFIX)/share/leaklab/schemas"
	$(BUILD)/release/generate-manual $(LEAKLAB) --output-directory - >"$(DESTDIR)$(PREFIX)/share/man/man1/leaklab.1"
	$(LEAKLAB) --generate-completion-script bash >"$(DESTDIR)$(PREFIX)/share/bash-completion/completions/leaklab"
	$(LEAKLAB) --generate-completion-script zsh >"$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_leaklab"
	$(LEAKLAB) --generate-completion-script fish >"$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/leaklab.fish"

dist: deps ## Make the tarball of a release, with its bill of materials: a build of its own
	scripts/dist "$(SUDO)"

first-build:
	@test -x $(LEAKLAB) || echo "The first build compiles everything: three to four minutes on 2 cores, once. The run takes two more." >&2

test: deps clients ## Run every test: units first, then real brokers and pods on loopback
	$(SWIFT) build --build-tests --explicit-target-dependency-import-check error
	$(SWIFT) test --skip-build --skip '$(WAITING_TESTS)|AnyBrokerTests|IntegrationTests'
	for module in $(subst |, ,$(WAITING_TESTS)); do $(SWIFT) test --skip-build --filter $$module || exit 1; done
	$(SWIFT) test --skip-build --filter IntegrationTests

any-broker: deps ## Test against the broker that LEAKLAB_TEST_BROKER names, else the embedded one
	$(SWIFT) build --build-tests --explicit-target-dependency-import-check error
	$(SWIFT) test --skip-build --filter AnyBrokerTests

docs: deps ## Make the library's documentation, and follow its page on own handlers, which compiles the lab once more
	$(SWIFT) build --build-tests --explicit-target-dependency-import-check error
	scripts/docs
	LEAKLAB_PAGES=1 $(SWIFT) test --skip-build --no-parallel --filter OwnHandlerPageTests

selftest: build ## Run all carried scenarios in their quick forms: suspects must be flagged, controls clean
	$(LEAKLAB) selftest --quick $(SELFTEST)

scenarios: build ## The same with their full forms, at most 25 minutes and 7 GiB
	$(LEAKLAB) selftest $(SELFTEST)

accuracy: build clients ## Measure how often verdicts are right: about three hours, goes on where it was ended
	$(LEAKLAB) accuracy --results .build/accuracy.jsonl $(ACCURACY)
	$(LEAKLAB) selftest docs/examples/python/foreign-python.yaml --seeds 20 --results .build/accuracy-foreign.jsonl

check: deps ## Check format, reasons for unchecked promises, and what each module imports
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests docs/examples
	scripts/check-safety-paragraphs
	scripts/check-words
	$(SWIFT) build --explicit-target-dependency-import-check error

check-containers: build ## Check Dockerfile and docker-compose.yml as far as that goes without a container engine
	scripts/check-compose $(LEAKLAB)

format: ## Format all sources in place
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests docs/examples

zoo: build clients ## Hold verdicts against consumers of known truth: about two and a half hours, goes on where it was ended
	$(LEAKLAB) accuracy zoo --results .build/zoo.jsonl $(ZOO)

fuzz: build ## Feed everything that reads what others wrote with inputs that are nearly right: ten minutes
	$(LEAKLAB) fuzz --seconds 600 --corpus Tests/Corpus --findings .build/fuzz-findings $(FUZZ)

faults: build ## Run behind a broker whose connections are bad, each trouble in each phase: about five minutes
	$(LEAKLAB) selftest --faults all --lanes 4 --results .build/faults.jsonl $(FAULTS)

sanitize: deps ## Run the tests of the pure modules with ThreadSanitizer and AddressSanitizer: two builds of their own
	scripts/sanitize thread
	scripts/sanitize address

bench: build ## Measure: throughput beside rdkafka_performance, pacing, harness cost, fidelity
	scripts/bench $(BENCH)

clean: ## Remove what was built
	rm -rf .build

deps:
	@command -v $(SWIFT) >/dev/null || { \
	  echo "Swift 6.2 or newer is needed: https://www.swift.org/install" >&2; exit 1; }
	@scripts/install-libraries "$(SUDO)"

# Consumers that are not LeakLab's own: for tests, which are skipped without them, and for the examples.
clients:
	@scripts/install-clients "$(SUDO)"
