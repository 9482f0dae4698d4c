"""What the suite asks of the five: a question for each service at least, answered by the sandbox's synthetic people."""

from ._beside import EMC, MINISTRY, PUBLIC
from ._business import GENERATION1, GENERATION2, HCM, OPENCPS
from ._hub import HUB, PAYMENT, PROXY, payment_order
from ._insurance import CARD, INSURANCE
from ._land import LAND
from ._parts import PRIVATE, citizen, company
from ._population import POPULATION

__all__ = [
    "CARD",
    "EMC",
    "GENERATION1",
    "GENERATION2",
    "HCM",
    "HUB",
    "INSURANCE",
    "LAND",
    "MINISTRY",
    "OPENCPS",
    "PAYMENT",
    "POPULATION",
    "PRIVATE",
    "PROXY",
    "PUBLIC",
    "citizen",
    "company",
    "payment_order",
]
