"""What is remembered between two HTTP requests: questions asked, answers used, sessions open.

Values that a partner or a browser chooses are text without a length: a length would turn a long
but lawful value into a database error (IIP-G02).
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PendingRequest(models.Model):
    """An AuthnRequest that we sent and that may be answered once, in the browser that asked."""

    id = models.CharField(_("request id"), primary_key=True, max_length=64)
    partner = models.ForeignKey("sso_partners.Partner", models.CASCADE, related_name="+")
    idp_entity_id = models.TextField(_("sent to"))
    browser = models.CharField(_("browser"), max_length=64, db_index=True)
    """SHA-256 of the nonce in the browser's cookie, in hexadecimal digits."""
    next = models.TextField(_("landing"), blank=True)
    """Where the user wanted to go, not judged yet; empty for the partner's landing."""
    created = models.DateTimeField(_("created"))
    expires = models.DateTimeField(_("expires"), db_index=True)
    spent = models.DateTimeField(_("answered"), null=True)

    class Meta:
        verbose_name = _("pending request")
        verbose_name_plural = _("pending requests")

    def __str__(self) -> str:
        return self.id


class SeenAssertion(models.Model):
    """An assertion, or a LogoutRequest, that has been used. The primary key is what makes its use
    happen once.

    There is no foreign key on purpose: deleting a partner must not make its assertions new again.
    """

    key = models.CharField(primary_key=True, max_length=64)
    """SHA-256 of issuer, NUL and assertion ID, in hexadecimal digits."""
    expires = models.DateTimeField(db_index=True)
    """When the message itself is refused by everybody, clock skew included."""
    first_used = models.DateTimeField()
    reference = models.CharField(max_length=8)
    """Of the login that used it."""
    client_ip = models.TextField(blank=True)
    browser = models.CharField(max_length=64)
    """SHA-256 of the User-Agent, in hexadecimal digits."""

    def __str__(self) -> str:
        return self.reference


class LoginSession(models.Model):
    """A session opened by a partner's word. Django's session carries the id of this row.

    The name identifier is kept as received, because a LogoutRequest must repeat it (SDP-SP29).
    """

    id = models.CharField(primary_key=True, max_length=32)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user")
    )
    partner = models.ForeignKey(
        "sso_partners.Partner", models.CASCADE, related_name="+", verbose_name=_("partner")
    )
    reference = models.CharField(_("reference"), max_length=8)
    email = models.TextField(_("e-mail"))
    issuer = models.TextField(_("identity provider"))
    name_id = models.TextField(blank=True)
    name_id_format = models.TextField(blank=True)
    name_qualifier = models.TextField(blank=True)
    sp_name_qualifier = models.TextField(blank=True)
    sp_provided_id = models.TextField(blank=True, default="")
    session_index = models.TextField(blank=True)
    opened = models.DateTimeField(_("opened"))
    expires = models.DateTimeField(_("expires"), db_index=True)
    idle_seconds = models.PositiveIntegerField(_("idle limit in seconds"))
    last_seen = models.DateTimeField(_("last seen"))
    ended = models.DateTimeField(_("ended"), null=True)
    ended_because = models.CharField(_("ended because"), max_length=32, blank=True)

    class Meta:
        verbose_name = _("login session")
        verbose_name_plural = _("login sessions")
        ordering = ("-opened",)

    def __str__(self) -> str:
        return f"{self.email} {self.opened:%Y-%m-%d %H:%M}"


class PendingLogout(models.Model):
    """A LogoutRequest that we sent: whose session ended here, and where they wanted to go then.

    No browser is remembered: the answer grants nothing, it only tells what to say on a page.
    """

    id = models.CharField(primary_key=True, max_length=64)
    login = models.ForeignKey(LoginSession, models.CASCADE, related_name="+")
    next = models.TextField(blank=True)
    """A path on this site, already judged; empty for our page that says who signed out where."""
    created = models.DateTimeField()
    expires = models.DateTimeField(db_index=True)
    answered = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.id
