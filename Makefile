# What there is to do, by name: `make help`.

ARGS ?=
SEEDS ?= 100000
FUZZ_SEEDS ?= 20000
CASES ?= 10000
SOAK_S ?= 60
FIRST_SEED ?= 1
UNITS ?=
SHARDS ?= 1 4
PROFILE ?= release

.DEFAULT_GOAL := help

.PHONY: help run test soak peer-suite bench bench-parts lint

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Build for release and serve; options of the server go into ARGS="--port 7000 --shards 2".
	@tests/install compiler
	cargo run --release -- $(ARGS)

test: ## Run all tests; installs what they need first (see tests/install).
	@tests/install
	cargo test --workspace

soak: ## Load live servers for SOAK_S=60 seconds, simulate SEEDS=100000, send FUZZ_SEEDS=20000 damaged streams, CASES=10000 random ones.
	@tests/install
	KVADRANT_SOAK_S=$(SOAK_S) cargo test --test soak -- --nocapture
	KVADRANT_SEEDS=$(SEEDS) KVADRANT_FIRST_SEED=$(FIRST_SEED) cargo test --test simulation
	KVADRANT_SEEDS=$(FUZZ_SEEDS) KVADRANT_FIRST_SEED=$(FIRST_SEED) cargo test --test fuzz
	KVADRANT_SEEDS=$(CASES) KVADRANT_FIRST_SEED=$(FIRST_SEED) cargo test --test differential -- --nocapture

peer-suite: ## Run Redis's own tests on it: UNITS=type/list,type/set (default: all that is served), SHARDS="1 4".
	@tests/install
	cargo build --profile $(PROFILE)
	UNITS="$(UNITS)" SHARDS="$(SHARDS)" tests/peer_suite/run target/$(if $(filter dev,$(PROFILE)),debug,$(PROFILE))/kvadrant

bench: ## Compare with redis-server side by side; ARGS="--quick" ends in two minutes or so.
	@tests/install
	cargo bench --bench side_by_side -- $(ARGS)

bench-parts: ## Time parser, replies, envelope, table and entry by themselves (criterion).
	@tests/install compiler
	cargo bench --bench entry --bench structures --bench protocol --bench envelope

lint: ## Check formatting and lints; a warning is an error.
	@tests/install compiler
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
