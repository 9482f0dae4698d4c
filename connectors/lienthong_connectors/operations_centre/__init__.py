"""The Government operations centre: national portal interface and national catalogue of procedures (hub page)."""

from ._connector import OperationsCentreConnector

__all__ = ["OperationsCentreConnector"]
