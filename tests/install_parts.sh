#!/bin/sh
# Install what the tests need of the system, where this is root on Debian or Ubuntu: Chromium (pages), LibreOffice and Poppler (workbooks),
# PostgreSQL and Java (attribution in other engines); and, for anybody, servers of their own in .parts: Tryton (a CRM to read), a Singer tap and, where
# npm is there, Bluesky (a network to read; a minute, 250 MB) and Prism (which checks requests against documents).
set -eu
if [ ! -x .parts/tryton/bin/trytond ]; then
    rm -rf .parts/tryton
    "${PYTHON:-python3}" -m venv .parts/tryton &&
        .parts/tryton/bin/python -m pip install --quiet --disable-pip-version-check \
            trytond==8.2.1 trytond_sale_opportunity==8.2.0 trytond_marketing_campaign==8.2.0 ||
        echo "Tests that need a Tryton server will be skipped." >&2
fi
if [ ! -x .parts/singer/bin/tap-jsonl ]; then
    rm -rf .parts/singer
    "${PYTHON:-python3}" -m venv .parts/singer &&
        .parts/singer/bin/python -m pip install --quiet --disable-pip-version-check tap-jsonl==0.3.1 ||
        echo "The test that pipes a Singer tap will be skipped." >&2
fi
if command -v npm >/dev/null && [ ! -d .parts/bluesky/node_modules/@atproto/pds ]; then
    rm -rf .parts/bluesky
    mkdir -p .parts/bluesky
    echo '{"private": true}' >.parts/bluesky/package.json
    (cd .parts/bluesky && npm install --no-audit --no-fund --no-package-lock --loglevel=error @atproto/pds@0.4.217 @did-plc/server@0.0.1) ||
        echo "The test that needs a Bluesky server will be skipped." >&2
fi
if command -v npm >/dev/null && [ ! -x .parts/prism/node_modules/.bin/prism ]; then
    rm -rf .parts/prism
    mkdir -p .parts/prism
    echo '{"private": true}' >.parts/prism/package.json
    (cd .parts/prism && npm install --no-audit --no-fund --no-package-lock --loglevel=error @stoplight/prism-cli@5.14.2) ||
        echo "The test that checks requests against HubSpot's documents will be skipped." >&2
fi
missing=""
command -v chromium >/dev/null || missing="$missing chromium"
command -v soffice >/dev/null || missing="$missing libreoffice-calc"
command -v pdftoppm >/dev/null || missing="$missing poppler-utils"
command -v java >/dev/null || missing="$missing default-jre-headless"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || missing="$missing postgresql"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q
    # shellcheck disable=SC2086
    apt-get install -y -q --no-install-recommends $missing fonts-dejavu-core
else
    echo "Tests that need these packages will be skipped:$missing" >&2
fi
