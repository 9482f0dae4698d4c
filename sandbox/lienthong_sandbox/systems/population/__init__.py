"""The population database (CSDLQG dân cư, C06): SOAP 1.1 on three fronts of one port."""

from lienthong_sandbox.systems.population._system import build

__all__ = ["build"]
