"""Sphinx: MyST pages, the furo theme, no network. Built with warnings as errors (``make docs``)."""

from __future__ import annotations

from typing import Any

from lienthong import __version__

project = "Liên thông"
author = "The Liên thông developers"
copyright = "the Liên thông developers, Apache-2.0"
version = release = __version__
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
source_suffix = {".md": "markdown"}

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
autodoc_class_signature = "separated"
# A field described in the docstring of its class is not described a second time as a member.
napoleon_use_ivar = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False

html_theme = "furo"
html_title = f"Liên thông {version}"
html_copy_source = False
html_show_sphinx = False


def setup(app: Any) -> None:
    """Napoleon takes "Serial: …" above an attribute for its type; an empty first line tells it that there is none."""

    def begin_anew(
        _app: Any, what: str, _name: str, _it: Any, _options: Any, lines: list[str]
    ) -> None:
        if what in {"attribute", "data", "property"} and lines:
            lines.insert(0, "")

    app.connect("autodoc-process-docstring", begin_anew, priority=400)
