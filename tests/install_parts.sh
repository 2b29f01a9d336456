#!/bin/sh
# Install what the tests need. Of the system, where this is root on Debian or Ubuntu: Chromium (pages), LibreOffice and Poppler (workbooks),
# PostgreSQL and Java (attribution in other engines), Node.js. For anybody, in .parts: a Tryton server (a CRM to read), a Singer tap, a
# Bluesky server (a network to read; a minute, 250 MB) and Prism (which checks requests against documents).
set -eu

missing=""
command -v chromium >/dev/null || missing="$missing chromium"
command -v soffice >/dev/null || missing="$missing libreoffice-calc"
command -v pdftoppm >/dev/null || missing="$missing poppler-utils"
command -v java >/dev/null || missing="$missing default-jre-headless"
command -v npm >/dev/null || missing="$missing nodejs npm"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || missing="$missing postgresql"
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -q
        # shellcheck disable=SC2086
        apt-get install -y -q --no-install-recommends $missing fonts-dejavu-core
    else
        echo "Tests that need these packages will be skipped:$missing" >&2
    fi
fi

# python_part NAME PROGRAM PACKAGES...: a virtual environment of its own, where its program is not there yet.
python_part() {
    name=$1 program=$2
    shift 2
    [ -x ".parts/$name/bin/$program" ] && return
    for _ in 1 2 3; do
        rm -rf ".parts/$name"
        "${PYTHON:-python3}" -m venv ".parts/$name" &&
            ".parts/$name/bin/python" -m pip install --quiet --disable-pip-version-check "$@" && return
    done
    rm -rf ".parts/$name"
    echo "Tests that need $name will be skipped." >&2
}

# node_part NAME PROGRAM-OR-FOLDER PACKAGES...: packages of npm in a folder of their own.
node_part() {
    name=$1 there=$2
    shift 2
    [ -e ".parts/$name/node_modules/$there" ] && return
    command -v npm >/dev/null || return 0
    for _ in 1 2 3; do
        rm -rf ".parts/$name"
        mkdir -p ".parts/$name"
        echo '{"private": true}' >".parts/$name/package.json"
        (cd ".parts/$name" && npm install --no-audit --no-fund --no-package-lock --loglevel=error "$@") && return
    done
    rm -rf ".parts/$name"
    echo "Tests that need $name will be skipped." >&2
}

python_part tryton trytond trytond==8.2.1 trytond_sale_opportunity==8.2.0 trytond_marketing_campaign==8.2.0
python_part singer tap-jsonl tap-jsonl==0.3.1
node_part bluesky @atproto/pds @atproto/pds@0.4.217 @did-plc/server@0.0.1
node_part prism .bin/prism @stoplight/prism-cli@5.14.2
