# make demo   see it run                     make demo ARGS="--scenario gas-outburst --speed 4"
# make test   run every check                make help   the rest
# Needs make and Python 3.11 or newer; everything else is installed into .venv.

SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory --no-builtin-rules
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: demo test soak lint types imports pages pytest format clean help

PYTHON ?= python3
WORKERS ?= 3
VENV := .venv
BIN := $(VENV)/bin
UI := src/minesafe/web/ui
PAGES := $(shell find $(UI) -name node_modules -prune -o -type f -print)
SOURCES := $(wildcard pyproject.toml build_pages.py) $(PAGES)
PIP := $(BIN)/python -m pip --disable-pip-version-check install
say = @printf '\n\033[1m== %s\033[0m\n' '$(1)'

demo: $(VENV)/.demo ## The simulated mine and its server; ARGS goes to `minesafe demo`
	@exec $(BIN)/minesafe demo $(ARGS)

test: $(VENV)/.dev ## Every check; stops at the first that fails
	@.ci/prepare
	@$(MAKE) lint types imports pages pytest

lint: $(VENV)/.dev ## Style, format and spelling
	$(call say,ruff and codespell)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/codespell

types: $(VENV)/.dev ## mypy --strict on src and device_sims
	$(call say,mypy)
	@$(BIN)/mypy

imports: $(VENV)/.dev ## Which room may import which
	$(call say,import-linter)
	@$(BIN)/lint-imports

pages: $(VENV)/.dev ## Types and tests of the pages, and that they match the server's OpenAPI
	$(call say,svelte-check and vitest)
	@$(BIN)/python .ci/npm.py run check
	@$(BIN)/python .ci/npm.py run types:check

pytest: $(VENV)/.dev ## All tests but the soak
	$(call say,pytest)
	@$(BIN)/pytest -m "not soak" --numprocesses=$(WORKERS)

soak: $(VENV)/.dev ## The long form of the property tests and everything marked soak
	$(call say,soak)
	@$(BIN)/pytest --timeout=0 --hypothesis-profile=soak tests/property
	@$(BIN)/pytest --timeout=0 -m soak || test $$? -eq 5  # 5: nothing is marked soak

format: $(VENV)/.dev ## Let ruff put everything into form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean: ## Remove what was installed and built; data stays
	rm -rf $(VENV) dist $(UI)/node_modules src/minesafe/web/static
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## This list
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

# --- what the targets stand on: a stamp for each thing installed --------------------------------

$(VENV)/.made:
	@.ci/python-check '$(PYTHON)'
	$(call say,1/2 a virtual environment in $(VENV))
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.demo: $(VENV)/.made $(SOURCES)
	$(call say,2/2 packages and pages: a minute or two the first time)
	@$(PIP) --editable '.[demo]'
	@touch $@

$(VENV)/.dev: $(VENV)/.made $(SOURCES)
	$(call say,2/2 packages and pages: a minute or two the first time)
	@$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/.demo
