# Two commands do all the set-up: `make ask` and `make test`. `make help` lists the others.
#
# pip's own settings (PIP_INDEX_URL, PIP_CERT, …) apply. Where torch's CPU builds are on an index of their
# own, name it in TORCH_INDEX_URL: otherwise pip may bring gigabytes of GPU libraries that nothing uses.
SHELL := bash
.DELETE_ON_ERROR:
.PHONY: ask test quality bench help serve docs index models docker-dry-run clean again

PYTHON ?= python3
TORCH_INDEX_URL ?=
VENV := .venv
BIN := $(VENV)/bin
# What `make bench` compares rag with has versions of its own, and none of it is needed for anything else.
PEERS := .venv-peers
PINNED := benchmarks/peers/requirements.txt

# The question goes through the environment, and `value` keeps make from reading it: any character may be
# in it.
Q ?= what is the status of Pakistan Steel Mills talks
override Q := $(value Q)
export Q TORCH_INDEX_URL

# RAG_* of the caller change what `make ask` does, as they should, but never what `make test` measures;
# where the models lie may stay.
# In float32, which every processor computes alike: bfloat16 would compare one machine with another.
UNSET := env $(foreach name,$(filter-out RAG_CACHE RAG_OFFLINE,$(filter RAG_%,$(.VARIABLES))),-u $(name))
MEASURED := $(UNSET) RAG_PRECISION=f32

# An environment belongs to one folder and one Python; when either has moved it is made again.
HERE := $(shell test -x $(BIN)/python && test "$$(cat $(VENV)/folder 2>/dev/null)" = "$$(pwd -P)" && echo yes)
PIP = $(BIN)/python -m pip install --quiet --constraint constraints.txt

ask: index ## Answer Q="…" from the articles in seeds/
	@$(BIN)/rag ask -- "$$Q" || test $$? -eq 3 # abstaining is not an error

test: $(VENV)/installed-test ## Lint, types, tests and the gate of the evaluation
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/hadolint Dockerfile
	$(BIN)/mypy
	$(MEASURED) RAG_CONFIG=/dev/null $(BIN)/rag models fetch --quiet
	$(MEASURED) $(BIN)/pytest -n 2
	$(MEASURED) RAG_CONFIG=/dev/null $(BIN)/rag eval --gate

quality: models ## Measure every data set below DATA=dir (LIMIT=n questions each) into benchmarks/quality.md
	@test -n "$(DATA)" || { echo 'Name the folder that holds the data sets: make quality DATA=dir' >&2; exit 2; }
	@$(MEASURED) RAG_CONFIG=/dev/null $(BIN)/python evals/quality.py "$(DATA)" $(if $(LIMIT),--limit "$(LIMIT)")

bench: models $(PEERS)/installed ## Measure speed beside LangChain, LlamaIndex, Haystack, txtai (ARTICLES=file, MILLION=1)
	@$(UNSET) $(BIN)/python benchmarks/speed.py --peers $(PEERS) $(if $(ARTICLES),--articles "$(ARTICLES)") $(if $(MILLION),--million)

help: ## This list
	@awk -F ':[^#]*## ' '/^[a-z-]+:.*## / {printf "make %-16s %s\n", $$1, $$2}' Makefile

serve: index ## Serve questions over HTTP
	@$(BIN)/rag serve

docs: $(VENV)/installed ## Write docs/cli.md anew from the program's own words
	@$(BIN)/python -m rag.cli.documentation

index: $(VENV)/installed ## Bring the index of seeds/ up to date
	@$(BIN)/rag ingest --quiet seeds

models: $(VENV)/installed ## Fetch and convert the models, so that nothing else needs a network
	@$(BIN)/rag models fetch

docker-dry-run: ## Take the Dockerfile's steps without Docker (as root on Linux)
	@$(PYTHON) tests/docker_dry_run.py

clean: ## Remove the environment and the tools' caches; the index and the user's models stay
	rm -rf $(VENV) $(PEERS) .hypothesis .mypy_cache .pytest_cache .ruff_cache

# `unfinished` stands while pip works: what was stopped half-way is begun anew, with pip's cache to help.
$(VENV)/installed: pyproject.toml constraints.txt rag/__init__.py $(if $(HERE),,again)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "rag needs Python 3.11 or newer")'
	@echo "Installing rag into $(VENV), then its models: the first time takes some minutes." >&2
	@if test -e $(VENV)/unfinished || test -z "$(HERE)"; then $(PYTHON) -m venv --clear $(VENV); fi
	@touch $(VENV)/unfinished
	@$(PIP) pip
	@$(PIP) $${TORCH_INDEX_URL:+--extra-index-url "$$TORCH_INDEX_URL"} torch
	@$(PIP) --build-constraint constraints.txt --editable .
	@pwd -P > $(VENV)/folder
	@rm $(VENV)/unfinished
	@touch $@

$(VENV)/installed-test: $(VENV)/installed
	@echo "Installing the test tools into $(VENV)." >&2
	@touch $(VENV)/unfinished
	@$(PIP) --build-constraint constraints.txt --editable '.[test]'
	@rm $(VENV)/unfinished
	@touch $@

$(PEERS)/installed: $(PINNED)
	@echo "Installing LangChain, LlamaIndex, Haystack and txtai into $(PEERS)." >&2
	@$(PYTHON) -m venv --clear $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet --constraint constraints.txt pip
	@$(PEERS)/bin/python -m pip install --quiet --constraint $(PINNED) $${TORCH_INDEX_URL:+--extra-index-url "$$TORCH_INDEX_URL"} torch
	@$(PEERS)/bin/python -m pip install --quiet --requirement $(PINNED)
	@touch $@
