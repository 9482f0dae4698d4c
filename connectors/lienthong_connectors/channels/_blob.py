"""The access blob of the HCM kind of platform: five values as base64 of a JSON object (population page A2, V-B; B2)."""

from __future__ import annotations

from base64 import b64encode

import orjson


def access_blob(
    access_key: str, secret_key: str, app_name: str, partner_code: str, partner_code_cus: str
) -> str:
    """The blob as it travels in a header, from the values that the platform issues to an application."""
    blob = orjson.dumps(
        {
            "AccessKey": access_key,
            "SecretKey": secret_key,
            "AppName": app_name,
            "PartnerCode": partner_code,
            "PartnerCodeCus": partner_code_cus,
        }
    )
    return b64encode(blob).decode("ascii")
