# make run, make test: from a fresh clone, with Python 3.11 and make.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT   ?= 8000
BIN    := .venv/bin
PIP    := install --quiet --disable-pip-version-check --require-hashes --only-binary :all:

# An installed requirements file leaves a stamp that carries its checksum; a changed file has no stamp.
stamp   = .venv/.$(1)-$(shell cat $(1:%=requirements/%.txt) | cksum | cut -d ' ' -f 1)
BASE   := $(call stamp,base)
TEST   := $(call stamp,test)
CHECK  := $(call stamp,check)

.PHONY: help run test check lint bench compared docs fuzz lock
.DEFAULT_GOAL := help

help:  ## This list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: export PORT := $(PORT)
run: $(BASE)  ## The gateway as .env says; the first time that is the demo, on http://localhost:8000
	@$(BIN)/python -m sso_gateway.bootstrap
	@exec $(BIN)/gunicorn --config python:sso_gateway.gunicorn sso_gateway.wsgi

test: $(BASE) $(TEST)  ## The whole suite (ARGS="-k name" for a part of it)
	@$(BIN)/python -m pytest --numprocesses auto $(ARGS)

check: lint test  ## Format, lint, types, layers, then the suite

lint: $(BASE) $(TEST) $(CHECK)  ## Format, lint, types and layers alone
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: .venv-bench  ## Side by side with the peers, as ratios: a table and JSON
	@.venv-bench/bin/python -m benchmarks $(ARGS)

compared: .venv-bench  ## Every attack and every genuine message put to the peers: writes docs/reference/compared.md
	@.venv-bench/bin/python -m tests.compared $(ARGS) > .venv-bench/page && mv .venv-bench/page docs/reference/compared.md

fuzz: .venv-fuzz  ## Odd messages at every door, for SECONDS=60 each (ARGS="metadata.read" for one)
	@.venv-fuzz/bin/python -m tests.fuzz $(or $(SECONDS),60) $(ARGS)

docs: $(BASE) $(TEST)  ## The reference pages that are made from the code
	@$(BIN)/python -m sso_gateway.refusal.reference > .venv/page && mv .venv/page docs/reference/refusals.md
	@$(BIN)/python -m tests.conformance > .venv/page && mv .venv/page docs/reference/conformance.md

lock: .venv-lock  ## requirements/*.txt anew from *.in (ARGS=--upgrade for newer versions)
	@for name in base test check bench fuzz; do .venv-lock/bin/pip-compile $(LOCK) $(ARGS) --output-file requirements/$$name.txt requirements/$$name.in || exit; done

LOCK := --quiet --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links
lock: export CUSTOM_COMPILE_COMMAND := make lock

.venv:
	@$(PYTHON) -m venv $@

.venv/.%: | .venv
	@echo "Installing $(firstword $(subst -, ,$*)) requirements ..."
	@$(BIN)/python -m pip $(PIP) -r requirements/$(firstword $(subst -, ,$*)).txt
	@touch $@

.venv-bench .venv-fuzz: .venv-%: requirements/base.txt requirements/%.txt
	@$(PYTHON) -m venv --clear $@
	@$@/bin/python -m pip $(PIP) -r requirements/base.txt -r requirements/$*.txt
	@touch $@

.venv-lock:
	@$(PYTHON) -m venv $@
	@$@/bin/python -m pip install --quiet --disable-pip-version-check pip-tools==7.6.2
