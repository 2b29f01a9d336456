"""Engines that tests start for themselves: PostgreSQL on loopback in a folder of its own, Spark in this process's own JVM."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest


def postgres_programs():
    """Find the folder of initdb and pg_ctl, which Debian keeps off the path."""
    there = shutil.which("initdb")
    folders = [Path(there).parent] if there else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@contextlib.contextmanager
def postgres_server():
    """Start PostgreSQL; give the URL of an empty database of its own."""
    programs = postgres_programs()
    if programs is None:
        pytest.skip("missing part: postgresql (the program initdb)")
    # PostgreSQL refuses to run as root, and the folders of pytest are closed to others.
    user = {"user": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="smarketing-postgres-"))
    if user:
        shutil.chown(folder, "postgres")

    def run(program, *words):
        subprocess.run([programs / program, *words], check=True, cwd=folder, stdout=subprocess.DEVNULL, env={"LC_ALL": "C.UTF-8"}, **user)

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    try:
        run("initdb", "--pgdata", "data", "--username", "tester", "--auth", "trust", "--encoding", "UTF8", "--no-sync")
        settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        run("pg_ctl", "start", "--pgdata", "data", "--wait", "--log", "log", "--options", settings)
        try:
            yield f"postgres://tester@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "stop", "--pgdata", "data", "--mode", "immediate")
    finally:
        shutil.rmtree(folder)


@contextlib.contextmanager
def spark_session():
    """Start Spark in local mode; give the URL that joins it."""
    pyspark = pytest.importorskip("pyspark", reason="missing part: pyspark (pip install 'smarketing[spark]')")
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        pytest.skip("missing part: default-jre-headless (the program java)")
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.memory": "2g",
        "spark.sql.warehouse.dir": tempfile.mkdtemp(prefix="smarketing-spark-"),
    }
    builder = pyspark.sql.SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        yield "pyspark://"
    finally:
        session.stop()
        shutil.rmtree(settings["spark.sql.warehouse.dir"], ignore_errors=True)
