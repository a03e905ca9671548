"""A new database for each server that is measured; gone with it."""

import os
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, LiteralString
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ADDRESS: Final = os.environ.get("BENCH_DATABASE_URL", "postgresql://127.0.0.1:5432/postgres")
"""A PostgreSQL in which we may create databases."""


def engines(skipped: dict[str, str]) -> list[str]:
    """SQLite, and PostgreSQL where one answers."""
    try:
        psycopg.connect(ADDRESS, connect_timeout=3).close()
    except psycopg.Error as error:
        skipped["PostgreSQL"] = f"BENCH_DATABASE_URL does not answer: {type(error).__name__}"
        return ["SQLite"]
    return ["SQLite", "PostgreSQL"]


@contextmanager
def fresh(engine: str, folder: Path) -> Iterator[str]:
    """The address of an empty database."""
    if engine == "SQLite":
        yield f"sqlite:///{folder / 'database.sqlite3'}"
        return
    name = f"bench_{secrets.token_hex(6)}"
    with psycopg.connect(ADDRESS, autocommit=True) as administration:
        administration.execute(_sql("CREATE DATABASE {}", name))
        try:
            yield urlunsplit(urlsplit(ADDRESS)._replace(path=f"/{name}"))
        finally:
            administration.execute(_sql("DROP DATABASE {} WITH (FORCE)", name))


def _sql(statement: LiteralString, name: str) -> sql.Composed:
    return sql.SQL(statement).format(sql.Identifier(name))


def counted(address: str, rows: Mapping[str, str]) -> dict[str, int]:
    """How many rows: what is counted → what stands behind FROM."""
    connection: Any = (
        sqlite3.connect(address.removeprefix("sqlite:///"))
        if address.startswith("sqlite")
        else psycopg.connect(address)
    )
    with closing(connection):
        return {
            what: connection.execute(f"SELECT count(*) FROM {source}").fetchone()[0]  # noqa: S608
            for what, source in rows.items()
        }
