"""One JSON-RPC endpoint: kept-alive connections, batches, errors by what follows from them. Nothing it says is trusted.

Its address may hold a secret, so errors name host and port alone. Source: the JSON-RPC 2.0 specification.
"""

import asyncio
import json
import random
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import aiohttp

from offchain.core.node_error import Kind, classify
from offchain.core.refusal import Refusal

_MAX_ANSWER_BYTES = 64 * 2**20
_BATCH = 50  # what public endpoints take at most
_RETRIES = 2
_RETRY_SECONDS = 0.1
MALFORMED = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError)


class NodeRefused(Refusal):
    """A source gave no answer, or said no; `data` is what a revert returned."""

    def __init__(self, source: str, kind: Kind, message: str, data: str = "") -> None:
        super().__init__(f"{source}: {message}")
        self.source, self.kind, self.message, self.data = source, kind, message, data


class Call(NamedTuple):
    """A question to a node."""

    method: str
    params: tuple[Any, ...] = ()


class Source:
    """One endpoint. It is asked again, after a jittered pause, when nothing that is an answer came back."""

    def __init__(self, session: aiohttp.ClientSession, url: str, timeout_seconds: float = 10) -> None:
        parts = urlsplit(url)
        self.url, self.name = url, f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
        self._session, self._timeout = session, aiohttp.ClientTimeout(total=timeout_seconds)
        self._next_id = 0

    async def ask(self, method: str, *params: Any) -> Any:
        """The result of one call. Errors: NodeRefused."""
        return raised((await self.ask_all([Call(method, params)]))[0])

    async def ask_all(self, calls: Sequence[Call]) -> list[Any]:
        """The results in the order of the calls; a NodeRefused stands where one failed, and none is raised."""
        answers: list[Any] = []
        for start in range(0, len(calls), _BATCH):
            answers += await self._batch(calls[start : start + _BATCH])
        return answers

    async def _batch(self, calls: Sequence[Call]) -> list[Any]:
        ids = range(self._next_id, self._next_id + len(calls))
        self._next_id = ids.stop
        asked = [{"jsonrpc": "2.0", "id": i, "method": m, "params": p} for i, (m, p) in zip(ids, calls, strict=True)]
        for attempt in range(_RETRIES + 1):
            try:
                return self._read(json.loads(await self._post(asked if len(asked) > 1 else asked[0])), ids)
            except (aiohttp.ClientError, OSError, *MALFORMED) as error:
                fault = NodeRefused(self.name, Kind.TRANSIENT, f"no answer ({type(error).__name__})")
                if isinstance(error, TimeoutError):
                    break
            if attempt < _RETRIES:
                await asyncio.sleep(random.uniform(0, _RETRY_SECONDS * 2**attempt))
        return [fault] * len(calls)

    async def _post(self, question: Any) -> bytes:
        asked = self._session.post(self.url, json=question, timeout=self._timeout, allow_redirects=False)
        async with asked as response:
            answer = bytearray()
            async for chunk in response.content.iter_any():
                answer += chunk
                if len(answer) > _MAX_ANSWER_BYTES:
                    raise ValueError("an answer without end")
            if response.status != 200 and not answer.lstrip().startswith((b"{", b"[")):
                raise ValueError("not a JSON-RPC answer")
            return bytes(answer)

    def _read(self, answer: Any, ids: range) -> list[Any]:
        """Results by their ids, since a batch may be answered in any order; one error may stand for a whole batch."""
        if isinstance(answer, dict) and answer.get("error") is not None:
            return [self._result(answer)] * len(ids)
        entries = [answer] if isinstance(answer, dict) else answer
        by_id = {entry["id"]: self._result(entry) for entry in entries}
        if len(entries) != len(by_id) or not by_id.keys() <= set(ids):
            raise ValueError("answers to questions that were not asked")
        missing = NodeRefused(self.name, Kind.TRANSIENT, "left a call without an answer")
        return [by_id.get(i, missing) for i in ids]

    def _result(self, entry: dict[str, Any]) -> Any:
        if entry.get("error") is None:
            return entry["result"]
        code, message = int(entry["error"].get("code", 0)), str(entry["error"].get("message", ""))[:300]
        data = entry["error"].get("data")
        return NodeRefused(self.name, classify(code, message), message, data if isinstance(data, str) else "")


def raised(answer: Any) -> Any:
    """An answer, if it is one. Errors: the Refusal that stands in its place."""
    if isinstance(answer, Refusal):
        raise answer
    return answer
