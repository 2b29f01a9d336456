# Two commands: `make demo` shows what smarketing does, `make test` checks all of it. Both make .venv on first use.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test parts bench docs translations clean

demo: $(VENV)/installed
	$(BIN)/smarketing demo --out demo

test: $(VENV)/tested parts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m reports.catalogue --check
	$(BIN)/python -m pytest $(PYTEST)

# What the tests need of the system; only root on Debian or Ubuntu can have it installed here, elsewhere those tests skip.
parts:
	sh tests/install_parts.sh

bench: $(VENV)/benched
	$(BIN)/python -m benchmarks all

docs: $(VENV)/tested
	$(BIN)/python docs/make_command_reference.py
	$(BIN)/python docs/make_readme.py

translations: $(VENV)/tested
	$(BIN)/python -m reports.catalogue

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "smarketing needs Python 3.11 or later; name one with make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

$(VENV)/tested: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	touch $@

$(VENV)/benched: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[bench]'
	touch $@

clean:
	rm -rf $(VENV) demo build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
