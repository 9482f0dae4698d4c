"""The generated pages, one module each."""

from ._cli import cli_page, commands
from ._errors import error_classes, errors_page
from ._interface import interface_page
from ._sandbox import sandbox_page
from ._settings import setting_keys, settings_page
from ._systems import systems_pages

__all__ = [
    "cli_page",
    "commands",
    "error_classes",
    "errors_page",
    "interface_page",
    "sandbox_page",
    "setting_keys",
    "settings_page",
    "systems_pages",
]
