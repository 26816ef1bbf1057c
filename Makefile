# `make` or `make help` lists the targets.
.DEFAULT_GOAL := help
SHELL := bash
export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1

CLI := tests/LocalCluster/Cli/bin/Debug/net10.0/LocalCluster.Cli

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
	@dotnet build Operator.sln -nologo -v quiet -clp:NoSummary

.PHONY: test
test: dependencies build ## Run all tests
	@.ci/test $(ARGS)

.PHONY: manifests
manifests: ## Write crds/ from the C# types
	@dotnet run --project operator/Todo.Operator -- crd > crds/platform.todo.io_todoplatforms.yaml

.PHONY: clean
clean: ## Remove what was built and the local cluster's data
	@git clean -fdXq -- . && echo "clean"
