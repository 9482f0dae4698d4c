"""A bare loop over httpx or httpx2: the same request with the same token, the JSON read, nothing else."""

from __future__ import annotations

import asyncio
import base64
import importlib
import json
import ssl
import sys
import time
from typing import Any

import orjson


async def main(told: dict[str, Any]) -> None:
    """Prints the latencies and, last, the wall time, in seconds."""
    client = importlib.import_module(told["package"])
    trust = ssl.create_default_context(cafile=told["ca"])
    limits = client.Limits(
        max_connections=told["at_once"], max_keepalive_connections=told["at_once"]
    )
    async with client.AsyncClient(verify=trust, limits=limits, trust_env=False, timeout=60) as http:
        basic = base64.b64encode(f"{told['key']}:{told['secret']}".encode()).decode()
        answer = await http.post(
            f"{told['url']}/token",
            headers={"Authorization": f"Basic {basic}"},
            data={"grant_type": "client_credentials"},
        )
        token = answer.json()["access_token"]
        url = f"{told['url']}/apiCSDLDKDN/1.0/chiTietDoanhNghiep"
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}

        async def one() -> None:
            reply = await http.get(url, params={"msdn": told["code"]}, headers=headers)
            assert orjson.loads(reply.content)["Data"]["MainInformation"]

        async def run(calls: int) -> list[float]:
            numbers = iter(range(calls))
            latencies: list[float] = []

            async def desk() -> None:
                for _ in numbers:
                    started = time.perf_counter()
                    await one()
                    latencies.append(time.perf_counter() - started)

            started = time.perf_counter()
            await asyncio.gather(*(desk() for _ in range(told["at_once"])))
            return [*sorted(latencies), time.perf_counter() - started]

        await run(50)
        print(json.dumps(await run(told["calls"])))


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
