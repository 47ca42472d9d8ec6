# What a person or a pipeline types. It needs Node >= 20 with npm; everything else comes with `npm ci`, the Node that
# runs the project included (npm scripts find it first on their PATH). Works with GNU make from 3.81 on.

.DEFAULT_GOAL := help

# More arguments for the test runner: make test TEST_FLAGS="-t resumes"
TEST_FLAGS ?=
ENGINE ?= postgres

# npm writes this file at the end of each installation, so it says whether one is complete, and how old it is.
INSTALLED := node_modules/.package-lock.json

.PHONY: help demo test build synth lint format typecheck emulator

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' Makefile

# Without npm in between, whose shell would keep a signal to itself.
demo: $(INSTALLED) build ## rotate real passwords before your eyes (ENGINE=postgres, mysql or mariadb)
	@node_modules/.bin/node scripts/demo.ts --engine $(ENGINE)

test: $(INSTALLED) build lint typecheck ## set up, build, check and test everything, with coverage
	npm run --silent test -- --coverage $(TEST_FLAGS)

build: $(INSTALLED) ## build the functions' bundles and the npm package
	@npm run --silent build

synth: $(INSTALLED) ## write the Terraform module's files and reference tables
	@npm run --silent synth

lint: $(INSTALLED) ## check style and suspicious code
	npm run --silent lint

format: $(INSTALLED) ## rewrite the sources in the project's style
	npm run --silent format

typecheck: $(INSTALLED) ## check the types
	npm run --silent typecheck

emulator: $(INSTALLED) ## serve the emulator on a free port until Ctrl-C
	@npm run --silent emulator

$(INSTALLED): package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing: install Node 20 or newer (https://nodejs.org)" >&2; exit 1; }
	@node -e 'process.exit(parseInt(process.versions.node, 10) < 20 ? 1 : 0)' || \
	  { echo "Node $$(node --version) is too old: install Node 20 or newer (https://nodejs.org)" >&2; exit 1; }
	npm ci --include=dev --include=optional --no-audit --no-fund --loglevel=error
	@touch $@
