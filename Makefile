# The only door. `make help` lists what is behind it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run build test check fmt bench bench-life bench-micro bench-peers instructions profile chaos soak fuzz sanitize clean

SWIFT_SOURCES := Sources Tests Package.swift Examples Fuzz/Sources Fuzz/Package.swift \
	Benchmarks/micro/Sources Benchmarks/micro/Benchmarks Benchmarks/micro/Package.swift

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## install what is missing, build, and start Usher on 127.0.0.1:8080
	@exec .build/release/usher serve

build: ## .build/release/usher
	@scripts/install-deps.sh run
	swift build -c release --product usher

test: ## every test, on both engines, with the real binary and a browser; FILTER=Suite or FILTER=Tests/e2e/test_run.py
	@scripts/install-deps.sh test
	@scripts/test.sh $(if $(FILTER),'$(FILTER)')

check: ## format, imports, warnings, documentation, and the rules of the house
	@scripts/install-deps.sh test
	swift format lint --strict --parallel -r $(SWIFT_SOURCES)
	@scripts/check-house.sh
	@scripts/build-tests.sh --no-warnings
	@scripts/check-docs.sh
	@scripts/check-fuzz.sh

fmt: ## format the sources in place
	swift format --in-place --parallel -r $(SWIFT_SOURCES)

bench: build ## speed beside the limits of the machine, and the life of an invitation
	@scripts/install-deps.sh test
	@python3 Benchmarks/bench.py
	@python3 Benchmarks/life.py

bench-peers: build ## the same job, load and databases for Usher and for what else a team would take
	@scripts/install-deps.sh peers
	@python3 Benchmarks/peers/run.py

bench-life: build ## its second half: list pages, accepting, plans and seats, with a thousand and a million stored
	@scripts/install-deps.sh test
	@python3 Benchmarks/life.py

bench-micro: ## instructions of the hot functions, against their thresholds
	@scripts/install-deps.sh test
	@Benchmarks/micro/instructions.py

instructions: build ## how many instructions a request takes, by callgrind; INSTRUCTIONS="--before FILE" compares
	@scripts/install-deps.sh test
	@.venv/bin/python Benchmarks/instructions.py $(INSTRUCTIONS)

profile: build ## what the processor's time goes to, by request
	@scripts/install-deps.sh test
	@python3 Benchmarks/processor.py

chaos: ## Tests/faults again, with every fault and every place for it: about an hour
	@scripts/install-deps.sh test
	@USHER_CHAOS=long scripts/test.sh Tests/faults

soak: build ## an hour at half of the measured peak; nothing may grow
	@scripts/install-deps.sh test
	@python3 Benchmarks/soak.py $(SOAK)

fuzz: ## each libFuzzer target for ten minutes
	@scripts/install-deps.sh test
	@scripts/fuzz.sh $(FUZZ)

sanitize: ## unit and contract suites under AddressSanitizer, LeakSanitizer and ThreadSanitizer
	@scripts/install-deps.sh test
	@scripts/sanitize.sh address
	@scripts/sanitize.sh thread

clean: ## remove what was built
	rm -rf .build .venv .venv-peers Tests/.work
