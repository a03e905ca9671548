"""The how-to page as the suite reads it: its blocks are what the project is made of."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "how-to" / "embed-in-your-django-project.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    """The fenced blocks of this language, in order."""
    found = _BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    return [block for name, block in found if name == language]


def python(file: str) -> str:
    """Everything that the page puts into this file of the project."""
    return "\n".join(block for block in blocks("python") if block.startswith(f"# {file}\n"))


def commands() -> list[list[str]]:
    """The arguments of every ``python manage.py``, in order."""
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    begin = "python manage.py "
    return [line.removeprefix(begin).split() for line in lines if line.startswith(begin)]
