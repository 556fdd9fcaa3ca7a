# Everything here works on a plain machine: no sudo, no Docker, no account.
# Only compose-test and chaos WHERE=compose need a Docker engine.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
READY := .venv/.ready
BI_READY := .venv-bi/.ready
UV_COMPILE := $(BIN)/uv pip compile -q --universal --generate-hashes --no-header \
	--python-version 3.11

export PYTHON

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' \
		$(MAKEFILE_LIST)

$(READY): requirements.lock requirements-uv.lock pyproject.toml scripts/setup.sh
	@scripts/setup.sh
	@touch $@

.PHONY: setup
setup: $(READY) ## Make .venv from the hashed lock (the other targets do it too)

.PHONY: demo
demo: $(READY) ## Generated files through Airflow to published totals
	@$(BIN)/bloc demo

.PHONY: demo-full
demo-full: $(READY) ## The same with every quarter of ten years, for charts
	@$(BIN)/bloc demo --history

$(BI_READY): bi/requirements.lock bi/translations/vi.po bi/translate.py scripts/setup_bi.sh | $(READY)
	@scripts/setup_bi.sh
	@touch $@

.PHONY: bi
bi: $(READY) $(BI_READY) ## Start Superset with the dashboards, in an environment of its own
	@$(BIN)/bloc bi up

.PHONY: bi-down
bi-down: $(READY) ## Stop Superset
	@$(BIN)/bloc bi down

.PHONY: bi-test
bi-test: $(READY) $(BI_READY) ## Try Superset from nothing: figures, roles, pages (BI_BROWSER=no)
	$(BIN)/python -m pytest tests/superset

.PHONY: up
up: $(READY) ## Start Airflow with its web page, and the warehouse, on this machine
	@$(BIN)/bloc airflow up

.PHONY: down
down: $(READY) ## Stop Airflow, Superset and the warehouse
	@$(BIN)/bloc bi down
	@$(BIN)/bloc airflow down

.PHONY: lint
lint: $(READY) ## Check style, types, imports, SQL, and that the locks are fresh
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint --nocolor --disable-progress-bar --processes 0 \
		dbt_project
	$(BIN)/sqlfluff lint --nocolor --disable-progress-bar --processes 0 \
		--templater python expectations
	$(BIN)/sqlfluff lint --nocolor --disable-progress-bar --processes 0 \
		--templater placeholder src
	$(BIN)/deptry src dags
	$(BIN)/deptry src dags tests benchmarks scripts --exclude '\.venv' \
		--optional-dependencies-dev-groups build --ignore DEP001,DEP003,DEP004
	$(BIN)/python scripts/check_locks.py

.PHONY: format
format: $(READY) ## Let ruff fix what it can
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

.PHONY: test
test: $(READY) ## Run the tests on the embedded PostgreSQL (some: TESTS=tests/forms)
	@$(if $(TESTS),$(BIN)/python -m pytest $(TESTS),scripts/test.sh)

.PHONY: test-slow
test-slow: $(READY) ## The tests left out of it: dbt by hand, the wheel alone, docs/start.md
	$(BIN)/python -m pytest -m slow tests/acceptance tests/airflow_plugin \
		tests/bloc_samples tests/dags tests/dbt_project

.PHONY: chaos
chaos: $(READY) ## Kill runs, and Airflow in each task; check that they recover (WHERE=compose)
	$(if $(WHERE),$(BIN)/python -m scripts.$(WHERE)_chaos $(if $(PROFILE),--profile $(PROFILE)) \
		$(if $(CELLS),--cells "$(CELLS)") $(if $(ALL),--all) $(if $(SHIFT),--shift $(SHIFT)) \
		$(if $(AT_END),--compare-at-end),\
		$(BIN)/python -m pytest tests/chaos)

.PHONY: simulate
simulate: $(READY) ## Live through a made year, each day checked (SEED=1 UNTIL=2029-03-01)
	@$(BIN)/python -m tests.simulation --seed $(or $(SEED),1) $(if $(UNTIL),--until $(UNTIL))

.PHONY: restore-drill
restore-drill: $(READY) ## Back up, lose everything, restore, compare; prints the times
	@$(BIN)/python -m scripts.restore_drill

.PHONY: bench-intake
bench-intake: $(READY) ## Speed of intake, against what it cannot avoid (fewer: N=200)
	$(BIN)/python -m benchmarks.intake.measure -n $(or $(N),5000) $(if $(JSON),--json)

.PHONY: bench-looks
bench-looks: $(READY) ## Cost of a look at landing as more was registered (KNOWN="1000 100000")
	$(BIN)/python -m benchmarks.landing.looks $(if $(KNOWN),--known $(KNOWN))

.PHONY: bench-latency
bench-latency: $(READY) ## Time from a dropped file to published figures (DROPS=20)
	$(BIN)/python -m benchmarks.landing.latency --drops $(or $(DROPS),20)

.PHONY: bench-outliers
bench-outliers: $(READY) ## Precision and recall of the outlier rules on seeded errors
	$(BIN)/python -m benchmarks.outliers

.PHONY: bench-warehouse
bench-warehouse: $(READY) ## Cost of builds and questions as history grows (BLOCS="1 10")
	$(BIN)/python -m benchmarks.warehouse --blocs $(or $(BLOCS),1 10 100) \
		--years $(or $(YEARS),10)

.PHONY: bench-correction
bench-correction: $(READY) ## Processor time of one corrected cell (with both gates: GATES=1)
	$(BIN)/python -m benchmarks.correction --blocs $(or $(BLOCS),1) \
		--years $(or $(YEARS),10) $(if $(GATES),--gates)

.PHONY: bench-commands
bench-commands: $(READY) ## Processor time of the commands people type (beside: BEFORE=a checkout)
	$(BIN)/python -m benchmarks.commands $(if $(BEFORE),--before $(BEFORE))

.PHONY: bench-audit
bench-audit: $(READY) ## Cost of the gates over one bloc and the country (UNITS="100 52000")
	$(BIN)/python -m benchmarks.audit $(if $(UNITS),--units $(UNITS)) $(if $(JSON),--json)

.PHONY: bench-bi
bench-bi: $(READY) $(BI_READY) ## Cost of the dashboards' charts, in SQL and over REST (BLOCS=100)
	$(BIN)/python -m benchmarks.bi.dashboards --blocs $(or $(BLOCS),100) \
		--years $(or $(YEARS),2) $(if $(DATA),--data $(DATA))

.PHONY: structure
structure: $(READY) ## Count what docs/architecture.md says about the structure
	@$(BIN)/python scripts/measure_structure.py

.PHONY: docs
docs: $(READY) ## Write the data's documentation, with its lineage, as one page
	@$(BIN)/bloc docs

.PHONY: compose-test
compose-test: $(READY) ## Try the real servers: start docker-compose.yml, load, read, remove (PROFILE=celery)
	$(BIN)/python -m scripts.compose_test $(if $(CPUS),--cpus $(CPUS)) \
		$(if $(PROFILE),--profile $(PROFILE))

.PHONY: migration
migration: $(READY) ## Start the next version of the database (NAME="Say what"); seal all
	@$(BIN)/python scripts/new_migration.py $(if $(NAME),"$(NAME)")

.PHONY: lock
lock: $(READY) ## Rewrite the locks from pyproject.toml (needs the network)
	$(UV_COMPILE) --extra local --extra object-stores --extra openlineage --extra parquet --extra servers --extra dev --extra build \
		pyproject.toml -o requirements.lock
	$(UV_COMPILE) --extra object-stores --extra openlineage --extra parquet --extra servers --extra build -c requirements.lock \
		pyproject.toml -o requirements-image.lock
	$(UV_COMPILE) bi/requirements.in -o bi/requirements.lock
	echo uv | $(UV_COMPILE) - -o requirements-uv.lock

.PHONY: clean
clean: ## Stop everything; remove .venv and caches (data in .local stays)
	@if [ -x $(BIN)/bloc ]; then $(BIN)/bloc bi down; $(BIN)/bloc airflow down; fi
	rm -rf .venv .venv-bi .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
	rm -rf dbt_project/target dbt_project/logs
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
