# `make run`, `make check` and `make test` do all the set-up. What was interrupted is finished by running it again.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What `make run` syncs: files or folders; empty for those of the last sync, at first seeds/.
CORPUS ?=
INSTALL := PIP_CONSTRAINT=constraints.txt PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install

.PHONY: run ask test format docs clean

run: $(VENV)/.ready
	@$(BIN)/hoibao sync $(CORPUS) </dev/null || true
	@$(BIN)/hoibao $(if $(TELEGRAM_BOT_TOKEN),bot,chat)

# The question reaches the shell through the environment, so that no character in it can mean anything else there.
ask: export HOIBAO_QUESTION = $(value Q)
ask: $(VENV)/.ready
	@$(BIN)/hoibao sync </dev/null || true
	@$(BIN)/hoibao ask -- "$$HOIBAO_QUESTION"

.PHONY: check lint

# Lint, types, import rules and the tests that need neither the bundled model nor the program: under two minutes on two
# cores, on all of which the tests run.
check: lint
	$(BIN)/python -m pytest -m 'not slow' --numprocesses auto --maxprocesses 8

# The slow tests start processes that use all cores, and run one after the other.
test: check
	$(BIN)/python -m pytest -m slow

lint: $(VENV)/.ready-to-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.ready-to-test
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# Builds the site of docs/; a warning, such as one of a broken link, is an error.
docs: $(VENV)/.ready-for-docs
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --config-file docs/site/mkdocs.yml
	@echo 'The site is in build/docs/: open build/docs/index.html' >&2

clean:
	rm -rf $(VENV) build/docs .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info

$(VENV)/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "HỏiBáo needs Python 3.11 or newer, this is " + sys.version.split()[0])'
	@[ -x $(BIN)/pip ] && $(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo 'Installing into $(VENV)/ (once; a few minutes)' >&2
	@$(INSTALL) -e . </dev/null >&2
	@touch $@

$(VENV)/.ready-to-test: $(VENV)/.ready
	@$(INSTALL) -e '.[dev]' </dev/null >&2
	@touch $@

$(VENV)/.ready-for-docs: $(VENV)/.ready
	@$(INSTALL) -e '.[docs]' </dev/null >&2
	@touch $@
