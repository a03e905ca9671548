"""The policy as form fields, each with what it means for the partner's people."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from sso_gateway.partners import signers
from sso_gateway.partners.policy import RANGES, Policy

PREFIX: Final = "policy_"


class LinesField(forms.CharField):
    """One value a line."""

    widget = forms.Textarea(attrs={"rows": 2, "cols": 60})

    def to_python(self, value: Any) -> Any:
        """The lines that say something."""
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        """The lines as they stand in the box."""
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def validate(self, value: Any) -> None:
        """Only whether there has to be one."""
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """The flows judge; nothing here guesses at their rules."""


def _number(key: str, label: Any, help_text: Any) -> forms.IntegerField:
    low, high = RANGES[key]
    return forms.IntegerField(label=label, help_text=help_text, min_value=low, max_value=high)


def _switch(label: Any, help_text: Any = "") -> forms.BooleanField:
    return forms.BooleanField(label=label, help_text=help_text, required=False)


class PolicyFields(forms.Form):
    """Every key of ``Policy``, under its name with ``PREFIX``. None of them weakens a check."""

    policy_unsolicited = forms.ChoiceField(
        label=_("Sign-ins that start at the partner"),
        choices=[
            ("accept", _("accept: people click the link in their portal")),
            ("restart", _("restart: ask their identity provider again before letting them in")),
            ("refuse", _("refuse: people must start here")),
        ],
    )
    policy_provision = forms.ChoiceField(
        label=_("People without an account"),
        choices=[
            ("match", _("refuse: an account must exist")),
            ("create", _("create an account at the first sign-in")),
        ],
    )
    policy_allow_staff = _switch(
        _("May sign in to staff accounts"),
        _("Otherwise staff and superusers are never reachable through this partner."),
    )
    policy_email_attribute = forms.CharField(
        label=_("E-mail address comes from"),
        required=False,
        help_text=_("Empty: recognised automatically. “NameID”, or the Name of an attribute."),
    )
    policy_groups_attribute = forms.CharField(
        label=_("Groups come from"), required=False, help_text=_("The Name of an attribute.")
    )
    policy_subject_id = forms.ChoiceField(
        label=_("Subject identifier"),
        choices=[
            ("none", _("none needed: a persistent NameID or an identifier is used if it comes")),
            ("any", _("subject-id or pairwise-id must come")),
            ("subject-id", _("subject-id must come")),
            ("pairwise-id", _("pairwise-id must come")),
        ],
        help_text=_("What accounts are linked to beside the address. Our metadata asks for it."),
    )
    policy_signed = forms.ChoiceField(
        label=_("What must be signed"),
        choices=[
            ("any", _("the assertion or the response around it")),
            ("assertion", _("the assertion")),
            ("response", _("the response")),
            ("both", _("both")),
        ],
    )
    policy_require_encryption = _switch(_("Require an encrypted assertion"))
    policy_require_destination = _switch(
        _("Require Destination"), _("Also where the response is not signed.")
    )
    policy_refuse_expired_certificate = _switch(
        _("Refuse ended certificates"),
        _("Otherwise an ended certificate is an alarm: the key is what was exchanged."),
    )
    policy_denied_algorithms = LinesField(
        label=_("Denied algorithms"),
        required=False,
        help_text=_("URIs of algorithms that we would take and this partner may not use."),
    )
    policy_accepted_authn_contexts = LinesField(
        label=_("Accepted ways of authentication"),
        required=False,
        help_text=_("AuthnContext class URIs, one a line. Empty: any."),
    )
    policy_max_authn_age = _number(
        "max_authn_age",
        _("Longest time since authentication"),
        _("Seconds since people proved who they are to their identity provider. 0: no limit."),
    )
    policy_session_max = _number("session_max", _("Longest session"), _("Seconds."))
    policy_session_idle = _number("session_idle", _("Longest idle time"), _("Seconds."))
    policy_relay_state_allowed = LinesField(
        label=_("Where people may land"),
        required=False,
        help_text=_("Beginnings of addresses, one a line: https://app.example.com/path/"),
    )
    policy_discovery_url = forms.CharField(
        label=_("Discovery service"),
        required=False,
        help_text=_(
            "https address that lets people choose among several identity providers. Empty: a"
            " page of ours."
        ),
    )
    policy_request_binding = forms.ChoiceField(
        label=_("How we ask"), choices=[("redirect", "HTTP-Redirect"), ("post", "HTTP-POST")]
    )
    policy_sign_requests = _switch(_("Sign our requests"))
    policy_force_authn = _switch(
        _("Make people authenticate again"), _("ForceAuthn in our requests.")
    )
    policy_is_passive = _switch(_("Never show a sign-in page"), _("IsPassive in our requests."))
    policy_name_id_policy = forms.ChoiceField(
        label=_("NameIDPolicy in our requests"),
        choices=[
            ("none", _("none: their identity provider decides")),
            ("allow_create", _("AllowCreate: it may make a new identifier for us")),
        ],
    )
    policy_requested_authn_contexts = LinesField(
        label=_("Requested ways of authentication"),
        required=False,
        help_text=_("AuthnContext class URIs, one a line. Empty: whatever they do normally."),
    )
    policy_remembered_requests_ttl = _number(
        "remembered_requests_ttl", _("How long a started sign-in is waited for"), _("Seconds.")
    )
    policy_refusals_per_address = _number(
        "refusals_per_address",
        _("Refusals before an address has to wait"),
        _("In five minutes, from one IP address. More where a whole office shares one address."),
    )
    policy_questions_per_address = _number(
        "questions_per_address",
        _("Sign-ins started here before an address has to wait"),
        _("In five minutes, from one IP address."),
    )
    policy_metadata_signer = forms.ChoiceField(
        label=_("Who signs the partner's metadata"),
        required=False,
        choices=lambda: signer_choices(""),
        help_text=_("Metadata that this key has not signed is declined. From metadata-signers/."),
    )
    policy_metadata_max_validity = _number(
        "metadata_max_validity",
        _("How far away the end of metadata may be"),
        _("Days. Metadata without an end is declined then. 0: it need not have one."),
    )


def signer_choices(current: str) -> list[tuple[str, Any]]:
    """The files there are, and the current one even where its file is gone: it stays demanded."""
    known = sorted({*signers.names(), *filter(None, [current])})
    return [("", _("nobody: a person compares fingerprints")), *((name, name) for name in known)]


def initial(policy: Policy) -> dict[str, Any]:
    """The form's values for a policy."""
    return {name: getattr(policy, name.removeprefix(PREFIX)) for name in names()}


def names() -> list[str]:
    """The fields, in the order of the form."""
    return list(PolicyFields.base_fields)


def asked(cleaned: dict[str, Any]) -> dict[str, Any]:
    """The policy that the form's cleaned values ask for."""
    return {name.removeprefix(PREFIX): cleaned[name] for name in names() if name in cleaned}
