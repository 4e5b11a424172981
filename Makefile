# What there is to do, by name: `make help`.

ARGS ?=
SEEDS ?= 20000
FIRST_SEED ?= 1

.DEFAULT_GOAL := help

.PHONY: help run test soak bench bench-parts lint

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Build for release and serve; options of the server go into ARGS="--port 7000 --shards 2".
	@tests/install compiler
	cargo run --release -- $(ARGS)

test: ## Run all tests; installs what they need first (see tests/install).
	@tests/install
	cargo test --workspace

soak: ## Run many more seeds of simulations and damaged requests: SEEDS=20000, from FIRST_SEED=1 on.
	@tests/install
	KVADRANT_SEEDS=$(SEEDS) KVADRANT_FIRST_SEED=$(FIRST_SEED) cargo test --test simulation --test fuzz

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
