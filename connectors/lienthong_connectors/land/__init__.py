"""Land: hand-over of dossiers to VBDLIS or iLIS, and look-ups by our own contract (insurance page §4, §5)."""

from ._connector import LandConnector

__all__ = ["LandConnector"]
