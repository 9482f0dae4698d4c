# The same commands for people and CI. Needs git, make and Python >= 3.11 with venv; no root.
PYTHON ?= python3
RUN    := .venv
DEV    := .venv-test
WHEEL  := build/wheel
UV     := build/uv/bin/uv
export UV_PYTHON_DOWNLOADS := never
export UV_LINK_MODE := copy
# Provinces sit behind inspecting proxies: trust what the machine trusts.
export UV_SYSTEM_CERTS := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test check unit docs bench prove lock clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(RUN)/.done ## Install into .venv; the command is .venv/bin/lienthong

demo: setup ## Play a morning at a one-stop desk against the sandbox
	$(RUN)/bin/lienthong demo $(ARGS)

test: check unit ## Check and test everything, on the built wheel

check: $(DEV)/.done ## Lint, types, walls
	$(DEV)/bin/ruff check .
	$(DEV)/bin/ruff format --check .
	$(DEV)/bin/lint-imports
	$(DEV)/bin/mypy
	$(DEV)/bin/pyright --pythonpath $(DEV)/bin/python

unit: $(DEV)/.done ## Run the test rings on the built wheel
	$(DEV)/bin/python -m pytest -n 2 --dist loadgroup -p no:randomly $(ARGS)

docs: $(DEV)/.done ## Build the documentation into docs/_build/html
	$(DEV)/bin/sphinx-build -W -q -b html docs docs/_build/html

bench: $(DEV)/.done ## Measure: make bench NAME=lookup [JSON=1]
	@test -n "$(NAME)" || { echo "Say which: make bench NAME=lookup"; exit 64; }
	UV=$(abspath $(UV)) JSON=$(JSON) $(DEV)/bin/python bench/$(NAME).py

prove: $(DEV)/.done ## Long proofs: make prove NAME=hub
	@test -n "$(NAME)" || { echo "Say which: make prove NAME=hub"; exit 64; }
	$(DEV)/bin/python -m tests.proofs.$(NAME)

lock: $(UV) ## Resolve the dependencies anew
	$(UV) pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate requirements/build.in -o requirements/build.txt
	$(UV) pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header --all-extras pyproject.toml -o requirements/run.txt
	$(UV) pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header --all-extras --group dev pyproject.toml -o requirements/dev.txt

clean: ## Remove everything that was built or installed
	rm -rf $(RUN) $(DEV) build dist docs/_build .demo .sandbox .bench

# uv installs the locked sets in seconds; uv and the build backend come from their own hash-locked file.
$(UV): requirements/build.txt
	$(PYTHON) -m venv build/uv
	build/uv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/build.txt
	@touch $@

# What runs and what is tested is the wheel as a user gets it, not the tree.
SOURCES := $(shell find adapters connectors sandbox config -type f -not -name '*.pyc') pyproject.toml README.md LICENSE
build/.wheel: $(UV) $(SOURCES)
	@rm -rf $(WHEEL)
	$(UV) build -q --no-build-isolation --python build/uv/bin/python --wheel -o $(WHEEL) .
	@touch $@

$(RUN)/.done: requirements/run.txt build/.wheel
	@test -x $(RUN)/bin/python || $(PYTHON) -m venv --without-pip $(RUN)
	$(UV) pip sync -q --python $(RUN)/bin/python --require-hashes requirements/run.txt
	$(UV) pip install -q --python $(RUN)/bin/python --no-deps --reinstall-package lienthong $(WHEEL)/*.whl
	@touch $@

$(DEV)/.done: requirements/dev.txt build/.wheel
	@test -x $(DEV)/bin/python || $(PYTHON) -m venv --without-pip $(DEV)
	$(UV) pip sync -q --python $(DEV)/bin/python --require-hashes requirements/dev.txt
	$(UV) pip install -q --python $(DEV)/bin/python --no-deps --reinstall-package lienthong $(WHEEL)/*.whl
	@touch $@
