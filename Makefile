# The one list of tasks. `make run` and `make test` are all a newcomer needs.

PYTHON ?= python3
VENV   ?= .venv

# `make run HOST=0.0.0.0 PORT=8080`; only as arguments, for shells set HOST to other things.
ADDRESS := $(if $(filter command,$(firstword $(origin HOST))),--host $(HOST)) \
           $(if $(filter command,$(firstword $(origin PORT))),--port $(PORT))


# Where torch comes from. On Linux the usual index serves it with several GB of CUDA, so a machine without an NVIDIA
# card takes PyTorch's CPU build, unless pip has been told where to look (pip.conf, PIP_INDEX_URL, PIP_FIND_LINKS, …).
# Set TORCH_INDEX to another index, or to nothing, to decide yourself.
PIP_IS_SET  := $(shell $(PYTHON) -m pip config list 2>/dev/null | grep -E 'index-url|find-links|no-index')
ON_PLAIN_CPU := $(shell test "$$(uname -s)" = Linux && test ! -e /proc/driver/nvidia && echo yes)
ifeq ($(ON_PLAIN_CPU)$(PIP_IS_SET),yes)
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
endif

BIN := $(VENV)/bin
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
endif
TORCH := torch>=2.13,<2.14

.PHONY: run test test-llm check bench bench-llm golden screenshots browser help

help:
	@echo 'make run          serve the chat page on http://127.0.0.1:7860'
	@echo 'make test         all tests but those that need a language model or measure'
	@echo 'make check        format, lint, types, layers'
	@echo 'make bench        speed and quality, as ratios'
	@echo 'make test-llm     fetch the local language model and test with it; six questions'
	@echo 'make bench-llm    let it answer all questions; rewrites tests/bench/results/language-model.md'
	@echo 'make golden       rewrite golden pages and the READMEs' examples; review the difference'
	@echo 'make screenshots  rewrite the pictures of the README'

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("wenbao needs Python 3.11 or newer; try make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(if $(TORCH_INDEX),$(BIN)/python -m pip install --quiet --index-url $(TORCH_INDEX) '$(TORCH)' || true)
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	@touch $@

run: $(VENV)/.installed
	$(BIN)/wenbao build
	$(BIN)/wenbao serve $(ADDRESS)

test: $(VENV)/.installed-test browser
	$(BIN)/python -m pytest
	$(BIN)/python -m pytest -m browser

check: $(VENV)/.installed-test
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.installed-test
	$(BIN)/python -m tests.bench.ratios

test-llm: $(VENV)/.installed-test
	$(BIN)/python -m pip install --quiet --editable '.[test,local-llm]'
	-$(BIN)/wenbao model fetch
	$(BIN)/python -m pytest -m llm -s -rs

bench-llm: $(VENV)/.installed-test
	$(BIN)/python -m pip install --quiet --editable '.[test,local-llm]'
	$(BIN)/wenbao model fetch
	$(BIN)/python -m tests.bench.language_model

golden: $(VENV)/.installed-test
	$(BIN)/python -m tests.corpus.renew_golden
	$(BIN)/python scripts/make_examples.py

screenshots: $(VENV)/.installed-test browser
	$(BIN)/wenbao build
	$(BIN)/python -m scripts.screenshot

browser: $(VENV)/.installed-test
	@$(BIN)/python scripts/find_browser.py --install
