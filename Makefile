# Every command there is. `make` alone lists them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := functions local ops tests bench

export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONPATH := $(CURDIR)/functions:$(CURDIR)
export SAM_CLI_TELEMETRY := 0
export UV_PYTHON_DOWNLOADS := never
unexport PYTHONDONTWRITEBYTECODE # a hundred processes of a test run would compile all that they import, each anew

.DEFAULT_GOAL := help
.PHONY: help setup run demo invoke token examples sam-invoke sam-lambda stepfunctions-local postgres-stop postgres-start break mend restore-drill chaos fuzz planted-faults bench profile load test suite test-fast what-only-reads unit integration workflow contract contract-files vendor screenshots lighthouse messages e2e lint format types asl build check deploy-data deploy rollback deploy-site rollback-site release-queries lock clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-20s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The environment: made the first time, and again when a requirement file changes.
READY := $(VENV)/ready
$(READY): requirements/dev.txt requirements/uv.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "✗ Python 3.11 or later is needed: make PYTHON=/path/to/python3 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m local.set_up $(VENV) requirements/dev.txt
	@touch $@

# A command's argument that is missing: what to write, and no more.
demand = @$(if $($(1)),:,echo "✗ $(1) is missing: $(2)" >&2; exit 2)

setup: $(READY) ## make the environment (.venv); every other command does so by itself

run: $(READY) ## start everything on this laptop, book one session, stay up until Ctrl-C
	@$(BIN)/python -m local.run

demo: $(READY) ## bookings from the request to the end: moved, cancelled, paid for, paid back; exit 0 when all went well
	@$(BIN)/python -m local.run --demo

invoke: $(READY) ## run one function in the running laptop cloud with its sample event: make invoke F=reserve_slot
	@$(BIN)/python -m local.invoke $(F)

token: $(READY) ## a token of one of the demo's people, to paste: make token USER=client
	@$(BIN)/python -m local.tokens $(USER)

examples: $(READY) ## calls of the running laptop cloud to paste: a booking, a series, what is free, signing up
	@$(BIN)/python -m local.examples

sam-invoke: $(READY) ## the same in AWS's own Lambda image, with Docker: make sam-invoke F=reserve_slot
	@$(BIN)/python -m local.sam_invoke $(F) $(ARGS)

sam-lambda: $(READY) ## all functions behind Lambda's endpoint on port 3001, with Docker, for stepfunctions-local
	@$(BIN)/python -m local.sam_invoke --serve

stepfunctions-local: $(READY) ## the state machines in AWS's Step Functions Local, with Docker: make stepfunctions-local CASE=booking/SlotTaken
	@$(BIN)/python -m local.stepfunctions_local $(CASE)

postgres-stop: $(READY) ## stop the laptop cloud's PostgreSQL: an outage to try things with
	@$(BIN)/python -m local.postgres stop

postgres-start: $(READY) ## bring it back
	@$(BIN)/python -m local.postgres start

break: $(READY) ## break a provider of the laptop cloud: make break PROVIDER=email (or sms, stripe)
	$(call demand,PROVIDER,make break PROVIDER=email)
	@$(BIN)/python -m local.faults break $(PROVIDER)

mend: $(READY) ## mend it
	@$(BIN)/python -m local.faults mend

test: $(READY) ## everything below that checks; no network, no Docker
	@$(MAKE) --no-print-directory -j2 suite what-only-reads

suite: $(READY)
	@$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder --durations 20 tests

what-only-reads: # beside the suite, which waits for answers a good part of its time: in the gaps
	@nice -n 5 $(MAKE) --no-print-directory lint types asl

test-fast: $(READY) ## in about a minute, after every change: lint, unit, contract
	@$(MAKE) --no-print-directory lint
	@$(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder tests/unit tests/contract

unit: $(READY) ## rules, contracts, messages and handlers, with fakes
	@$(BIN)/pytest tests/unit

integration: $(READY) ## the store, migrations and races, on real PostgreSQL
	@$(BIN)/pytest tests/integration

workflow: $(READY) ## the real state machine with the real handlers, every state made to fail
	@$(BIN)/pytest tests/workflow

contract: $(READY) ## template, state machines, API contract, events, names and imports
	@$(BIN)/pytest tests/contract

e2e: $(READY) ## the deployed template over HTTP, in a laptop cloud of its own
	@$(BIN)/pytest tests/e2e

restore-drill: $(READY) ## back a database up, lose its bookings, bring them back to the moment before
	@$(BIN)/python -m local.restore_drill

chaos: $(READY) ## break everything while bookings flow, then account for every one of them (some minutes)
	@ANY_ORDER_SECONDS=60 ANY_ORDER_SEED=$${ANY_ORDER_SEED:-$$(date +%s)} $(BIN)/pytest -q -s tests/integration/test_any_order.py
	@RACE_ROUNDS=700 $(BIN)/pytest -q tests/integration/test_changes.py
	@MONEY_RUNS=$${MONEY_RUNS:-2000} $(BIN)/pytest -q --timeout 3600 tests/integration/test_money.py
	@$(BIN)/python -m local.chaos

fuzz: $(READY) ## any call the contract allows, and any it does not, by every role (some minutes): make fuzz FUZZ_EXAMPLES=100
	@export FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-25} FUZZ_SEED=$${FUZZ_SEED:-$$(date +%s)}; \
		echo "FUZZ_SEED=$$FUZZ_SEED FUZZ_EXAMPLES=$$FUZZ_EXAMPLES"; $(BIN)/pytest -q -s tests/e2e/test_fuzz.py

planted-faults: $(READY) ## break the code in some forty places, one at a time, in a copy: does the suite notice? (three minutes) NAME=calendar
	@$(BIN)/python -m tests.planted "$(NAME)"

contract-files: $(READY) ## write anew what is written from something else (local/contract_files)
	@$(BIN)/python -m local.contract_files

vendor: ## write web/vendor anew, from the pinned npm packages
	@npm ci --prefix tests/js --ignore-scripts --no-audit --no-fund --silent && node tests/js/vendor.mjs

screenshots: $(READY) ## every page of the site as it looks, into docs/site: narrow and wide, light and dark (a minute)
	@$(BIN)/python -m tests.e2e.site.screenshots

lighthouse: $(READY) ## what Lighthouse says of the site: fewer than 95 points for accessibility or best practices fail
	@npm ci --prefix tests/lighthouse --ignore-scripts --no-audit --no-fund --silent
	@$(BIN)/python -m tests.e2e.site.lighthouse

messages: $(READY) ## every message as it reads, in the running practice's words; the e-mails' HTML too: make messages FOLDER=mails
	@$(BIN)/python -m local.messages $(FOLDER)

bench: $(READY) $(if $(ONLY),,build) ## measure what costs what, as ratios, side by side (some ten minutes): make bench, or make bench ONLY=slots
	@$(BIN)/python -m bench $(ONLY)

profile: $(READY) ## where the time of reserving and of finding slots goes
	@$(BIN)/python -m bench.profiles

load: $(READY) ## a Monday morning against a deployed URL: make load, or make load STACK=file USERS=50 SECONDS=300
	@$(BIN)/python -m bench.load $(if $(STACK),--stack $(STACK)) $(if $(USERS),--users $(USERS)) $(if $(SECONDS),--seconds $(SECONDS))

lint: $(READY) ## ruff, and biome for the site: lint and format
	@$(BIN)/ruff check --quiet $(SOURCES)
	@$(BIN)/ruff format --check --quiet $(SOURCES)
	@tests/js/run biome check --error-on-warnings --reporter=concise

format: $(READY) ## let ruff and biome mend what they can
	@$(BIN)/ruff check --fix $(SOURCES)
	@$(BIN)/ruff format $(SOURCES)
	@tests/js/run biome check --write

types: $(READY) ## mypy, and tsc for the site, both strict
	@$(BIN)/mypy --no-error-summary
	@tests/js/run tsc -p tests/js

asl: $(READY) ## statelint on the state machines, lint on all templates
	@for machine in statemachines/*.asl.json; do $(BIN)/statelint $$machine || exit 1; done
	@$(BIN)/python -m local.check templates

build: $(READY) ## sam build: the zips that would be deployed, what each weighs, and whether it imports on its own
	@$(BIN)/sam build --no-cached > .sam-build.log 2>&1 || { cat .sam-build.log; rm .sam-build.log; exit 1; }; rm .sam-build.log
	@$(BIN)/python -m local.artifact

CHECK := .venv-check
$(CHECK)/ready: $(READY) requirements/check.txt
	@$(PYTHON) -m local.set_up $(CHECK) requirements/check.txt
	@touch $@

check: $(READY) $(CHECK)/ready build ## scanners: templates, infrastructure, dependencies, secrets, what is built (needs the network)
	@$(BIN)/python -m local.check

deploy-data: $(READY) ## the network, PostgreSQL and the keys: make deploy-data ENV=staging (or production)
	$(call demand,ENV,make deploy-data ENV=staging)
	@$(BIN)/python -m ops.deploy data $(ENV)

deploy: $(READY) ## a release: build, migrate, deploy by and by: make deploy ENV=staging (or production; URGENT=1: all at once)
	$(call demand,ENV,make deploy ENV=staging)
	@$(BIN)/python -m ops.deploy application $(ENV) $(if $(filter 1,$(URGENT)),--urgent)

rollback: $(READY) ## release the commit before, at once: make rollback ENV=production
	$(call demand,ENV,make rollback ENV=production)
	@$(BIN)/python -m ops.deploy rollback $(ENV)

deploy-site: $(READY) ## the booking site, by CloudFront: make deploy-site ENV=staging (or production)
	$(call demand,ENV,make deploy-site ENV=staging)
	@$(BIN)/python -m ops.site deploy $(ENV)

rollback-site: $(READY) ## the site's release before, at once: make rollback-site ENV=production
	$(call demand,ENV,make rollback-site ENV=production)
	@$(BIN)/python -m ops.site rollback $(ENV)

release-queries: ## after a release: keep its queries, which the next schema must still serve
	@rm -f tests/previous_release/sql/*.sql && cp functions/booking/sql/*.sql tests/previous_release/sql/
	@(cd functions/migrations && ls *.sql) > tests/previous_release/migrations.txt

lock: $(READY) ## pin the requirement files anew
	@requirements/lock

clean: ## forget the environment, the laptop cloud's data and everything built
	@$(PYTHON) -m local.clean
