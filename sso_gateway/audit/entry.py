"""What a flow hands to the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sso_gateway.audit.models import Event
from sso_gateway.refusal import Reason
from sso_gateway.saml.model import Assertion, Check


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What happened, as its flow knows it. Texts may be hostile: ``record`` escapes them."""

    action: str
    """From the fixed list of actions, for example ``sign_in.attempt`` or ``change.policy``."""
    outcome: str = Event.Outcome.INFO
    """A value of ``Event.Outcome``; ``ValueError`` for any other."""
    reason: Reason | None = None
    detail: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    """What fills the reason's texts (``Refusal.values``): names and expectations, not people."""
    reference: str = ""
    """What the user was shown; a new one where empty."""
    partner_id: int | None = None
    partner_slug: str = ""
    partner_name: str = ""
    flow: str = ""
    """``idp`` (unsolicited), ``sp`` (we asked), ``test`` or ``replay``."""
    subject: str = ""
    """The NameID's value; taken from ``assertion`` where empty."""
    subject_format: str = ""
    email: str = ""
    account_id: int | str | UUID | None = None
    account_created: bool = False
    idp_entity_id: str = ""
    """The verified issuer, from ``assertion`` where empty; only where a trusted key signed."""
    claimed_issuer: str = ""
    assertion: Assertion | None = None
    checks: Sequence[Check | Mapping[str, object]] = ()
    relay_received: str = ""
    relay_used: str = ""
    client_ip: str | None = None
    user_agent: str = ""
    request_host: str = ""
    received: datetime | None = None
    """When the request arrived (aware); now, where None."""
    actor: str = ""
    """Who made a change, for example ``user:17`` or ``command:deploy``."""
    target: str = ""
    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None
    why: str = ""
