# What a person runs. Each target is one script under deploy/ or one cargo command; the logic is there.
.DEFAULT_GOAL := help
.PHONY: help setup run test check bench sqlx proto-release clean-local test-containers test-consumers images images-save manifests cluster-run cluster-cycle cluster-faults cluster-upgrade cluster-clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what the others need (Debian or Ubuntu, as root or with sudo); safe to repeat
	@deploy/setup.sh

run: setup ## do the main job: a month of orders; CATALOG= ORDERS= take real files, EXIT=1 stops after the table
	@CATALOG="$(CATALOG)" ORDERS="$(ORDERS)" EXIT="$(EXIT)" deploy/run.sh

test: setup ## run all tests, on one PostgreSQL and one Kafka that are found or started
	@deploy/test.sh

check: setup ## formatting, lints, protos, licences and bans (`make test` checks the architecture)
	@deploy/check.sh

bench: setup ## measure against named baselines, write out/bench.json; ONLY=<glob> selects rows
	@ONLY="$(ONLY)" deploy/bench.sh

sqlx: setup ## write the .sqlx folders anew: every query, checked against a migrated database
	@deploy/sqlx.sh

proto-release: setup ## move the baseline of `buf breaking` to the protos as they are now
	@deploy/proto-release.sh

clean-local: ## remove caches, data folders and servers that runs have left behind
	@deploy/clean-local.sh

test-containers: setup ## the messaging suite on containers; gets a Docker engine and makes the images where missing
	@deploy/test-containers.sh

test-consumers: setup ## the consumers' guide: its grpcurl, Python and Go clients against a running system
	@deploy/test-consumers.sh

images: setup ## container images of the services, fbactl, the simulator, Kafka and PostgreSQL; BUILDER= BASE= name others
	@deploy/images/make.sh

images-save: setup ## the images as archives under out/images
	@deploy/images/save.sh

manifests: ## render every overlay of deploy/kubernetes to out/manifests and check it
	@deploy/cluster/manifests.sh

cluster-run: setup ## the main job on a cluster: KUBECONFIG= names it, LOAD_IMAGES= is a command that brings archives to its nodes
	@PLAY="$(PLAY)" deploy/cluster/run.sh

cluster-cycle: ## after `make cluster-run`: monthly cycles by one pod and by four, one of them killed; PRODUCTS= says of how many
	@PRODUCTS="$(PRODUCTS)" deploy/cluster/cycle.sh

cluster-faults: ## after `make cluster-run PLAY=no`: orders at a steady rate while everything is restarted and killed in turn
	@RATE="$(RATE)" PAUSE="$(PAUSE)" ONLY="$(ONLY)" deploy/cluster/faults.sh

cluster-upgrade: setup ## after `make cluster-run PLAY=no` of an older version: to this one, with orders flowing, half way for a while
	@RATE="$(RATE)" BESIDE="$(BESIDE)" deploy/cluster/upgrade.sh

cluster-clean: ## remove what cluster-run made, with all its data
	@deploy/cluster/clean.sh
