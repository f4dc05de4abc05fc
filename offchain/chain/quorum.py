"""What counts is what enough independent JSON-RPC sources said: none is trusted, and failover lowers nothing."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from offchain.chain.rpc import MALFORMED, Call, NodeRefused, Source, raised
from offchain.core.node_error import Kind
from offchain.core.refusal import Refusal

_GRACE_SECONDS = 1

Judge = Callable[[Any], Any]
"""Checks an answer and makes of it what is compared among sources; raises a Refusal where the answer is no good."""


class InvalidQuorum(Refusal):
    """No answer could be trusted under this quorum."""


class QuorumSplit(Refusal):
    """Enough sources answered, and they contradict each other."""


class TooFewSources(Refusal):
    """Fewer sources answered than the quorum needs."""


class InvalidAnswer(Refusal):
    """What a source answered is not of the form that was asked for."""


class Quorum:
    """Independent sources of which `quorum` must agree: a majority, so that no two answers can both have it.

    A source that is down lowers nothing. Errors: InvalidQuorum.
    """

    def __init__(self, sources: Sequence[Source], quorum: int) -> None:
        if not len(sources) < 2 * quorum <= 2 * len(sources):
            raise InvalidQuorum(f"{quorum} of {len(sources)} sources is no majority of them")
        if len({source.url for source in sources}) != len(sources):
            raise InvalidQuorum("a source that is named twice would vote twice")
        self.sources, self.quorum = tuple(sources), quorum
        self._turn = 0
        self._late: set[asyncio.Task[list[Any]]] = set()

    async def ask(self, method: str, *params: Any, judge: Judge | None = None) -> Any:
        """What `quorum` sources answered alike. Errors: QuorumSplit, TooFewSources, NodeRefused if that is it."""
        return raised((await self.ask_all([Call(method, params)], judge))[0])

    async def ask_all(self, calls: Sequence[Call], judge: Judge | None = None) -> list[Any]:
        """As ask, for many calls; a Refusal stands where one failed, and none is raised."""

        def settle(votes: _Votes, waiting: int) -> list[Any] | None:
            outcome = []
            for i, call in enumerate(calls):
                ballot = [(name, _judged(answers[i], judge)) for name, answers in votes]
                if (decided := self._tally(call.method, ballot, waiting)) is _UNDECIDED:
                    return None
                outcome.append(decided)
            return outcome

        return await self._hear(calls, settle)

    async def reached(self, method: str, *params: Any, judge: Judge) -> int:
        """The highest number that `quorum` sources have reached, such as a block's: those ahead wait for the others.

        Once so many answered, the rest has a second: who is silent holds nobody up, and who is quick decides nothing.
        Errors: as ask's.
        """

        def settle(votes: _Votes, waiting: int) -> list[Any] | None:
            return None if waiting else [(name, _judged(answers[0], judge)) for name, answers in votes]

        ballot = await self._hear([Call(method, params)], settle, grace=_GRACE_SECONDS)
        numbers = sorted((answer for _, answer in ballot if isinstance(answer, int)), reverse=True)
        if len(numbers) < self.quorum:
            raise self._tally(method, ballot, 0)
        return numbers[self.quorum - 1]

    async def first(self, method: str, *params: Any, judge: Judge | None = None) -> Any:
        """An answer that can be checked by itself, or can do no harm: of the first source whose answer passes `judge`.

        Each time another source is asked first. Errors: the last source's.
        """
        self._turn += 1
        for i in range(len(self.sources)):
            source = self.sources[(self._turn + i) % len(self.sources)]
            answer = _judged((await source.ask_all([Call(method, params)]))[0], judge)
            if not isinstance(answer, Refusal):
                break
        return raised(answer)

    async def tell(self, calls: Sequence[Call]) -> list[Any]:
        """Say it to every source, and wait until one took each call; for each the best answer by then."""

        def settle(votes: _Votes, waiting: int) -> list[Any] | None:
            best = [min((answers[i] for _, answers in votes), key=_rank) for i in range(len(calls))]
            return None if waiting and any(_rank(answer) for answer in best) else best

        return await self._hear(calls, settle, keep=True)

    async def _hear(self, calls: Sequence[Call], settle: "_Settle", keep: bool = False, grace: float = 0) -> list[Any]:
        """Ask every source at once until `settle`, told what was answered and how many are waited for, has an outcome.

        It has one when none is waited for. Who is late then is left alone, or heard no more.
        """
        tasks = {asyncio.create_task(source.ask_all(calls)): source.name for source in self.sources}
        waiting, votes = set(tasks), _Votes()
        try:
            while True:
                heard = [name for name, answers in votes if grace and not isinstance(answers[0], Refusal)]
                patience = grace if len(heard) >= self.quorum else None
                done, waiting = await asyncio.wait(waiting, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
                votes += [(tasks[task], task.result()) for task in done]
                if (outcome := settle(votes, len(waiting) if done else 0)) is not None:
                    return outcome
        finally:
            for task in waiting:
                if keep:
                    self._late.add(task)
                    task.add_done_callback(self._late.discard)
                else:
                    task.cancel()

    def _tally(self, method: str, ballot: Sequence[tuple[str, Any]], waiting: int) -> Any:
        """What a quorum said, why there cannot be one any more, or that it is open."""
        groups: list[tuple[Any, list[str]]] = []
        for name, answer in ballot:
            if isinstance(answer, Refusal) and _said(answer) is None:
                continue
            names = next((names for known, names in groups if _said(known) == _said(answer)), None)
            if names is None:
                groups.append((answer, names := []))
            names.append(name)
        most = max((len(names) for _, names in groups), default=0)
        if most >= self.quorum:
            return next(answer for answer, names in groups if len(names) == most)
        if most + waiting >= self.quorum:
            return _UNDECIDED
        if sum(len(names) for _, names in groups) + waiting < self.quorum:
            faults = "; ".join(sorted(str(answer) for _, answer in ballot if isinstance(answer, Refusal)))
            return TooFewSources(f"{method}: fewer than {self.quorum} of {len(self.sources)} sources answer: {faults}")
        sides = " against ".join(" and ".join(sorted(names)) for _, names in groups)
        return QuorumSplit(f"{method}: the sources contradict each other, {sides}")


_Votes = list[tuple[str, list[Any]]]
_Settle = Callable[[_Votes, int], list[Any] | None]
_UNDECIDED = object()
_BEST_FIRST = tuple(Kind)


def _said(answer: Any) -> Any:
    """What is compared: of a refusal only one that every honest source would give too, else None."""
    if not isinstance(answer, Refusal):
        return answer, None
    if isinstance(answer, NodeRefused) and answer.kind in (Kind.REVERTED, Kind.PERMANENT):
        return answer.kind
    return None


def _rank(answer: Any) -> int:
    """How good the answer to a broadcast is: that it will never do must be every source's word."""
    return _BEST_FIRST.index(answer.kind) if isinstance(answer, NodeRefused) else 0


def _judged(answer: Any, judge: Judge | None) -> Any:
    if judge is None or isinstance(answer, Refusal):
        return answer
    try:
        return judge(answer)
    except Refusal as refusal:
        return refusal
    except MALFORMED as error:
        return InvalidAnswer(f"an answer is malformed ({type(error).__name__})")


def quantity(answer: Any) -> int:
    """A judge: the number in an answer; what it takes part in, and is said in, has an end."""
    if not 0 <= (number := int(answer, 16)) < 2**256:
        raise InvalidAnswer("a number is negative, or has more than 256 bits")
    return number


def number_of(header: Any) -> int:
    """A judge: the number of the block whose header is the answer."""
    return quantity(header["number"])
