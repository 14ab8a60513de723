# Everything a newcomer or CI runs. Each target sets up what it needs; nothing has to be activated.

# 3.11 or newer; unset, the first that fits. To change an environment that is there: make clean test PYTHON=python3.12
PYTHON ?=
# how many tests run side by side
WORKERS ?= 3
# full, or short for the few minutes that CI gives it
SOAK ?= full
# further arguments for pytest, as in: make test ARGS=tests/harness
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed
CHECKED := vault_format core tui tests $(wildcard bench)

.DEFAULT_GOAL := help
.PHONY: help demo test soak bench lint format types contracts check lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(READY) ## open the application on a throw-away vault of invented notes
	@$(BIN)/tacenda demo

test: $(READY) ## run the tests
	@$(BIN)/python -m pytest -n $(WORKERS) -m "not soak and not slow" $(ARGS)

soak: $(READY) ## run the slow and the long tests; SOAK=short only the long ones, briefly
	@TACENDA_SOAK=$(SOAK) $(BIN)/python -m pytest -m "$(if $(filter short,$(SOAK)),soak,soak or slow)" $(ARGS) || { \
		status=$$?; [ $$status -eq 5 ] || exit $$status; echo "There is no long test here."; }

bench: $(READY) ## measure speed and memory, as ratios against the bare operations
	@$(BIN)/python -m bench $(ARGS)

lint: $(READY) ## ruff: rules and layout
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check -q . || { echo "The layout of a file differs: make format" >&2; exit 1; }

format: $(READY) ## lay the source out with ruff
	@$(BIN)/ruff check --fix-only --select I . && $(BIN)/ruff format .

types: $(READY) ## mypy, strict
	@$(BIN)/mypy $(CHECKED)

contracts: $(READY) ## which package may import which
	@$(BIN)/lint-imports --no-logo

check: lint types contracts test ## all of lint, types, contracts and test

lock: ## make lock.txt anew from pyproject.toml (needs the network)
	@PYTHON="$(PYTHON)" .ci/make-lock

clean: ## remove what make and the tools have made
	@rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A new lock means a new environment; a new pyproject.toml only that the checkout is installed again.
$(VENV)/.locked: lock.txt .ci/setup-venv
	@PYTHON="$(PYTHON)" .ci/setup-venv packages

$(READY): $(VENV)/.locked pyproject.toml
	@.ci/setup-venv checkout
