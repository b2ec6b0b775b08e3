"""Ask Amazon one question until it is answered, refused, or the time is up.

Only what is temporary is asked again: throttling, Amazon's own troubles, the network's, and answers that are
none.  What has changed something at Amazon, or may have, is never asked twice.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from pydantic import BaseModel
from tenacity import RetryCallState, Retrying, retry_if_result

from amzsync.amazon import replies
from amzsync.amazon.answer_parts import Said, read
from amzsync.amazon.calls import Answer, Call, Failure, Kind, Operation, Outcome
from amzsync.amazon.client import Client, TokenMissing, TokenRefused, Unaskable
from amzsync.amazon.credentials import Credentials
from amzsync.amazon.pace import Pace
from amzsync.amazon.replies import NoReply, Reply
from amzsync.clock import Clock, text_of
from amzsync.config import Account
from amzsync.logs import redact

LONGEST_BACKOFF = 60.0  # seconds
MOST_BAD_ANSWERS = (
    3  # an answer that is wrong three times is wrong for good, or until we are mended
)
_DONE = frozenset({200, 201, 202})
_EMPTY = 204
TOKEN = Operation("token", "POST", "/auth/o2/token", rate=1.0, burst=1, model=BaseModel)
"""Login with Amazon, as the operation of failures that are its own."""


class Random(Protocol):
    """Where chance comes from."""

    def uniform(self, a: float, b: float) -> float:
        """Return a number between *a* and *b*."""
        ...


class _Try(NamedTuple):
    """One attempt: what came of it, and whether and when to make another."""

    outcome: Outcome
    again: bool = False
    wait: float = 0.0  # seconds at least
    bad: bool = False  # Amazon answered, but not what was asked
    stale: str = ""  # the access token that Amazon wants no more


class Session:
    """One account's questions; safe to be used by several threads.  Close it when done."""

    def __init__(
        self,
        account: Account,
        credentials: Credentials,
        clock: Clock,
        pace: Pace,
        *,
        rng: Random = random,
    ) -> None:
        self.account = account
        self.pace = pace
        self._clock = clock
        self._rng = rng
        self._client = Client(account, credentials, clock)
        self._skew: float | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def skew(self) -> float | None:
        """Return by how many seconds Amazon's clock was ahead of ours when it last answered."""
        return self._skew

    def perform(self, call: Call, *, deadline: float, paid: bool = False) -> Outcome:
        """Return the checked answer to *call*, or why there is none.

        Never waits beyond the *deadline* (seconds since 1970).  *paid* says that ``pace`` has given the token of
        the first attempt already.
        """
        tally = _Tally(call, deadline, paid=paid)
        retrying = Retrying(
            retry=retry_if_result(lambda made: made.again),
            wait=lambda state: self._wait(call, state),
            stop=lambda state: self._is_over(state, deadline, tally),
            sleep=self._clock.sleep,
            retry_error_callback=_last,
        )
        made: _Try = retrying(self._attempt, tally)
        return made.outcome

    def check_token(self) -> Failure | None:
        """Tell why the account's credentials give no access token; ``None``: they do."""
        made = self._token(Call(TOKEN))
        return (
            made.outcome if isinstance(made, _Try) and isinstance(made.outcome, Failure) else None
        )

    def _wait(self, call: Call, state: RetryCallState) -> float:
        backoff = min(LONGEST_BACKOFF, 2.0 ** min(state.attempt_number - 1, 10))
        least = _made(state).wait
        return max(self._rng.uniform(0.0, backoff), least, self.pace.wait(call.operation))

    def _is_over(self, state: RetryCallState, deadline: float, tally: _Tally) -> bool:
        over = self._clock.now() + state.upcoming_sleep >= deadline
        return over or tally.bad >= MOST_BAD_ANSWERS

    def _attempt(self, tally: _Tally) -> _Try:
        """Ask once; twice where only the access token was too old."""
        made = self._ask(tally)
        if made.stale and not tally.renewed:
            tally.renewed = True
            self._client.tokens.renew(made.stale)
            made = self._ask(tally)
        tally.bad += made.bad
        return made

    def _ask(self, tally: _Tally) -> _Try:
        call = tally.call
        if not tally.pay(self.pace, self._clock):
            return tally.out_of_time()
        token = self._token(call)
        if isinstance(token, _Try):
            tally.paid = True  # Amazon itself has not been asked
            return token
        try:
            reply = self._client.ask(call, token)
        except Unaskable as error:
            return _Try(_failure(call, Kind.REFUSED, None, "Unaskable", str(error)))
        except NoReply as error:
            lost = error.sent and not call.operation.repeatable
            kind = Kind.UNKNOWN if lost else Kind.TEMPORARY
            failure = _failure(call, kind, None, error.code, error.message)
            return _Try(failure, again=not lost and not error.lasting)
        made = tally.last = self._judged(call, reply, token)
        return made

    def _token(self, call: Call) -> str | _Try:
        """Return an access token, or what stands for the attempt that could not be made without."""
        try:
            return self._client.tokens.text()
        except TokenRefused as error:
            return _Try(_failure(call, Kind.CREDENTIALS, error.status, error.code, error.message))
        except TokenMissing as error:
            reply = error.reply
            throttled = reply is not None and reply.status == 429
            failure = _failure(
                call,
                Kind.THROTTLED if throttled else Kind.TEMPORARY,
                reply.status if reply else None,
                error.code,
                f"Login with Amazon: {error.message}",
            )
            wait = replies.retry_after(reply, self._clock.now()) if reply else None
            return _Try(failure, error.again, wait or 0.0)

    def _judged(self, call: Call, reply: Reply, token: str) -> _Try:
        """Return what *reply* means."""
        self._learn(call, reply)
        status = reply.status
        if status in _DONE or (status == _EMPTY and call.operation.mute):
            return self._read(call, reply)
        said = replies.words(reply)
        wait = replies.retry_after(reply, self._clock.now())

        def failed(kind: Kind, code: str = "") -> Failure:
            return _failure(
                call,
                kind,
                status,
                code or said.code or f"Http{status}",
                said.message or f"HTTP status {status} without a word.",
                replies.request_id(reply),
            )

        if status == 429:
            self.pace.throttled(call.operation, wait)
            return _Try(failed(Kind.THROTTLED), again=True, wait=wait or 0.0)
        if status >= 500:
            return _uncertain(call, failed, "", wait or 0.0)
        if status < 300:
            return _uncertain(call, failed, "BadAnswer", bad=True)
        if status < 400:
            return _uncertain(call, failed, "Redirected", again=False)
        if status in {401, 403} and _is_about_token(said.message):
            return _Try(failed(Kind.CREDENTIALS), stale=token)
        if status in {401, 403, 404} and not said.amazon:
            # A page of something between us and Amazon; Amazon itself would have said it in its own form.
            return _Try(failed(Kind.TEMPORARY, "BadAnswer"))
        return _Try(failed(Kind.REFUSED))

    def _read(self, call: Call, reply: Reply) -> _Try:
        """Return the answer if it is one."""
        identity = replies.request_id(reply)
        try:
            is_mute = call.operation.mute and not reply.body.strip()
            text = "{}" if is_mute else replies.text_of(reply)
            content = read(call.operation.model, text)
        except ValueError as error:
            said = replies.words(reply)
            message = f"The answer is not what {call.operation.name} answers: {error}."
            message += f" It says: {said.message}" if said.message else ""
            kind = Kind.TEMPORARY if call.operation.repeatable else Kind.UNKNOWN
            failure = _failure(call, kind, reply.status, "BadAnswer", message, identity)
            return _Try(failure, again=call.operation.repeatable, bad=True)
        foreign = _foreign(call, content)
        if foreign:
            message = f"The answer is about {foreign}, not about {call.marketplace_id}."
            kind = Kind.REFUSED if call.operation.repeatable else Kind.UNKNOWN
            return _Try(_failure(call, kind, reply.status, "WrongMarketplace", message, identity))
        moment = replies.date(reply)
        asked_at = text_of(self._clock.now() if moment is None else moment)
        return _Try(Answer(call, content, text, asked_at, identity))

    def _learn(self, call: Call, reply: Reply) -> None:
        """Note what every answer tells besides: Amazon's clock, and how fast it may be asked."""
        moment, rate = replies.date(reply), replies.rate(reply)
        if moment is not None:
            self._skew = moment - self._clock.now()
        if rate is not None:
            self.pace.learn(call.operation, rate)


class _Tally:
    """What the attempts of one call have used up."""

    def __init__(self, call: Call, deadline: float, *, paid: bool) -> None:
        self.call = call
        self.deadline = deadline
        self.paid = paid
        self.renewed = False
        self.bad = 0
        self.last: _Try | None = None

    def pay(self, pace: Pace, clock: Clock) -> bool:
        """Take a token from *pace* for the next attempt; ``False`` where the time is up before."""
        if self.paid:
            self.paid = False
            return clock.now() < self.deadline
        return pace.acquire(self.call.operation, self.deadline)

    def out_of_time(self) -> _Try:
        """Return what came of the attempts so far, or that there was no time for any."""
        if self.last is not None:
            return self.last._replace(again=False, stale="")
        message = "There was no time left to ask within the usage plan."
        return _Try(_failure(self.call, Kind.THROTTLED, None, "OutOfTime", message))


def _uncertain(
    call: Call,
    failed: Callable[[Kind, str], Failure],
    code: str,
    wait: float = 0.0,
    *,
    again: bool = True,
    bad: bool = False,
) -> _Try:
    """Return the attempt of which Amazon did not say whether it did what was asked."""
    if not call.operation.repeatable:
        return _Try(failed(Kind.UNKNOWN, code))
    return _Try(failed(Kind.TEMPORARY, code), again, wait, bad)


def _failure(
    call: Call, kind: Kind, status: int | None, code: str, message: str, identity: str = ""
) -> Failure:
    return Failure(call, kind, status, code, replies.one_line(redact(message)), identity)


def _foreign(call: Call, content: BaseModel) -> str:
    """Return the marketplaces that *content* should not speak of."""
    if call.marketplace_id is None or not isinstance(content, Said):
        return ""
    return ", ".join(sorted(content.foreign(call.marketplace_id)))


def _is_about_token(message: str) -> bool:
    """Tell whether Amazon wants no more of the access token: "expired", "revoked, malformed or invalid"."""
    return "access token" in message.lower()


def _made(state: RetryCallState) -> _Try:
    assert state.outcome is not None
    made: _Try = state.outcome.result()
    return made


def _last(state: RetryCallState) -> _Try:
    return _made(state)
