# One command per chore; the same commands run locally and in CI.
PYTHON ?= python3
VENV   := .venv
BIN    := $(CURDIR)/$(VENV)/bin
export PATH := $(BIN):$(PATH)
# One download cache for both package trees; Playwright drives the system's Chromium and downloads none.
export YARN_ENABLE_GLOBAL_CACHE := 1
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo check test test-full test-browser test-oldest test-python lint types unit gen bench bench-browser build clean

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "mlsec-lab needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)

# Installs the package in place and, by its build hook, the JavaScript packages and the labextension.
$(VENV)/.lab: $(VENV)/bin/python pyproject.toml package.json yarn.lock
	$(BIN)/pip install -q -e '.[lab]' 'jupyterlab>=4.6' jupyter-builder
	touch $@

$(VENV)/.test: $(VENV)/.lab
	$(BIN)/pip install -q -e '.[lab,test]'
	touch $@

ui-tests/node_modules/.mlsec: $(VENV)/.lab ui-tests/package.json ui-tests/yarn.lock
	cd ui-tests && jlpm install --immutable
	touch $@

build: $(VENV)/.lab ## Compile the TypeScript and the labextension
	jlpm install --immutable
	jlpm build
	jupyter-builder develop . --overwrite

demo: $(VENV)/.lab ## Build, install and open JupyterLab on the example with the panel open
	$(BIN)/python examples/build.py
	$(BIN)/python examples/demo.py

lint: $(VENV)/.test ## Python and TypeScript linters
	ruff check .
	ruff format --check .
	lint-imports
	jlpm lint:check

types: $(VENV)/.test ## mypy and tsc
	mypy
	jlpm tsc --noEmit

unit: $(VENV)/.test ## Python and TypeScript unit tests
	pytest -m 'not full'
	jlpm test

gen: $(VENV)/.test ## Generate what is generated: TypeScript types, rule pages, command-line reference
	python scripts/gen_types.py
	python scripts/gen_rule_pages.py
	python scripts/gen_cli_docs.py

check: lint types unit ## The inner loop: linters, types, unit tests

test: $(VENV)/.test ## Everything a change needs, browser tests included
	$(MAKE) lint types
	$(MAKE) test-python
	jlpm test
	$(MAKE) build test-browser

test-python: $(VENV)/.test
	pytest -m 'not full' --cov --cov-report=term:skip-covered

test-browser: $(VENV)/.test ui-tests/node_modules/.mlsec ## Browser tests in Chromium
	scripts/chromium.sh
	cd ui-tests && jlpm playwright test

# The oldest JupyterLab and Notebook that work, with the wheel as a user installs it.
OLDEST := jupyterlab==4.0.* notebook==7.0.*
test-oldest: ui-tests/node_modules/.mlsec ## The main browser story on the oldest JupyterLab and Notebook that work
	scripts/chromium.sh
	$(PYTHON) -m venv --clear .venv-oldest
	pip wheel -q --no-deps -w .venv-oldest/wheel .
	.venv-oldest/bin/pip install -q $(OLDEST) ipykernel "$$(ls $(CURDIR)/.venv-oldest/wheel/*.whl)[lab]"
	cd ui-tests && PATH=$(CURDIR)/.venv-oldest/bin:$(PATH) jlpm playwright test --project plain --project notebook

test-full: $(VENV)/.test ## Also the heavy, long and soak tests
	pytest --cov
	jlpm test
	$(MAKE) build test-browser

bench: $(VENV)/.test ## Measure; some benchmarks need ../shared and say so when it is missing
	python -m benchmarks
	$(MAKE) bench-browser

bench-browser: $(VENV)/.test ui-tests/node_modules/.mlsec ## Measure the panel on a large notebook; take the README's picture
	python examples/build.py
	cd ui-tests && MLSEC_MEASURE=1 jlpm playwright test --project measure

clean: ## Remove what the build made
	rm -rf $(VENV) .venv-oldest lib mlsec_lab/labextension mlsec_lab/_version.py node_modules ui-tests/node_modules dist .cache
