# Two commands matter: make run, make test. The work is in scripts/.
.DEFAULT_GOAL := help
.PHONY: help run stop status uninstall page image check test bench

help: ## Show this
	@echo "make COMMAND; settings are variables, for example: PASTURE_LISTEN=127.0.0.1:8081 make run"
	@sed -n 's/^\([a-z]*\): ## /  \1\t/p' Makefile | expand -t 14

run: ## Make this machine a server and its host; again: keep all data
	@scripts/python -m scripts.machine run

stop: ## End server and agent; containers keep running
	@scripts/python -m scripts.machine stop

status: ## Say what runs; exit code 0 if all is well
	@scripts/python -m scripts.machine status

uninstall: ## Remove what run made; YES=1 does not ask, CONTAINERS=remove removes them too
	@scripts/python -m scripts.machine uninstall

page: ## Build the web page where it is not current; `make run` does too
	@scripts/python -m scripts.web

image: ## Build pasture/agent and pasture/server; BASE=IMAGE names what they stand on
	@scripts/python -m scripts.image

check: ## Format, lint, types, layers, shell syntax
	@scripts/python -m scripts.development.check

test: ## Unit tests, then system tests on real Docker Engines
	@scripts/python -m scripts.development.test

bench: ## Figures beside their floors, for docs/performance.md; ONLY="store api" runs some
	@scripts/python -m scripts.development.bench $(ONLY)
