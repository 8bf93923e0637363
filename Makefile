# Everything a newcomer, a developer and CI run. `make archive` and `make test` are all the set-up there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
KLOG := $(BIN)/klog
KLOG_HOME ?= archive
export KLOG_HOME
unexport PYTHONDONTWRITEBYTECODE  # every process of the tests would compile the project again

.PHONY: archive ui test test-fast soak check lint types imports sql tables docs format bench bench-search bench-page bench-german bench-rankers bench-scale bench-timeline bench-timeline-archive constraints clean help

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 26

# Python compiles what it imports; to compile all that is installed takes a minute more.
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --no-compile -c constraints.txt

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) -e '.[build,ui]'
	touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) -e '.[dev]'
	touch $(VENV)/.run $@

$(VENV)/.bench: pyproject.toml constraints.txt $(VENV)/.dev
	$(INSTALL) -e '.[dev,bench]'
	touch $@

archive: $(VENV)/.run ## build the archive from the bundled sample, then search it and print a timeline
	$(KLOG) build
	@echo
	$(KLOG) search --limit 3 "why was Xen slow to get into the kernel?"
	@echo
	$(KLOG) timeline --entries 5 "Xen Dom0"
	@echo
	@echo "Open the page with: make ui"

ui: $(VENV)/.run ## open the page on this machine
	$(KLOG) ui

test: $(VENV)/.dev ## run the tests; three workers on two cores, because some tests wait
	$(BIN)/python -m pytest -n 3 --no-loadscope-reorder

test-fast: $(VENV)/.dev ## the tests that take no time, for the work in between
	$(BIN)/python -m pytest -n 2 -m "not soak and not slow and not browser"

soak: $(VENV)/.dev ## long proofs: bombs, kills, fuzz; an hour or more
	$(BIN)/python -m pytest -m soak --timeout=7200
	$(BIN)/python -m pytest -m hypothesis --hypothesis-profile=soak --timeout=7200

check: lint types imports sql ## format, lint, types, import contract, SQL and what the tables' descriptions give, as CI runs it

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.dev
	$(BIN)/mypy

imports: $(VENV)/.dev
	$(BIN)/lint-imports

sql: $(VENV)/.dev
	$(BIN)/python dbt_models/table_definitions/generate.py --check
	$(BIN)/sqlfluff lint --config dbt_models/.sqlfluff dbt_models/models dbt_models/tests dbt_models/macros

tables: $(VENV)/.dev ## write DDL, staging, sources and contracts from the descriptions in dbt_models/table_definitions/
	$(BIN)/python dbt_models/table_definitions/generate.py

docs: $(VENV)/.run ## build dbt's documentation of the archive's tables: one page, read without a network
	$(KLOG) build
	KLOG_WAREHOUSE_PATH=$(KLOG_HOME)/warehouse.duckdb $(BIN)/dbt docs generate --static --quiet --project-dir dbt_models \
		--profiles-dir dbt_models --target-path $(CURDIR)/build/docs --log-path $(CURDIR)/build/docs
	@echo "Open $(CURDIR)/build/docs/static_index.html"

format: $(VENV)/.dev ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/sqlfluff fix --config dbt_models/.sqlfluff dbt_models/models dbt_models/tests

bench: $(VENV)/.bench ## reading, fetching, encoding (each a ratio against a peer in the same run), shell, page, SQL and servers
	PYTHONPATH=. $(BIN)/python tests/bench/bench_reading.py
	PYTHONPATH=. $(BIN)/python tests/bench/bench_fetch.py
	$(KLOG) build
	PYTHONPATH=. $(BIN)/python tests/bench/bench_encoding.py $(KLOG_HOME)
	PYTHONPATH=. $(BIN)/python tests/bench/bench_sql.py $(KLOG_HOME)
	PYTHONPATH=. $(BIN)/python tests/bench/bench_serving.py $(KLOG_HOME)
	PYTHONPATH=. $(BIN)/python tests/bench/bench_answers.py $(KLOG_HOME)

bench-search: $(VENV)/.bench ## ARCHIVE=DIR EVAL=DIR: what ships, on readers' questions, citing sentences, index entries and SciFact, beside its peers
	PYTHONPATH=. $(BIN)/python tests/bench/bench_search.py $(ARCHIVE) $(EVAL)

bench-page: $(VENV)/.dev ## ARCHIVE=DIR [BEFORE="CHECKOUT ARCHIVE"]: how fast the page is, ten sessions at once and the server's memory
	PYTHONPATH=. $(BIN)/python tests/bench/bench_page.py $(ARCHIVE) $(if $(BEFORE),--before $(BEFORE))

bench-german: $(VENV)/.dev ## how well questions in German and English find German pages, with KLOG_MODEL
	PYTHONPATH=. $(BIN)/python tests/bench/bench_german.py

bench-rankers: $(VENV)/.bench ## ARCHIVE=DIR QUERIES=FILE [BEIR=DIR]: each ranker and mode, and how fast they are
	PYTHONPATH=. $(BIN)/python tests/bench/bench_rankers.py $(ARCHIVE) $(QUERIES) $(if $(BEIR),--beir $(BEIR)) \
		--identifiers tests/bench/identifiers.txt

bench-scale: $(VENV)/.dev ## ARCHIVE=DIR QUERIES=FILE [SIZES="500000 5000000"] [WORK=DIR]: a search store of up to five million passages
	PYTHONPATH=. $(BIN)/python tests/bench/bench_scale.py $(ARCHIVE) $(QUERIES) $(if $(SIZES),--sizes $(SIZES)) $(if $(WORK),--work $(WORK))

bench-timeline: $(VENV)/.dev ## ARCHIVE=DIR [HALF=final] [STORIES=FILE]: what of known histories the timelines of an archive show
	@PYTHONPATH=. $(BIN)/python tests/bench/bench_timeline.py $(ARCHIVE) $(if $(HALF),--half $(HALF)) $(if $(STORIES),--stories $(STORIES))

bench-timeline-archive: $(VENV)/.dev ## ARCHIVE=DIR: how fast the timelines of an archive are
	@PYTHONPATH=. $(BIN)/python tests/bench/bench_timeline_archive.py $(ARCHIVE)

constraints: ## resolve the versions again (in a fresh environment) into constraints.txt
	rm -rf .venv.resolve && $(PYTHON) -m venv .venv.resolve
	.venv.resolve/bin/pip install --quiet -e '.[dev,bench]'
	.venv.resolve/bin/pip freeze --exclude-editable | sed 's/+cpu//' > constraints.txt
	rm -rf .venv.resolve

clean: ## remove what was built; an archive home stays
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
