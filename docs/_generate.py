"""Writes the pages that are read off the code, so that they cannot say anything else than the code does.

``systems/`` from the declared services, ``reference/settings.md`` from the models, ``reference/errors.md`` from the classes,
``reference/cli.md`` from click's own help, ``reference/interface.md`` from the names of the interface, ``reference/sandbox.md`` from the
sandbox. The pages are committed; ``tests/unit/docs`` shows that writing them again changes nothing.

Run it from the root of the checkout: ``python docs/_generate.py`` (``--check`` only compares).
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from _pages import (  # noqa: E402 - the folder is no package
    cli_page,
    errors_page,
    interface_page,
    sandbox_page,
    settings_page,
    systems_pages,
)


def pages() -> dict[Path, str]:
    """Every generated page by its path."""
    found = {f"systems/{name}.md": text for name, text in systems_pages().items()}
    found["reference/settings.md"] = settings_page()
    found["reference/errors.md"] = errors_page()
    found["reference/cli.md"] = cli_page()
    found["reference/interface.md"] = interface_page()
    found["reference/sandbox.md"] = sandbox_page()
    return {HERE / name: f"{text.strip()}\n" for name, text in found.items()}


def stale() -> list[Path]:
    """Pages that do not say what the code says, and pages left behind in ``systems/``."""
    wanted = pages()
    wrong = [
        path
        for path, text in wanted.items()
        if not path.exists() or path.read_text("utf-8") != text
    ]
    return wrong + [path for path in (HERE / "systems").glob("*.md") if path not in wanted]


def main(arguments: list[str]) -> int:
    """Writes the pages, or compares them; 1 when a comparison finds a difference."""
    if "--check" in arguments:
        wrong = stale()
        for path in wrong:
            sys.stderr.write(f"{path.relative_to(HERE)} is not current: run docs/_generate.py\n")
        return 1 if wrong else 0
    for path, text in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
