PYTHON ?= python3
BIN    := .venv/bin

# Relative paths only: the clone may lie under a name with blanks.
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: setup demo test faults coverage report prove lint lock clean

# A changed pin means a new environment: an old one could hold the compiler that Brownie must not be built with.
setup: .cache/setup.ok
.cache/setup.ok: tools/requirements.lock tools/package-lock.json brownie-config.yaml tools/solc_setup.py tools/solc.js tools/link_binaries.py tools/softhsm_setup.py
	@echo "setup 1/4: virtual environment"
	@mkdir -p .cache && rm -rf .venv && $(PYTHON) -m venv .venv
	@echo "setup 2/4: Python packages (about a minute)"
	@pip install -q --disable-pip-version-check setuptools==80.9.0 wheel==0.47.0 packaging==24.2
	@pip install -q --disable-pip-version-check --no-build-isolation -r tools/requirements.lock
	@echo "setup 3/4: npm packages (about 20 seconds)"
	@cd tools && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@echo "setup 4/4: Solidity compiler, SoftHSM"
	@python tools/solc_setup.py
	@python tools/link_binaries.py
	@python tools/softhsm_setup.py
	@touch $@

demo: setup
	@python scripts/demo.py

test: setup
	@brownie compile > .cache/compile.log || { tail -n 40 .cache/compile.log; exit 1; }
	@pytest -n 2 --no-loadscope-reorder

# Thousands of them, some 30 minutes; a few are part of `make test`.
faults: setup
	@brownie compile > .cache/compile.log || { tail -n 40 .cache/compile.log; exit 1; }
	@python -m tests.faults

coverage: setup
	@python scripts/report.py --check coverage

report: setup
	@python scripts/report.py $(PARTS)

# The prover has an environment of its own: it needs other versions of packages that Brownie pins.
prove: setup .cache/prove.ok
	@python scripts/prove.py
.cache/prove.ok: tools/prove.lock
	@echo "setup: the prover's environment (about 20 seconds)"
	@rm -rf .cache/venv-prove && $(PYTHON) -m venv .cache/venv-prove
	@.cache/venv-prove/bin/python -m pip install -q --disable-pip-version-check -r tools/prove.lock
	@touch $@

lint: setup
	@tools/lint.sh

lock: .cache/prove.ok
	cd tools && npm install --package-lock-only --ignore-scripts
	python tools/lock.py
	{ echo "--no-binary eth-brownie"; pip freeze | grep -vE '^(pip|setuptools|wheel)=='; } > tools/requirements.lock
	.cache/venv-prove/bin/python -m pip install -q --disable-pip-version-check -r tools/prove.txt
	.cache/venv-prove/bin/python -m pip freeze > tools/prove.lock

clean:
	rm -rf build .cache .venv tools/node_modules
