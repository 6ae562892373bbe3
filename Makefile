# Two commands do all the set-up: `make demo` and `make test`. The rest is for those who work on the program.
PYTHON ?= python3
BIN := .venv/bin
OUT ?= build/demo
NAME ?= files
SEED ?= 1
BUDGET ?= 500

.PHONY: demo test check bench campaign screenshots bundle format clean

demo: .venv/.ready
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then $(BIN)/second-opinion demo; else \
	    echo "There is no display: the whole job is played in a window under Xvfb, results in $(OUT)."; \
	    .ci/with-display $(BIN)/second-opinion demo --headless --out $(OUT); fi

PYTEST ?= -n 2 --dist loadfile -q

test: .venv/.test check
	.ci/with-display $(BIN)/python -m pytest $(PYTEST)

check: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.bench
	.ci/with-display $(BIN)/python -m tests.benchmarks

campaign: .venv/.test
	$(BIN)/python -m tests.faults --name $(NAME) --seed $(SEED) --budget $(BUDGET)

screenshots: .venv/.ready
	.ci/with-display $(BIN)/second-opinion screenshots --out build/screenshots

bundle: .venv/.bundle
	$(BIN)/pyinstaller --noconfirm --distpath build/dist --workpath build/pyinstaller build.spec
	.ci/with-display build/dist/second-opinion/second-opinion self-check

format: .venv/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf build .venv

.venv/.system-%: .ci/system-packages
	@.ci/system-packages $*
	@mkdir -p .venv && touch $@

.venv/bin/python: | .venv/.system-demo
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip

.venv/.ready: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

.venv/.test: pyproject.toml | .venv/.ready .venv/.system-test
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	@touch $@

.venv/.bench: pyproject.toml | .venv/.ready .venv/.system-bench
	$(BIN)/python -m pip install --quiet --editable ".[test,bench]"
	@touch $@

.venv/.bundle: pyproject.toml | .venv/.ready
	$(BIN)/python -m pip install --quiet --editable ".[bundle]"
	@touch $@
