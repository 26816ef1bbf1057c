# `make` or `make help` lists the targets.
.DEFAULT_GOAL := help
SHELL := bash
export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1

CONFIGURATION := Release
CLI := tests/LocalCluster/Cli/bin/$(CONFIGURATION)/net10.0/LocalCluster.Cli

##@ General

.PHONY: help
help: ## List the targets
	@awk 'BEGIN {FS = ":.*##"} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*##/ {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Use

.PHONY: run
run: dependencies build ## Start the local cluster, the services, the operator and a steady load; stays until Ctrl-C
	@exec $(CLI) run $(ARGS)

.PHONY: demo
demo: dependencies build ## Every move under load, one after the other; ends with the account
	@exec $(CLI) demo $(ARGS)

##@ Development

.PHONY: dependencies
dependencies: ## Install what is missing (apt)
	@.ci/install-dependencies

.PHONY: build
build: ## Build everything; warnings are errors
	@dotnet build Operator.sln -nologo -v quiet -clp:NoSummary -c $(CONFIGURATION) -p:UseSharedCompilation=true

.PHONY: test-dependencies
test-dependencies:
	@.ci/install-dependencies pgbouncer python3-dateutil exim4-daemon-light nodejs npm

.PHONY: test
test: test-dependencies build ## Run all tests
	@CONFIGURATION=$(CONFIGURATION) .ci/test $(ARGS)

.PHONY: test-long
test-long: test-dependencies build ## Run the tests that take long: kills at random (CHAOS_MINUTES each), the simulated operator killed at every write, rates, latencies
	@CONFIGURATION=$(CONFIGURATION) END_TO_END_LIMIT=2h TEST_PROGRAM_LIMIT=1h .ci/test --explicit only $(ARGS)

.PHONY: chaos
chaos: test-dependencies build ## Swap brokers while everything fails at random (SEED=7, SEED=1-10; none: the next ten of a hundred)
	@CHAOS_SEEDS=$(SEED) tests/EndToEnd.Tests/bin/$(CONFIGURATION)/net10.0/EndToEnd.Tests --no-ansi --no-progress --filter-class '*SwapUnderFireTests' --explicit only

.PHONY: bench
bench: test-dependencies build ## Measure what docs/performance.md quotes (ARGS=relay for one figure; wants a machine that does nothing else)
	@tests/Benchmarks/bin/$(CONFIGURATION)/net10.0/Benchmarks $(ARGS)

.PHONY: mutants
mutants: dependencies build ## Break the product in known ways, one at a time: its tests must notice (docs/reliability.md)
	@dotnet run --no-build -c $(CONFIGURATION) --project tests/Mutants -- $(ARGS)

.PHONY: manifests
manifests: ## Write crds/, config/rbac/role.yaml and docs/reference/events/ from the C# types
	@dotnet run -c $(CONFIGURATION) --project operator/Todo.Operator -- crd > crds/platform.todo.io_todoplatforms.yaml
	@dotnet run -c $(CONFIGURATION) --project operator/Todo.Operator -- rbac todo-operator > config/rbac/role.yaml
	@UPDATE_GOLDEN=1 dotnet run -c $(CONFIGURATION) --project tests/Todo.Contracts.Tests -- --filter-class '*SchemaFileTests' --no-ansi --no-progress > /dev/null

.PHONY: clean
clean: ## Remove what was built and the local cluster's data
	@git clean -fdXq -- . && echo "clean"
