"""The documentation says what the code says: nothing is missing, nothing is invented."""

import argparse
import ast
import re
import shlex
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from sso_gateway import settings as gateway
from sso_gateway.defaults import SETTINGS
from sso_gateway.partners.management.commands.partner import policy_arguments
from sso_gateway.partners.policy import RANGES, TYPES, Policy
from sso_gateway.refusal import Reason
from tests.programs import arguments, described, known, make_targets, ours, parser_of, verbs_of

ROOT = Path(__file__).parent.parent
CODE = ROOT / "sso_gateway"
DOCS = ROOT / "docs"
BESIDE = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
PAGES = [*sorted(DOCS.rglob("*.md")), *(ROOT / name for name in BESIDE)]

PROMISED: dict[str, str] = {}
"""Commands that pages name although they do not exist, and why."""

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def text(name: str) -> str:
    """A page of docs/."""
    return (DOCS / name).read_text(encoding="utf-8")


def prose(page: Path) -> str:
    """The page without its fenced blocks."""
    return re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)


def blocks(page: Path) -> list[str]:
    """Its fenced blocks, continued lines joined."""
    found = re.findall(r"^ *```\w*\n(.*?)^ *```", page.read_text(encoding="utf-8"), re.M | re.S)
    return [block.replace("\\\n", " ") for block in found]


def first_cells(page: str) -> list[str]:
    """What stands in backticks in the first column of the tables."""
    cells = re.findall(r"^\| ([^|]+) \|", page, re.MULTILINE)
    return [word for cell in cells for word in re.findall(r"`([^`]+)`", cell)]


def row(page: str, name: str) -> list[str]:
    """The cells behind ``name`` in the table row that begins with it."""
    found = re.search(rf"^\| `{re.escape(name)}` \|(.*)\|$", page, re.MULTILINE)
    assert found, f"no row for {name}"
    return [cell.strip() for cell in found[1].split(" | ")]


# --- Refusals, policy, metadata ---


@pytest.mark.parametrize("reason", Reason, ids=lambda reason: reason.key)
def test_every_reason_is_in_the_reference(reason: Reason) -> None:
    assert re.search(rf"^\| {reason.code}\D.*`{reason.key}`", text("reference/refusals.md"), re.M)


def test_the_codes_in_reserve_are_those_that_nothing_raises() -> None:
    files = [path for path in CODE.rglob("*.py") if "refusal" not in str(path.relative_to(CODE))]
    code = "".join(path.read_text(encoding="utf-8") for path in files)
    used = set(re.findall(r"Reason\.([A-Z_0-9]+)", code))
    said = re.search(r"Codes in reserve\.\*\* ([0-9, and]+)", text("explanation/limitations.md"))
    assert said
    assert re.findall(r"\d+", said[1]) == [str(r.code) for r in Reason if r.name not in used]


def test_the_policy_page_has_every_key_and_no_other() -> None:
    assert sorted(first_cells(text("reference/policy.md"))) == sorted(TYPES)


@pytest.mark.parametrize("key", TYPES)
def test_the_policy_page_tells_default_and_values(key: str) -> None:
    default, values, *_ = row(text("reference/policy.md"), key)
    standard = getattr(Policy(), key)
    assert default.strip("`") == ("empty" if standard in ("", ()) else str(standard).lower())
    if get_origin(TYPES[key]) is Literal:
        assert re.findall(r"`([\w-]+)`", values) == list(get_args(TYPES[key]))
    if key in RANGES:
        assert values.startswith("{} to {} ".format(*RANGES[key]))


def problems(module: str) -> Iterator[str]:
    """The keys of every ``Problem`` that a module of the partners' room makes."""
    tree = ast.parse((CODE / "partners" / f"{module}.py").read_text(encoding="utf-8"))
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "Problem":
            key = call.args[0]
            yield from map(
                ast.literal_eval, [key.body, key.orelse] if isinstance(key, ast.IfExp) else [key]
            )


def test_the_metadata_page_has_every_reason_to_decline_a_document_and_no_other() -> None:
    modules = (
        "conflicts",
        "faults",
        "fetch",
        "flows/metadata",
        "flows/refreshing",
        "forms",
        "intake",
        "recognise",
        "signers",
    )
    section = text("reference/metadata.md").partition("## Why a document")[2]
    assert set(first_cells(section)) == {key for module in modules for key in problems(module)}


# --- Settings ---


def test_the_settings_page_has_every_setting_and_no_other() -> None:
    server = (CODE / "gunicorn.py").read_text(encoding="utf-8")
    read = {*gateway.env._known, *re.findall(r'environ\.get\("([A-Z_]+)"', server), "ENV_FILE"}
    assert set(re.findall(r"`([A-Z][A-Z0-9_]+)`", text("reference/settings.md"))) == read


def test_the_settings_page_tells_the_bounds_of_numbers() -> None:
    page = text("reference/settings.md").partition("## Embedded")[0]
    bounds = {each.name: (each.default, each.must) for each in SETTINGS if " from " in each.must}
    assert bounds
    for name, (default, must) in bounds.items():
        told, values, *_ = row(page, name)
        assert told == str(default)
        assert values.startswith(must.partition(" from ")[2])


def test_the_settings_page_tells_a_project_that_embeds_us_what_to_name() -> None:
    section = text("reference/settings.md").partition("## Embedded")[2]
    required = [each.name for each in SETTINGS if each.required]
    assert set(first_cells(section)) == {each.name for each in SETTINGS}
    assert first_cells(section)[: len(required)] == required


# --- URLs ---


def addresses(patterns: list[Any], before: str = "/") -> Iterator[str]:
    """Every pattern as the page writes it; the admin as one."""
    for pattern in patterns:
        path = before + str(pattern.pattern).replace("<slug:slug>", "<partner>")
        if isinstance(pattern, URLResolver) and pattern.app_name != "admin":
            yield from addresses(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern) and pattern.name is None:
            yield "any other path"
        else:
            yield re.sub(r"<\w+:(\w+)>", r"<\1>", path)


def test_the_page_of_urls_has_every_url_and_no_other() -> None:
    page = text("reference/urls.md")
    named = {re.sub(r"^[A-Z]+ ", "", cell) for cell in first_cells(page)}
    demo = import_module("sso_gateway.demo.urls").urlpatterns
    routed = {*addresses(get_resolver().url_patterns), *addresses(demo, "/demo/")}
    assert "| any other path |" in page
    assert named | {"any other path"} == routed


# --- Commands ---


@pytest.mark.parametrize(("name", "parser"), described().items(), ids=list(described()))
def test_a_command_is_described_with_every_option_and_no_other(
    name: str, parser: argparse.ArgumentParser
) -> None:
    found = re.search(
        rf"^###? {name}\n(.*?)(?=^#|\Z)", text("reference/commands.md"), re.MULTILINE | re.DOTALL
    )
    assert found, f"{name} is missing"
    options, others = arguments(parser)
    assert set(re.findall(r"--[a-z][a-z-]+", found[1])) == options
    assert {other for other in others if f"`{other}`" not in found[1]} == set()


def test_no_command_is_described_that_does_not_exist() -> None:
    headings = re.findall(r"^###? (.*)$", text("reference/commands.md"), re.MULTILINE)
    assert set(headings) - {"make", "manage.py"} == {*ours(), *described()}


def test_every_target_of_make_is_described() -> None:
    named = re.findall(r"^\| `make ([a-z]+)` \|", text("reference/commands.md"), re.MULTILINE)
    assert set(named) == make_targets()


# --- Every page ---


@every_page
def test_every_command_in_a_block_can_be_run(page: Path) -> None:
    for line in "\n".join(blocks(page)).splitlines():
        _would_run(line.partition(" #")[0].strip())


def _would_run(line: str) -> None:
    if "manage.py " in line:
        command, *words = shlex.split(re.split(r"[|<>;]|&&", line.partition("manage.py ")[2])[0])
        parsed = parser_of(command).parse_args(words)  # raises CommandError
        policy_arguments(getattr(parsed, "policy", None) or [])
    elif module := re.search(r"python\S* -m (sso_gateway[\w.]*)", line):
        assert find_spec(module[1]), line
    elif target := re.match(r"(?:[A-Z_]+=\S+ )*make ([a-z]+)", line):
        assert target[1] in make_targets(), line


@every_page
def test_every_command_in_a_sentence_exists(page: Path) -> None:
    sentences = prose(page)
    for command, verb in re.findall(r"manage\.py ([a-z]+)(?: ([a-z]+))?", sentences):
        verbs = {} if command in PROMISED else verbs_of(parser_of(command))
        assert not verbs or not verb or verb in verbs, f"manage.py {command} {verb}"
    assert set(re.findall(r"`(?:[A-Z_]+=\S+ )*make ([a-z]+)", sentences)) <= make_targets()


def test_what_is_promised_is_absent_and_said_to_be() -> None:
    assert not PROMISED.keys() & known()
    assert all(f"`manage.py {name}`" in text("explanation/limitations.md") for name in PROMISED)


def anchors(page: Path) -> set[str]:
    """The anchors that its headings make."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@every_page
def test_every_link_leads_somewhere(page: Path) -> None:
    dead = []
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        path, _, anchor = target.partition("#")
        there = page.parent / path if path else page
        outside = re.match(r"[a-z]+:", target)
        if not outside and (not there.exists() or (anchor and anchor not in anchors(there))):
            dead.append(target)
    assert dead == []


def test_every_page_is_linked_from_the_index() -> None:
    linked = {(DOCS / path).resolve() for path in re.findall(r"\]\(([^)#]+)", text("index.md"))}
    assert {page for page in PAGES if page.resolve() not in linked} == {DOCS / "index.md"}
