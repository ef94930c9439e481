# Every target builds the environment it needs: Python 3.11 or newer, git and make are enough.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python -X utf8
DEMO := .venv-demo
# One more than the processors of a small machine: many tests wait for locks, hooks and other processes. The tests of one
# file stay together, since they share what is costly to make; tests/conftest.py lets the longest files begin first.
WORKERS ?= 3
# The tests start Python some hundred times: compiled modules are kept, also where the environment forbids it.
export PYTHONDONTWRITEBYTECODE :=
# The tests keep their casebooks in memory where it has room: git and the journal wait for the disk otherwise.
MEMORY := $(shell df --output=avail /dev/shm 2>/dev/null | awk 'NR == 2 && $$1 > 8000000 { print "TMPDIR=/dev/shm" }')
PYTEST := $(MEMORY) $(RUN) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

.PHONY: demo test test-zh test-browser test-vectors test-oracle test-scale trend-simulation nightly nightly-whole nightly-browser nightly-properties fuzz mutation lint coverage bench messages example clean

demo: $(DEMO)/ready
	@$(DEMO)/bin/complaintctl demo

test: $(VENV)/ready
	$(PYTEST) --ignore=tests/browser $(ARGS)

# Letters and forms as a browser shows and prints them; what it needs says CONTRIBUTING.md.
test-browser: $(VENV)/ready
	npm ci --silent --no-audit --no-fund --prefix tests/browser
	$(PYTEST) tests/browser $(ARGS)

# The command line's tests once more, every casebook speaking Chinese: what it says is read back through the catalogue.
test-zh: $(VENV)/ready
	COMPLAINTCTL_TEST_LANG=zh $(PYTEST) tests/commands $(ARGS)

# The deadline answers of other projects; another file of the format: COMPLAINTCTL_VECTORS=other.json make test-vectors
test-vectors: $(VENV)/ready
	$(RUN) -m pytest tests/domain/worktime/test_vectors.py $(ARGS)

# Thresholds of `trend` beside those of R's package surveillance. It needs Rscript and the package; on Debian:
# apt-get install --no-install-recommends r-cran-surveillance
test-oracle: $(VENV)/ready
	COMPLAINTCTL_ORACLE=1 $(RUN) -m pytest tests/domain/trends/test_surveillance.py -rP $(ARGS)

# Reports on Spark, by ibis, and over Iceberg tables (docs/scale.md): installs what is large, needs Java 17.
test-scale: $(VENV)/ready
	$(RUN) -m pip install --quiet --disable-pip-version-check --editable '.[scale]'
	COMPLAINTCTL_SCALE=1 $(RUN) -m pytest tests/exchange/analytics/scale -rP $(ARGS)

# The table of docs/trend.md: false alarms and outbreaks found, by 28 scenarios of 25 series.
trend-simulation: $(VENV)/ready
	$(RUN) -m tests.domain.trends.detectors

# What the normal run has a sample of, in four steps with their figures: about 25 minutes on two processors.
# `make -k nightly` goes on after a step that failed.
nightly: nightly-whole nightly-browser nightly-properties test-zh

# Whole registers, tables and months.
nightly-whole: $(VENV)/ready
	$(PYTEST) -m nightly -rP --durations=20 --ignore=tests/browser $(ARGS)

# Every page in a browser, not one of each frame.
nightly-browser: $(VENV)/ready
	npm ci --silent --no-audit --no-fund --prefix tests/browser
	$(PYTEST) -m nightly --durations=5 tests/browser $(ARGS)

# Every property on 2,000 examples instead of 15.
nightly-properties: $(VENV)/ready
	HYPOTHESIS_PROFILE=nightly $(PYTEST) -m hypothesis --dist worksteal --durations=20 --ignore=tests/browser $(ARGS)

# Random input for everything that reads a file; on Linux. What is found stays in fuzz/found: one input a fault.
SECONDS ?= 120
fuzz: $(VENV)/ready
	$(RUN) -m pip install --quiet --disable-pip-version-check --editable '.[fuzz]'
	$(RUN) -m fuzz --seconds $(SECONDS) $(ARGS)

# Some mutants survive because they change nothing that can be seen: docs/mutation.md lists them.
mutation: $(VENV)/ready
	$(RUN) -m pip install --quiet --disable-pip-version-check --editable '.[mutation]'
	rm -rf mutants
	$(VENV)/bin/mutmut run
	$(VENV)/bin/mutmut results

lint: $(VENV)/ready
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy

coverage: $(VENV)/ready
	$(RUN) -m coverage erase
	$(PYTEST) --cov --cov-report=term-missing:skip-covered $(ARGS)

bench: $(VENV)/ready
	$(RUN) -m bench

# Collect the sentences of the code, merge them into the Chinese catalogue, compile it; name what is untranslated.
messages: $(VENV)/ready
	$(RUN) -m tests.language.messages

# Write what the commands print into the README and the documents.
example: $(VENV)/ready
	$(RUN) -m tests.docs.readme

$(VENV)/ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

$(DEMO)/ready: pyproject.toml
	$(PYTHON) -m venv $(DEMO)
	$(DEMO)/bin/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

clean:
	rm -rf $(VENV) $(DEMO) build dist .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis
