# Every command there is. `make` alone lists them.

PYTHON ?= python3
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
SOURCES := functions local ops tests bench

export PATH := $(BIN):$(PATH)
export PYTHONPATH := $(CURDIR)/functions:$(CURDIR)
export SAM_CLI_TELEMETRY := 0
export UV_PYTHON_DOWNLOADS := never

.DEFAULT_GOAL := help
.PHONY: help setup run demo invoke sam-invoke sam-lambda stepfunctions-local postgres-stop postgres-start break mend restore-drill chaos fuzz bench profile load test unit integration workflow contract contract-files messages e2e lint format types asl build check deploy-data deploy rollback release-queries lock clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-20s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The environment: made the first time, and again when a requirement file changes.
READY := $(VENV)/ready
$(READY): requirements/dev.txt requirements/uv.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "✗ Python 3.11 or later is needed: make PYTHON=/path/to/python3 $(MAKECMDGOALS)"; exit 1; }
	@echo "… setting up $(VENV) (half a minute, the first time)"
	@$(PYTHON) -m venv $(VENV) || { echo "✗ Python's venv module is missing: install it (Debian: apt install python3-venv)"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@$(BIN)/uv pip sync --compile-bytecode --require-hashes --python $(BIN)/python requirements/dev.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(READY) ## make the environment (.venv); every other command does so by itself

run: $(READY) ## start everything on this laptop, book one session, stay up until Ctrl-C
	@$(BIN)/python -m local.run

demo: $(READY) ## one booking from its request to its end: booked, moved, reminded of, cancelled; exit 0 when all went well
	@$(BIN)/python -m local.run --demo

invoke: $(READY) ## run one function in the running laptop cloud with its sample event: make invoke F=reserve_slot
	@$(BIN)/python -m local.invoke $(F)

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

break: $(READY) ## break a provider of the laptop cloud: make break PROVIDER=email (or sms)
	@$(BIN)/python -m local.faults $(PROVIDER)

mend: $(READY) ## mend it
	@$(BIN)/python -m local.faults

test: lint types asl ## everything below that checks; no network, no Docker
	@$(BIN)/pytest -n 2 --dist loadfile --maxprocesses 2 tests

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
	@$(BIN)/python -m local.chaos

fuzz: $(READY) ## any call the contract allows, and any it does not, by every role (some minutes): make fuzz FUZZ_EXAMPLES=100
	@export FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-25} FUZZ_SEED=$${FUZZ_SEED:-$$(date +%s)}; \
		echo "FUZZ_SEED=$$FUZZ_SEED FUZZ_EXAMPLES=$$FUZZ_EXAMPLES"; $(BIN)/pytest -q -s tests/e2e/test_fuzz.py

contract-files: $(READY) ## write anew what is written from something else (local/contract_files)
	@$(BIN)/python -m local.contract_files

messages: $(READY) ## every message as it reads, in the running practice's words; the e-mails' HTML too: make messages FOLDER=mails
	@$(BIN)/python -m local.messages $(FOLDER)

bench: $(READY) ## measure what costs what, as ratios, side by side (some minutes): make bench, or make bench ONLY=slots
	@$(BIN)/python -m bench $(ONLY)

profile: $(READY) ## where the time of reserving and of finding slots goes
	@$(BIN)/python -m bench.profiles

load: $(READY) ## a Monday morning against a deployed URL: make load, or make load STACK=file USERS=50 SECONDS=300
	@$(BIN)/python -m bench.load $(if $(STACK),--stack $(STACK)) $(if $(USERS),--users $(USERS)) $(if $(SECONDS),--seconds $(SECONDS))

lint: $(READY) ## ruff: lint and format
	@$(BIN)/ruff check --quiet $(SOURCES)
	@$(BIN)/ruff format --check --quiet $(SOURCES)

format: $(READY) ## let ruff mend what it can
	@$(BIN)/ruff check --fix $(SOURCES)
	@$(BIN)/ruff format $(SOURCES)

types: $(READY) ## mypy, strict
	@$(BIN)/mypy --no-error-summary

asl: $(READY) ## statelint on the state machines, lint on both templates
	@for machine in statemachines/*.asl.json; do $(BIN)/statelint $$machine || exit 1; done
	@$(BIN)/python -m local.check templates

build: $(READY) ## sam build: the zips that would be deployed, what each weighs, and whether it imports on its own
	@$(BIN)/sam build --no-cached > .sam-build.log 2>&1 || { cat .sam-build.log; rm .sam-build.log; exit 1; }; rm .sam-build.log
	@$(BIN)/python -m local.artifact

CHECK := .venv-check
$(CHECK)/ready: $(READY) requirements/check.txt
	@$(PYTHON) -m venv $(CHECK)
	@$(BIN)/uv pip sync --quiet --require-hashes --python $(CHECK)/bin/python requirements/check.txt
	@touch $@

check: $(READY) $(CHECK)/ready build ## scanners: templates, infrastructure, dependencies, secrets, what is built (needs the network)
	@$(BIN)/python -m local.check

deploy-data: $(READY) ## the network, PostgreSQL and the keys: make deploy-data ENV=staging (or production)
	@$(BIN)/python -m ops.deploy data $(ENV)

deploy: $(READY) ## a release: build, migrate, deploy by and by: make deploy ENV=staging (or production; URGENT=1: all at once)
	@$(BIN)/python -m ops.deploy application $(ENV) $(if $(filter 1,$(URGENT)),--urgent)

rollback: $(READY) ## release the commit before, at once: make rollback ENV=production
	@$(BIN)/python -m ops.deploy rollback $(ENV)

release-queries: ## after a release: keep its queries, which the next schema must still serve
	@rm -f tests/previous_release/sql/*.sql && cp functions/booking/sql/*.sql tests/previous_release/sql/
	@(cd functions/migrations && ls *.sql) > tests/previous_release/migrations.txt

lock: $(READY) ## pin the requirement files anew
	@requirements/lock

clean: ## forget the environment, the laptop cloud's data and everything built
	@$(PYTHON) local/clean.py
