# The two commands: `make run` builds the warehouse, `make test` tests everything.
# Needs Python 3.11 or newer and make; each target builds .venv when needed: `make run` from requirements.lock with what
# the run imports, all others from requirements-dev.lock with the tools of development as well.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEV := $(VENV)/.dev
# Images often forbid Python to keep compiled modules. uv installs none, so every process would compile Prefect and Great
# Expectations again: half of the processor time of its start. Here what the first process compiles is kept.
export PYTHONDONTWRITEBYTECODE :=
COMPILE := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --upgrade --no-emit-index-url \
	--no-header --quiet

.PHONY: run test check lint format docs lock serve clean help

run: $(READY)  ## ask the publishers and (re)build the warehouse in ./data
	$(BIN)/portvault run

test: $(DEV)  ## all tests
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

check: lint  ## lint, types and the fast tests, before every commit
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not slow"

lint: $(DEV)  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(DEV)  ## put the code into the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(DEV)  ## a site of docs/ with a search, in ./site; a link that leads nowhere is an error
	$(BIN)/mkdocs build --quiet

lock: $(DEV)  ## pin the whole tree of dependencies again, without any index address
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --group dev --all-extras --constraint requirements.lock --output-file requirements-dev.lock

serve: $(READY)  ## run the schedules on this machine until stopped
	$(BIN)/portvault serve

clean:  ## remove the environment, not the data
	rm -rf $(VENV)

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/:/'

$(READY): requirements.lock pyproject.toml scripts/install.py
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Portvault needs Python 3.11 or newer")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python scripts/install.py requirements.lock
	touch $@

$(DEV): requirements-dev.lock $(READY)
	$(BIN)/python scripts/install.py requirements-dev.lock
	touch $@
