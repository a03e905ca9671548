"""How often one address may be refused before it has to wait.

What is counted is what was refused, never who was let in: thousands of people may sit behind one
address at nine o'clock. It is counted for each address and partner, so nobody elsewhere can lock
a partner's people out, and for each address over all partners. Posts have a count of their own:
what an address asks for with GET, such as a bookmark of the ACS, never stands in a post's way.

Questions that begin here are counted whether answered or not, because each is a row.

A window begins at every full five minutes of the clock, whoever counts; when a count is full, a
note says so to every process, and the rest of the window is refused at the door: the first time
with a row of the log, whose reference every further page carries, and then without.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sso_gateway.partners.policy import Policy
from sso_gateway.partners.trust import Trust
from sso_gateway.refusal import Reason, Refusal
from sso_gateway.signon import tally
from sso_gateway.signon.attempt import Attempt

WINDOW: Final = 300  # seconds
REFUSALS_ANYWHERE: Final = 300
"""Refusals of one address over all partners; a partner's own number cannot be higher."""
QUESTIONS_ANYWHERE: Final = 6000

_UNKNOWN: Final = ""
"""Addresses of partners that do not exist count as one partner: no stranger invents counts."""
_EVERY: Final = "*"
_NAMES: Final = {_UNKNOWN: "partners that do not exist", _EVERY: "all partners together"}
_NOT_COUNTED: Final = frozenset(
    {Reason.RATE_LIMITED, Reason.STORAGE_DOWN, Reason.REPLAY_STORE_DOWN}
)
"""Whoever tries again while our database is away has done nothing that should keep them out."""


@dataclass(frozen=True, slots=True)
class _Window:
    """The five minutes in which something was received, and how much of them is left."""

    number: int
    minutes_left: int
    """Rounded up."""

    @classmethod
    def of(cls, received: datetime) -> "_Window":
        number, passed = divmod(int(received.timestamp()), WINDOW)
        return cls(number, -(-(WINDOW - passed) // 60))


def admit(attempt: Attempt) -> None:
    """Refuses RATE_LIMITED whoever has to wait: before anything is read, and without a statement.

    Good messages too: otherwise an address that has to wait could still find out which are good.
    """
    if not attempt.network:
        return
    window = _Window.of(attempt.received)
    gates = [_gate(attempt, partner, window) for partner in (attempt.address, _EVERY)]
    found = tally.noted(gates)
    if found is not None:
        gate, said = found
        raise _limited(attempt, gate, said, window)


def count(attempt: Attempt, refusal: Refusal) -> None:
    """One more refusal of this address; refuses RATE_LIMITED instead where it is one too many."""
    if refusal.reason in _NOT_COUNTED:
        return
    trust = attempt.trust
    policy = trust.policy if trust else Policy()
    what = "refused posts" if attempt.posted else "refused visits"
    partner = attempt.address if trust else _UNKNOWN
    _add(attempt, what, {partner: policy.refusals_per_address, _EVERY: REFUSALS_ANYWHERE})


def begin(attempt: Attempt, trust: Trust) -> None:
    """One more question to an identity provider; refuses RATE_LIMITED where it is one too many."""
    most = trust.policy.questions_per_address
    _add(attempt, "started sign-ins", {attempt.address: most, _EVERY: QUESTIONS_ANYWHERE})


def _add(attempt: Attempt, what: str, limits: dict[str, int]) -> None:
    """Counts towards each limit, and closes the gate of one that is reached."""
    if not attempt.network:
        return
    window = _Window.of(attempt.received)
    for partner, most in limits.items():
        key = (what, attempt.network, partner, str(window.number))
        number = tally.add_one(key, WINDOW)
        if number < most:
            continue
        gate = _gate(attempt, partner, window)
        said = tally.note(gate, f"{most} {what}", WINDOW)
        if number > most:
            raise _limited(attempt, gate, said, window)


def _gate(attempt: Attempt, partner: str, window: _Window) -> tally.Key:
    door = "post" if attempt.posted else "get"
    return "gate", door, attempt.network, partner, str(window.number)


def _limited(attempt: Attempt, gate: tally.Key, said: str, window: _Window) -> Refusal:
    """The refusal; the attempt has the reference of the row that says so, its own or an earlier."""
    first = tally.note(("row", *gate), attempt.reference, WINDOW)
    attempt.recorded = first != attempt.reference
    attempt.reference = first
    number, _, what = said.partition(" ")
    partner = gate[3]
    whole = "" if attempt.network == attempt.client_ip else f", counted for {attempt.network}"
    return Refusal(
        Reason.RATE_LIMITED,
        f"{what}{whole}",
        count=number,
        partner=_NAMES.get(partner, partner),
        period=f"{WINDOW // 60} minutes",
        minutes=str(window.minutes_left),
    )
