# Sluice. A fresh clone needs Go, and Node for the UI and the conformance tests.
# `make` or `make help` lists what there is.

GO      ?= go
BIN     := bin/sluice

# Packages whose code runs in several goroutines: their tests run under the race detector.
RACE := ./netsuite/...,./emulator,./emulator/account/...,./emulator/gate/...,./internal/engine/...,./internal/app/...

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

.DEFAULT_GOAL := help
.PHONY: help run build test check fmt bench soak mutants e2e conformance clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## build, then start server, emulator and sample flows; prints the address to open
	$(BIN) demo --data .sluice/demo $(ARGS)

build: web/dist/index.html ## build bin/sluice
	$(GO) run ./internal/licence/collect internal/licence/dist/go.json.gz
	$(GO) build -trimpath -ldflags '-s -w' -o $(BIN) ./cmd/sluice

# The UI is built anew when its sources or the API that its types come from changed.
WEB := $(shell git ls-files -co --exclude-standard web 2>/dev/null)
web/dist/index.html: $(WEB) web/openapi.json web/node_modules/.package-lock.json
	cd web && npm run --silent build
	@touch $@

web/openapi.json: $(wildcard internal/api/*.go internal/api/*/*.go *.go)
	$(GO) run ./internal/api/clientgen -document $@

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --silent
	@touch $@

test: ## run every test this machine can run, and say what was skipped and how to get it
	@web/test.sh
	@$(GO) run ./internal/suite -flags '-shuffle=on' -race '$(RACE)' ./...

check: ## formatting, vet, staticcheck, shape of the code, go.mod
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); \
	  if [ -n "$$unformatted" ]; then echo "not formatted (make fmt):"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...
	$(GO) test -count=1 ./internal/archtest
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory web/node_modules/.package-lock.json web/openapi.json && cd web && npm run --silent check; \
	  else echo "SKIPPED: checks of the UI's code, for want of npm" >&2; fi
	$(GO) mod verify
	$(GO) mod tidy -diff

fmt: ## format the Go code
	gofmt -w $$(git ls-files '*.go')

bench: ## measure against a foreign client on the same emulator (bench/README.md)
	cd bench/node && npm ci --no-audit --no-fund --silent
	$(GO) run ./bench $(ARGS)

soak: ## the long versions: many kills, long fuzzing, large data
	SLUICE_SOAK=1 $(GO) test -count=1 -timeout 2h ./...
	@for package in $$(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u); do \
	  for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/p' $$package/*_test.go); do \
	    echo "$$package $$target"; \
	    $(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(or $(FUZZTIME),2m) $$package || exit 1; \
	  done; \
	done

mutants: ## switch mechanisms off in the source, one after another: their tests have to fail
	SLUICE_MUTANTS=all $(GO) test -count=1 -timeout 1h -run TestMutantsAreNoticed -v ./internal/acceptance/switchedoff

e2e: build ## drive the real binary from start to end, and its pages in Chromium
	SLUICE_BINARY=$(abspath $(BIN)) $(GO) test -count=1 ./internal/e2e/...
	cd web && SLUICE_BINARY=$(abspath $(BIN)) SLUICE_SHOTS=1 npm run --silent e2e

conformance: build ## clients that others wrote, against the emulator
	cd conformance && npm ci --no-audit --no-fund --silent
	SLUICE_BINARY=$(abspath $(BIN)) conformance/run

clean: ## remove what was built
	rm -rf bin dist bench/node/node_modules conformance/node_modules web/node_modules
	git clean -fdqX web internal/licence
