"""The judgement: one function per rule, and RULES is the order.

A rule compares what was stated with what was expected and returns both, for the ladder that people
read; a third item is a warning. A rule that says no raises ``Refusal``. Empty, absent and unknown
mean no. The functions stand in ``message_rules`` and ``assertion_rules``; each is here with the
clause it enforces.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from sso_gateway.saml import assertion_rules, message_rules
from sso_gateway.saml.case import Case, Finding


class Rule(NamedTuple):
    """A rung of the ladder."""

    name: str
    clause: str
    judge: Callable[[Case], Finding]


RULES: Final = (
    Rule("version", "core 3.2.2, 2.3.3", message_rules.version),
    Rule("assertion_issuer", "core 2.2.5, prof 4.1.4.3", message_rules.assertion_issuer),
    Rule("response_issuer", "prof 4.1.4.2", message_rules.response_issuer),
    Rule("signed_part", "prof 4.1.4.5, E26", message_rules.signed_part),
    Rule("encryption", "IIP-ALG05, partner's policy", message_rules.encryption),
    Rule("certificate", "IIP-MD12", message_rules.certificate),
    Rule("destination", "bind 3.5.5.2", message_rules.destination),
    Rule("issue_instant", "core 3.2.2, IIP-G01", assertion_rules.issue_instant),
    Rule("conditions_window", "core 2.5.1.2", assertion_rules.conditions_window),
    Rule("unknown_condition", "core 2.5.1.1", assertion_rules.unknown_condition),
    Rule("audience", "core 2.5.1.4, prof 4.1.4.2", assertion_rules.audience),
    Rule("bearer", "prof 4.1.4.2, 4.1.4.3", assertion_rules.bearer),
    Rule("in_response_to", "prof 4.1.4.3, 4.1.5, E26", assertion_rules.in_response_to),
    Rule("name_id", "core 2.2.2, SDP-SP13", assertion_rules.name_id),
    Rule("authn_statement", "prof 4.1.4.2", assertion_rules.authn_statement),
    Rule("authn_age", "core 2.7.2, partner's policy", assertion_rules.authn_age),
    Rule("session_end", "core 2.7.2, eGov-065", assertion_rules.session_end),
    Rule("authn_context", "core 2.7.2.2, IIP-SP07", assertion_rules.authn_context),
)
