# The two commands: `make run` builds the warehouse, `make test` tests everything.
# Needs Python 3.11 or newer and make; each target builds .venv from requirements.lock when needed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: run test lint format lock serve clean help

run: $(READY)  ## ask the publishers and (re)build the warehouse in ./data
	$(BIN)/portvault run

test: $(READY)  ## all tests
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

lint: $(READY)  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY)  ## put the code into the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(READY)  ## pin the whole tree of dependencies again, without any index address
	$(BIN)/uv pip compile pyproject.toml --group dev --all-extras --universal --python-version 3.11 --upgrade \
		--no-emit-index-url --no-header --quiet --output-file requirements.lock

serve: $(READY)  ## run the schedules on this machine until stopped
	$(BIN)/portvault serve

clean:  ## remove the environment, not the data
	rm -rf $(VENV)

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/:/'

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Portvault needs Python 3.11 or newer")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@
