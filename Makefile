# The commands of this project; `make help` prints them.
PYTHON ?= python3
WHEELS ?=
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
FROM   := $(if $(WHEELS),--no-index --find-links $(WHEELS),)

.DEFAULT_GOAL := check
.PHONY: help up test test-spark spark postgres check format lint lock wheels fuzz benchmarks screenshots clean

help:  ## print this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 16

up: $(VENV)/.installed  ## environment, demonstration records if there are none, warehouse, app on port 8501
	@$(BIN)/anlan up

# Spark's tests need Java; in CI its absence is a fault, and elsewhere they are skipped.
WITH_SPARK := $(if $(CI)$(shell command -v java),.venv-spark/.installed)

test: $(VENV)/.installed-dev browser postgresql $(WITH_SPARK)  ## every test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest -n 2 --dist loadgroup

test-spark: $(VENV)/.installed-dev .venv-spark/.installed  ## the same models on Apache Spark, compared cell by cell
	$(BIN)/python -m pytest tests/spark

check: format lint test  ## format, lint, test

format: $(VENV)/.installed-dev  ## put the code into the house's form
	$(BIN)/ruff check -q --fix-only .
	$(BIN)/ruff format -q .

lint: $(VENV)/.installed-dev  ## find what the linter finds
	$(BIN)/ruff check .

.PHONY: browser
browser:  # the browser tests drive Chromium; on Debian it is installed with a Chinese font when it is missing
	@if command -v chromium >/dev/null || command -v google-chrome >/dev/null || [ -n "$$CHROMIUM" ]; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium and a Chinese font for the browser tests ..."; \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null; \
	else echo "No Chromium here: the browser tests will be skipped. Debian: apt-get install chromium fonts-noto-cjk"; fi

.PHONY: postgresql
postgresql:  # the tests of databases start a PostgreSQL of their own; on Debian it is installed when it is missing
	@if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing PostgreSQL for the tests of databases ..."; mkdir -p /etc/postgresql-common; \
		[ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null; \
	else echo "No PostgreSQL here: the tests of databases will be skipped. Debian: apt-get install postgresql"; fi

spark: .venv-spark/.installed  ## the environment in which `anlan build --engine spark` runs the models (needs Java 17)

# pyspark comes as source only: our own setuptools makes it ready, so that nothing unpinned is fetched for it.
.venv-spark/.installed: requirements/spark.txt | $(VENV)/.installed
	@echo "Installing Spark into .venv-spark (a minute or two, half a gigabyte) ..."
	@$(BIN)/python -m venv --without-pip --clear .venv-spark
	@$(PIP) install -q $(FROM) --no-build-isolation --ignore-installed --no-deps --require-hashes --prefix .venv-spark -r requirements/spark.txt
	@touch $@

postgres: requirements/postgres.txt $(VENV)/.installed  ## what reading from PostgreSQL needs (anlan pull)
	@$(PIP) install -q $(FROM) --require-hashes -r requirements/postgres.txt

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
		|| { echo "Python 3.11, 3.12 or 3.13 is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1). Say which: make up PYTHON=python3.11"; exit 2; }
	@echo "Making the environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements/base.txt pyproject.toml | $(BIN)/python
	@echo "Installing what changed (a minute or two the first time) ..."
	@$(PIP) install -q $(FROM) --require-hashes -r requirements/base.txt
	@$(PIP) install -q --no-index --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements/dev.txt $(VENV)/.installed
	@echo "Installing what the tests need ..."
	@$(PIP) install -q $(FROM) --require-hashes -r requirements/dev.txt
	@touch $@

lock:  ## pin the requirements anew after a change in pyproject.toml
	@[ -x .venv-lock/bin/uv ] || { $(PYTHON) -m venv .venv-lock && .venv-lock/bin/python -m pip install -q uv; }
	requirements/lock.sh --upgrade

wheels: $(VENV)/.installed  ## a folder of wheels for a machine without internet; SYSTEM=Windows TARGET=3.12 for another kind
	$(BIN)/python requirements/fetch_wheels.py $(or $(WHEELS),wheels) $(if $(SYSTEM),--system $(SYSTEM)) $(if $(TARGET),--python $(TARGET))

SECONDS_EACH ?= 600
fuzz: $(VENV)/.installed-dev  ## ten minutes of each fuzzer on the readers and contracts (SECONDS_EACH=600; Linux)
	ANLAN_FUZZ_SECONDS=$(SECONDS_EACH) $(BIN)/python -m pytest tests/fuzz/test_fuzz_readers.py
	@$(PIP) install -q $(FROM) --no-deps --require-hashes --upgrade --target .venv-fuzz -r requirements/fuzz.txt
	PYTHONPATH=.:.venv-fuzz $(BIN)/python -m tests.fuzz.guided -max_total_time=$(SECONDS_EACH) -timeout=60 \
		-artifact_prefix=.venv-fuzz/ .venv-fuzz/corpus

benchmarks: $(VENV)/.installed-dev  ## measure, each as a ratio in one run
	@for name in load rebuild pages sessions forecast_evidence forecast_skill; do echo "== $$name"; $(BIN)/python benchmarks/$$name.py || exit 1; done

screenshots: $(VENV)/.installed-dev browser  ## pictures of every page under docs/screenshots; ROOT=folder for another office
	$(BIN)/python docs/screenshots.py $(ROOT)

clean:  ## remove the environment and everything that is rebuilt
	rm -rf $(VENV) .venv-spark .venv-lock data/warehouse data/demo
