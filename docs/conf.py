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

# In `type[Connector]` the word is the builtin, not one of the fields that are called so.
suppress_warnings = ["ref.python"]

html_theme = "furo"
html_title = f"Liên thông {version}"
html_copy_source = False
html_show_sphinx = False


def setup(app: Any) -> None:
    """Napoleon takes what stands before a colon above an attribute for its type; here it is the sentence's beginning."""

    def join_again(
        _app: Any, what: str, _name: str, _it: Any, _options: Any, lines: list[str]
    ) -> None:
        types = [line for line in lines if line.startswith(":type: ")]
        if what in {"attribute", "data", "property"} and types:
            lines.remove(types[0])
            lines[0] = f"{types[0].removeprefix(':type: ')}: {lines[0]}"

    app.connect("autodoc-process-docstring", join_again, priority=600)
