"""One door for a login: ``accept``. For people: ``explain``.

The walk, numbered as in docs/explanation/the-walk.md:

3. parse (hardened), schema, structure: one Response, one assertion, unique identifiers; the IdP
says Success
4. Issuer, still a claim, picks one of this partner's IdPs
5. decrypt if encrypted; verify every signature with that IdP's keys only
6. read the assertion from the signed bytes, and from nothing else
7. judge it: RULES in order

``accept`` has no memory. Its caller MUST still do 8 (spend the pending request that InResponseTo
names, or ask the partner's policy for an unsolicited response) and 9 (claim the assertion's ID,
once, durably).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeVar

from sso_gateway.refusal import Refusal
from sso_gateway.saml import message_rules, walk
from sso_gateway.saml.case import Case, Finding
from sso_gateway.saml.model import (
    Assertion,
    Check,
    Expected,
    Explanation,
    IdentityProvider,
    Outcome,
)
from sso_gateway.saml.names import StatusCode
from sso_gateway.saml.rules import RULES
from sso_gateway.saml.stated import Envelope

GATES: Final = (
    ("parse", "security: no DTD, no processing instruction, bounded size, unique identifiers"),
    ("schema", "core, SAML schema 2.0"),
    ("status", "core 3.2.2.2, prof 4.1.4.3"),
    ("structure", "prof 4.1.4.2; one response, one assertion, signatures in their places"),
    ("issuer", "prof 4.1.4.3: a partner's identity provider"),
    ("metadata", "meta 2.3.2: validUntil"),
    ("signature", "core 5.4, prof 4.1.4.5"),
)
LADDER: Final = (*GATES, *((rule.name, rule.clause) for rule in RULES))
"""Name and clause of every check, in order: what an accepted login has passed."""
_CLAUSES: Final = dict(LADDER)
_CLAIMED: Final = "claimed, not verified: "
_Found = TypeVar("_Found")


def accept(message: bytes, expected: Expected) -> Assertion:
    """The assertion in ``message``, verified and judged; the steps that remain are in the module's
    docstring.

    ``message`` is the XML of a Response, decoded (``bindings.decode_post``). Everything else is a
    ``Refusal``.
    """
    parsed = walk.parse(message)
    envelope = walk.valid(parsed.root)
    message_rules.status(envelope)
    received = walk.structure(parsed)
    identity_provider = walk.current(walk.pick(received, envelope, expected), expected)
    verified = walk.verify(received, envelope, identity_provider, expected)
    case = walk.read(verified, identity_provider, expected)
    return walk.judge(case)


def explain(message: bytes, expected: Expected) -> Explanation:
    """Every rung of the ladder, also behind the first no where it is safe to look. Changes
    nothing, refuses nothing.

    What ``accept`` would answer comes first; the rungs show how. Content read before a signature
    verified is marked as claimed.
    """
    ladder = _Ladder()
    assertion, refusal = None, None
    try:
        assertion = accept(message, expected)
    except Refusal as said:
        refusal = said
    _climb(ladder, message, expected)
    return Explanation(
        checks=ladder.finished(),
        reason=refusal.reason if refusal is not None else None,
        detail=refusal.detail if refusal is not None else "",
        assertion=assertion,
        claimed_issuer=ladder.claimed_issuer,
        claimed_subject=ladder.claimed_subject,
    )


class _Ladder:
    """The rungs reached so far."""

    def __init__(self) -> None:
        self.checks: dict[str, Check] = {}
        self.claimed_issuer: str | None = None
        self.claimed_subject: str | None = None

    def stand(
        self, name: str, look: Callable[[], _Found], expected: str, show: Callable[[_Found], object]
    ) -> _Found | None:
        """One gate: what it found, or None where it said no."""
        try:
            found = look()
        except Refusal as refusal:
            self.fail(name, refusal)
            return None
        self.checks[name] = Check(
            name, Outcome.PASS, _CLAUSES[name], expected=expected, received=_shown(show(found))
        )
        return found

    def fail(self, name: str, refusal: Refusal, claimed: str = "") -> None:
        """A rung that said no."""
        self.checks[name] = Check(
            name,
            Outcome.FAIL,
            _CLAUSES[name],
            expected=refusal.expected,
            received=claimed + (refusal.received or refusal.detail),
            reason=refusal.reason,
        )

    def judge(self, case: Case, claimed: str = "") -> None:
        """All rules; a claim that fits is no proof, so it counts as not reached."""
        for rule in RULES:
            try:
                finding = rule.judge(case)
            except Refusal as refusal:
                self.fail(rule.name, refusal, claimed)
            else:
                self.checks[rule.name] = _check(rule.name, finding, claimed)

    def finished(self) -> tuple[Check, ...]:
        """Every rung in order; those that nobody stood on were not reached."""
        return tuple(
            self.checks.get(name, Check(name, Outcome.NOT_REACHED, clause))
            for name, clause in LADDER
        )


def _check(name: str, finding: Finding, claimed: str) -> Check:
    warning = finding[2] if len(finding) == 3 else None
    outcome = Outcome.WARN if warning is not None else Outcome.PASS
    return Check(
        name,
        Outcome.NOT_REACHED if claimed else outcome,
        _CLAUSES[name],
        expected=_shown(finding[0]),
        received=claimed + _shown(finding[1]),
        reason=warning,
    )


def _shown(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value)) or "none"
    return str(value)


def _climb(ladder: _Ladder, message: bytes, expected: Expected) -> None:
    parsed = ladder.stand(
        "parse", lambda: walk.parse(message), "a Response", lambda _: f"{len(message)} bytes"
    )
    if parsed is None:
        return
    envelope = ladder.stand(
        "schema", lambda: walk.valid(parsed.root), "valid SAML 2.0", lambda _: "valid"
    )
    if envelope is None:
        return
    ladder.claimed_issuer = envelope.issuer
    said = ladder.stand(
        "status",
        lambda: message_rules.status(envelope),
        StatusCode.SUCCESS.value,
        lambda _: envelope.status.codes,
    )
    if said is None:  # an answer that says no has no assertion to look at
        return
    received = ladder.stand(
        "structure", lambda: walk.structure(parsed), "one assertion", lambda _: "one"
    )
    if received is not None:
        _climb_on(ladder, received, envelope, expected)


def _climb_on(
    ladder: _Ladder, received: walk.Received, envelope: Envelope, expected: Expected
) -> None:
    found = ladder.stand(
        "issuer",
        lambda: walk.pick(received, envelope, expected),
        _shown(tuple(expected.identity_providers)),
        lambda idp: idp.entity_id,
    )
    idp = found or IdentityProvider(entity_id=envelope.issuer or "", keys=())
    if found is not None:
        ladder.claimed_issuer = found.entity_id
        ladder.stand(
            "metadata",
            lambda: walk.current(found, expected),
            _shown(expected.now),
            lambda idp: idp.valid_until or "no end is stated",
        )
    verified = ladder.stand(
        "signature",
        lambda: walk.verify(received, envelope, idp, expected),
        _shown(tuple(key.sha256[:16] for key in idp.keys)),
        lambda found: f"{found.signed.value}: {_shown(tuple(k.sha256[:16] for k in found.keys))}",
    )
    if verified is not None:
        _judge(ladder, lambda: walk.read(verified, idp, expected), claimed="")
    elif received.content.tag == walk.ASSERTION:
        _judge(
            ladder, lambda: walk.read_claims(received, envelope, idp, expected), claimed=_CLAIMED
        )


def _judge(ladder: _Ladder, read: Callable[[], Case], *, claimed: str) -> None:
    try:
        case = read()
    except Refusal as refusal:
        ladder.fail(RULES[0].name, refusal, claimed)
        return
    name = case.stated.name_id
    ladder.claimed_subject = None if name is None else name.value
    ladder.judge(case, claimed)
