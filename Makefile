# Two commands do everything: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Bytecode is kept, wherever that was switched off: some tests start processes, and each would compile everything again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test long lint types contracts pytest e2e check-payloads check-slack check-telegram kill-test kill-test-short bench format lock clean

demo: $(VENV)/.ready
	$(BIN)/terugkeer demo

# Types and tests side by side: the tests wait now and then, and one core would.
test: lint contracts
	$(MAKE) --no-print-directory -j2 types pytest

lint: $(VENV)/.ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.ready-dev
	$(BIN)/mypy

contracts: $(VENV)/.ready-dev
	$(BIN)/lint-imports

# Each worker takes half of the files, and what is left of the other's at the end: what a file makes is made once.
pytest: $(VENV)/.ready-dev
	$(BIN)/pytest -q -n 2 --dist worksteal

# What takes long: every talk on the pages and both platforms, a thousand running cases, a killed process.
long: $(VENV)/.ready-dev
	$(BIN)/pytest -q -n 2 -m long

# The pages in headless Chromium; screenshots stay in build/screenshots.
e2e: $(VENV)/.ready-dev
	$(BIN)/pytest -q -m e2e tests/e2e

# Every call we make of Slack and of Telegram, read by Slack's own types and by another library's models.
# Needs node and npm; quicker with -j2.
check-payloads: check-slack check-telegram

check-slack: $(VENV)/.ready-dev build/node/.ready
	$(BIN)/python -m tests.payloads.collect slack
	$(BIN)/python -m tests.payloads.slack_types

check-telegram: $(VENV)/.ready-dev build/aiogram/.ready
	$(BIN)/python -m tests.payloads.collect telegram
	build/aiogram/bin/python tests/payloads/aiogram_models.py build/payloads/telegram

build/node/.ready: tests/payloads/package.json
	mkdir -p build/node
	cp $< build/node
	npm install --prefix build/node --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

build/aiogram/.ready: tests/payloads/requirements.txt
	$(PYTHON) -m venv build/aiogram
	build/aiogram/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

# The real thing, killed at random moments: nothing lost, nothing doubled. Fifty times on the web, where each start is a
# whole one, and two thousand times on Slack and Telegram (about fifteen minutes).
kill-test: $(VENV)/.ready-dev
	$(BIN)/python -m tests.killing 50
	$(BIN)/python -m tests.killing_chats 2000

kill-test-short: $(VENV)/.ready-dev
	$(BIN)/python -m tests.killing_chats 60

bench: $(VENV)/.ready-dev
	$(BIN)/python -m bench

format: $(VENV)/.ready-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Hash-pinned, and no address of a package index in the files.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --extra build --extra oidc --extra slack --extra telegram pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --extra build --extra oidc --extra slack --extra telegram --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate tests/payloads/requirements.in -o tests/payloads/requirements.txt

$(VENV)/.ready: requirements.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.ready-dev: requirements-dev.txt $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis
