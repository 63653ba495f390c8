#!/bin/sh
# lint_api -- two linters of others look at docs/ref/openapi.json: Spectral with its rules for
# OpenAPI, and Redocly with its recommended ones. Installs both into build/lint; part of make
# test-long.
set -eu
cd "$(dirname "$0")/.."
mkdir -p build/lint
[ -f build/lint/package.json ] || echo '{"private":true}' >build/lint/package.json
npm install --silent --no-audit --no-fund --prefix build/lint \
	@stoplight/spectral-cli@6.15.0 @redocly/cli@1.34.5
echo 'extends: ["spectral:oas"]' >build/lint/spectral.yaml
build/lint/node_modules/.bin/spectral lint --fail-severity=warn \
	--ruleset build/lint/spectral.yaml docs/ref/openapi.json
build/lint/node_modules/.bin/redocly lint --extends=recommended docs/ref/openapi.json
