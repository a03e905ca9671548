"""Where an identity provider helps people about whom it did not say enough (SDP-SP12, meta 2.4.1).

Its errorURL may hold placeholders (REFEDS errorURL 1.0), into which we write what went wrong, for
whom of us, when, and our reference: nothing of the person.
"""

from typing import Final
from urllib.parse import quote

from sso_gateway.audit.references import display
from sso_gateway.provisioning.mapping import NAME_ID
from sso_gateway.refusal import Reason
from sso_gateway.signon.attempt import Attempt

_SAID_TOO_LITTLE: Final = frozenset(
    {
        Reason.NAMEID_MISSING,
        Reason.NAMEID_TRANSIENT,
        Reason.NAMEID_FORMAT,
        Reason.ATTRIBUTE_MISSING,
        Reason.ATTRIBUTE_EMPTY,
        Reason.ATTRIBUTE_INVALID,
        Reason.ATTRIBUTE_AMBIGUOUS,
        Reason.SUBJECT_ID_INVALID,
    }
)


def link(reason: Reason, attempt: Attempt) -> str:
    """The address for this refusal, or "".

    Only of an identity provider whose signed word was read: nobody else can bring people there.
    """
    trust, assertion = attempt.trust, attempt.assertion
    if trust is None or assertion is None or reason not in _SAID_TOO_LITTLE:
        return ""
    provider = trust.identity_providers.get(assertion.issuer)
    if provider is None or not provider.error_url:
        return ""
    chosen = trust.policy.email_attribute
    values = {
        "ERRORURL_CODE": "IDENTIFICATION_FAILURE",
        "ERRORURL_TS": str(int(attempt.received.timestamp())),
        "ERRORURL_RP": trust.service_provider.entity_id,
        "ERRORURL_TID": display(attempt.reference),
        "ERRORURL_CTX": "mail" if chosen in ("", NAME_ID) else chosen,
    }
    address = provider.error_url
    for placeholder, value in values.items():
        address = address.replace(placeholder, quote(value, safe=""))
    return address
