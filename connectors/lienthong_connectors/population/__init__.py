"""Population database (CSDL quốc gia về dân cư, Bộ Công an)."""

from ._connector import PopulationConnector
from ._options import PopulationOptions

__all__ = ["PopulationConnector", "PopulationOptions"]
