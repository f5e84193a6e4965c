# Two commands do all the set-up: `make ask` and `make test`.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.PHONY: ask index models test lint types check eval serve clean

Q ?= what is the status of Pakistan Steel Mills talks
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# A setting of the caller's (an index elsewhere, an API key) must not change what the suite measures.
CLEAN_ENV := env -u RAG_INDEX -u RAG_ENCODER -u RAG_RERANKER

ask: index
	@$(BIN)/rag ask "$(Q)"

index: models
	@$(BIN)/rag ingest --quiet seeds

models: $(VENV)/installed
	@$(BIN)/rag models fetch --quiet

test: $(VENV)/installed-test models
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest
	$(BIN)/rag eval --gate

serve: index
	$(BIN)/rag serve

# torch first and pinned: an unpinned one brings gigabytes of GPU libraries.
$(VENV)/installed: pyproject.toml constraints.txt rag/__init__.py
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "rag needs Python 3.11 or newer")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt torch
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test]'
	@touch $@

clean:
	rm -rf $(VENV)
