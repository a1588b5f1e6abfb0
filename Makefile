# The only entry point; `make` prints this help. Every target works on a bare Debian with git, make, python3, python3-venv.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.nuaikit-installed
LOCKS := requirements.lock deploy/images/build-tools.lock deploy/local/installer.lock
MEMBERS := $(wildcard libs/*/pyproject.toml services/*/pyproject.toml deploy/local/pyproject.toml)
PYTHON_CODE := libs services deploy tests bench
# How many processes share the tests (0: this one alone). More are quicker where cores are idle, and each wants one.
WORKERS ?= 0
PYTEST := -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder
ARGS ?=
export UV_PYTHON_DOWNLOADS := never

.PHONY: help
help: ## Print this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  \033[1m%-16s\033[0m %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo; echo "  ARGS=… is passed on: make test ARGS='-k transfer', make up ARGS='--port-offset 1000', make logs ARGS='kafka -f'"

$(INSTALLED): $(LOCKS) $(MEMBERS) pyproject.toml deploy/local/bootstrap.py
	@$(PYTHON) deploy/local/bootstrap.py

.PHONY: install
install: $(INSTALLED) ## Install what the locks name into .venv (other targets do it when needed)

.PHONY: run up down status logs reset migrate audit
run: $(INSTALLED) ## Start everything, play the transfer scenario, stay until Ctrl-C · เริ่มระบบและสาธิต
	@$(BIN)/nuaikit run $(ARGS)
up: $(INSTALLED) ## Start everything in the background · เริ่มระบบ
	@$(BIN)/nuaikit up $(ARGS)
down: $(INSTALLED) ## Stop everything; data stays · หยุดระบบ
	@$(BIN)/nuaikit down $(ARGS)
status: $(INSTALLED) ## What runs where, and whether it works · ดูสถานะ
	@$(BIN)/nuaikit status $(ARGS)
logs: $(INSTALLED) ## The logs; ARGS='kafka -f' follows one · ดูบันทึก
	@$(BIN)/nuaikit logs $(ARGS)
reset: $(INSTALLED) ## Stop and remove all data of this checkout (asks) · ล้างข้อมูล
	@$(BIN)/nuaikit reset $(ARGS)
migrate: $(INSTALLED) ## Bring one database up to date: make migrate SERVICE=credit-bank
	@$(BIN)/nuaikit migrate $(or $(SERVICE),$(error name it: make migrate SERVICE=credit-bank)) $(ARGS)
audit: $(INSTALLED) ## Recompute what a service keeps, report drift: make audit SERVICE=credit-bank
	@$(BIN)/nuaikit audit $(or $(SERVICE),$(error name it: make audit SERVICE=credit-bank)) $(ARGS)

.PHONY: test test-unit test-containers bench
test: $(INSTALLED) ## Every layer, on real PostgreSQL and Kafka
	@$(BIN)/python $(PYTEST) $(ARGS)
test-unit: $(INSTALLED) ## Only what needs no server; seconds
	@$(BIN)/python -m pytest tests/unit $(ARGS)
test-containers: $(INSTALLED) ## Integration and end-to-end tests through testcontainers (makes its images, may start an engine)
	@$(BIN)/python -m tests.support.containers $(ARGS)
bench: $(INSTALLED) ## Side-by-side benchmarks, each with both sides and the ratio
	@$(BIN)/python -m bench $(ARGS)

.PHONY: check lock-check fmt
check: $(INSTALLED) ## Format, lint, types, layers, dependencies, contracts, locks, manifests (no tests)
	@$(BIN)/python -m nuaikit_local.checks $(ARGS)
lock-check: $(INSTALLED) ## Do the locks still satisfy the pyproject.toml files?
	@$(BIN)/python -m nuaikit_local.locks check
fmt: $(INSTALLED) ## Format Python and protobuf
	@$(BIN)/ruff check --quiet --fix-only $(wildcard $(PYTHON_CODE)); $(BIN)/ruff format $(wildcard $(PYTHON_CODE))
	@$(BIN)/buf format --write proto

.PHONY: proto lock images clean
proto: $(INSTALLED) ## Generate code from proto/ into libs/contracts
	@$(BIN)/python -m tests.support.contracts generate
lock: $(INSTALLED) ## Bring every lock up to the pyproject.toml files; ARGS=--upgrade moves all pins
	@$(BIN)/python -m nuaikit_local.locks make $(ARGS)
images: ## Build the container image of every service (needs Docker; BASE_IMAGE=… TAG=…)
	@for service in $(notdir $(wildcard services/*)); do docker build --file deploy/images/Dockerfile --build-arg SERVICE=$$service \
	  $(if $(BASE_IMAGE),--build-arg BASE_IMAGE=$(BASE_IMAGE)) --tag nuaikit/$$service:$(or $(TAG),0.1.0) $(ARGS) .; done
clean: ## Remove what tools left behind, .venv included; keeps data (that is `make reset`)
	@rm -rf .venv .pytest_cache .ruff_cache .hypothesis dist; find $(wildcard $(PYTHON_CODE)) -name __pycache__ -type d -prune -exec rm -rf {} +
