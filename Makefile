# Every target calls `eks-efa` or a tool of the .venv; what they do is in cli/verbs.
# `make` alone lists them.

SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

STACK ?= sandbox
PYTHON ?= python3
export STACK

# The .venv is complete when a stamp named after everything that decides its contents is in it.
INSTALLED_FROM := requirements/uv.txt requirements/tools.txt pyproject.toml
STAMP := .venv/.installed-$(shell { $(PYTHON) --version; cat $(INSTALLED_FROM); } 2>/dev/null | cksum | tr ' ' '-')
EKS_EFA := .venv/bin/eks-efa
COMPILE = .venv/bin/uv pip compile --quiet --no-header --generate-hashes --universal --python-version 3.11 $(UPGRADE)

.PHONY: help up preview down status scale-out scale logs scale-in dashboards migrate-plan migrate adopt-plan existing-cluster nccl nccl-efa nccl-socket nccl-report prove image push check plan plan-diff permissions policies versions bench test test-fast test-slow lint requirements schema clean

help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z.-]+:.*## / {printf "  \033[36m%-16s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  STACK=$(STACK); another stack: make up STACK=dev"

up: $(STAMP) ## Deploy the stack: the sandbox here, or another by pulumi up
	@$(EKS_EFA) up

preview: $(STAMP) ## Show what up would change
	@$(EKS_EFA) preview

down: $(STAMP) ## Take the stack away, nodes and pods included
	@$(EKS_EFA) down

status: $(STAMP) ## Show nodes, GPUs, EFA interfaces, waiting pods and Karpenter
	@$(EKS_EFA) status

scale-out: $(STAMP) ## Run pods that ask for GPUs and EFA interfaces; Karpenter brings the nodes
	@$(EKS_EFA) scale-out

scale: $(STAMP) ## Set how many of these pods run: make scale PODS=100
	@$(EKS_EFA) scale $(or $(PODS),$(error PODS is missing; say: make scale PODS=100))

logs: $(STAMP) ## Show Karpenter's log; follow it with: eks-efa logs -f
	@$(EKS_EFA) logs

scale-in: $(STAMP) ## Delete the pods and wait until Karpenter's nodes are gone
	@$(EKS_EFA) scale-in

dashboards: $(STAMP) ## Open Grafana; in the sandbox, show what its panels and the alerts say now
	@$(EKS_EFA) dashboards

migrate-plan: $(STAMP) ## Show how pods of node groups would move to Karpenter, and what would be refused
	@$(EKS_EFA) migrate-plan

migrate: $(STAMP) ## Move them, node by node; stop it and run it again at any time
	@$(EKS_EFA) migrate

adopt-plan: $(STAMP) ## Show what a stack would add to a cluster that is there: make adopt-plan STACK=existing
	@$(EKS_EFA) adopt-plan

existing-cluster: $(STAMP) ## Make a cluster of somebody else's in the sandbox; then: make up STACK=existing
	@$(EKS_EFA) existing-cluster

nccl: $(STAMP) ## Prove the network: NCCL without EFA, then with it, the picture and a verdict
	@$(EKS_EFA) nccl run

nccl-efa: $(STAMP) ## Run the NCCL test over EFA only
	@$(EKS_EFA) nccl efa

nccl-socket: $(STAMP) ## Run the NCCL test over TCP only
	@$(EKS_EFA) nccl socket

nccl-report: $(STAMP) ## Judge logs from anywhere: make nccl-report LOG=run.log EXPECT=efa
	@$(EKS_EFA) nccl report $(if $(EXPECT),--expect $(EXPECT)) $(if $(INTERFACES),--interfaces $(INTERFACES)) \
	  $(if $(TYPE),--instance-type $(TYPE)) $(or $(LOG),$(error LOG is missing; say: make nccl-report LOG=run.log))

prove: $(STAMP) ## Say whether a running job's traffic goes over EFA: make prove JOB=pytorch-efa
	@$(EKS_EFA) prove $(if $(NAMESPACE),-n $(NAMESPACE)) $(or $(JOB),$(error JOB is missing; say: make prove JOB=pytorch-efa))

image: $(STAMP) ## Build the image of the NCCL test, with docker or finch
	@$(EKS_EFA) image build

push: $(STAMP) ## Push it to the stack's own repository: make push STACK=dev
	@$(EKS_EFA) image push

check: $(STAMP) ## Check the settings of every stack file, offline
	@$(EKS_EFA) check

plan: $(STAMP) ## Print what the program asks for, offline, and what it costs: make plan STACK=dev
	@$(EKS_EFA) plan

plan-diff: $(STAMP) ## Compare that with another revision, for every stack: make plan-diff BASE=origin/main
	@$(EKS_EFA) plan-diff $(if $(MARKDOWN),--markdown)

permissions: $(STAMP) ## Print the IAM policies of whoever deploys the stack: make permissions STACK=dev
	@$(EKS_EFA) permissions

policies: $(STAMP) ## List the policies that every stack is held against
	@$(EKS_EFA) policies

versions: $(STAMP) ## Show the chosen versions and whether they are known to go together
	@$(EKS_EFA) versions

bench: $(STAMP) ## Measure how long plans and the verdict on a large log take, and hold it against the bounds
	@$(EKS_EFA) bench; plans=$$?; .venv/bin/python -m tests.nccl.benchmark_parser && exit $$plans

test: $(STAMP) ## Run all checks and all three rings of tests
	@$(EKS_EFA) test

test-fast: $(STAMP) ## Run all checks and tests but the sandbox's
	@$(EKS_EFA) test --fast

test-slow: $(STAMP) ## Try 10,000 generated NCCL logs and damages of each kind, others each time; half an hour
	@EKS_EFA_LOG_EXAMPLES=10000 .venv/bin/python -m pytest -n auto --hypothesis-seed=$(or $(SEED),$$RANDOM) tests/nccl/test_nccl_generated_logs.py

lint: $(STAMP) ## Format and mend what ruff can, then show the rest
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .
	@.venv/bin/mypy

requirements: $(STAMP) ## Compile the pins from requirements/*.in; newer ones with UPGRADE=--upgrade
	@$(COMPILE) -o requirements.txt requirements/program.in
	@$(COMPILE) -o requirements/tools.txt -c requirements.txt requirements/tools.in
	@$(COMPILE) -o requirements/uv.txt requirements/uv.in

schema: $(STAMP) ## Write docs/settings.md, settings.schema.json and docs/policies.md from the code
	@.venv/bin/python -m settings.json_schema
	@.venv/bin/python -m cli.settings_reference
	@.venv/bin/python -m cli.policies_reference

clean: ## Take the sandbox away, then remove .venv, .sandbox and every cache in here
	@test ! -d .sandbox || $(EKS_EFA) down --stack sandbox --now
	@rm -rf .venv .sandbox .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info

$(STAMP): ## Make the .venv from the pinned requirements
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo 'error: $(PYTHON): Python 3.11 or newer is needed; install it, or name one: make PYTHON=python3.12' >&2; exit 1; }
	@echo 'making .venv (once)' >&2
	@$(PYTHON) -m venv --clear .venv
	@.venv/bin/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	@.venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes --compile-bytecode -r requirements/tools.txt
	@.venv/bin/uv pip install --quiet --python .venv/bin/python --no-build-isolation --no-deps -e .
	@touch $@
