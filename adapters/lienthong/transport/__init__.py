"""The way out: HTTP(S) to one system, SOAP envelopes, and when certificates end."""

from ._http import HttpTransport, open_transport
from ._soap import load_soap
from ._tls import certificate_expiry

__all__ = ["HttpTransport", "certificate_expiry", "load_soap", "open_transport"]
