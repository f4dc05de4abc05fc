#!/usr/bin/env bash
# Everything that is judged without running a test; the first fault ends it. `make lint` calls it.
set -euo pipefail
cd "$(dirname "$0")/.."

step() {
  echo "lint: $1"
  shift
  "$@"
}

# solhint ends with an advertisement: shown only where it has findings
lint_solidity() {
  local output
  output=$(solhint --config tools/.solhint.json --max-warnings 0 --noPrompt --disc "$@" 2>&1) || { echo "$output"; return 1; }
}

check_shell() {
  local script
  for script in "$@"; do bash -n "$script"; done
}

shopt -s globstar
contracts=()
for file in contracts/**/*.sol; do
  [[ $file == contracts/mocks/* ]] || contracts+=("$file")
done

step "shell scripts" check_shell tools/*.sh .ci/run
step "Python: ruff" ruff check --quiet .
step "Python: format" ruff format --check --quiet .
step "Python: types" mypy --no-error-summary
step "Solidity: format" forge fmt --check contracts interfaces tests/symbolic
step "Solidity: solhint" lint_solidity "${contracts[@]}" interfaces/*.sol
step "Solidity: Slither, and whether reports/ is up to date" python scripts/report.py --check slither conformance
echo "lint: clean"
