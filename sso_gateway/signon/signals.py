"""What happens elsewhere and matters here."""

from datetime import timedelta
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User, update_last_login
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import post_save
from django.http import HttpRequest

from sso_gateway import clock
from sso_gateway.partners.models import Partner, State
from sso_gateway.signon import leaving, sessions

_LAST_LOGIN_PRECISION: Final = timedelta(hours=1)


def connect() -> None:
    """Called once, when the apps are ready."""
    post_save.connect(_end_sessions, sender=Partner, dispatch_uid="sso_signon.end_sessions")
    user_logged_out.connect(_follow_sign_out, dispatch_uid="sso_signon.follow_sign_out")
    if not isinstance(getattr(get_user_model(), "last_login", None), DeferredAttribute):
        return  # A user model may do without the column; Django looks for it in the same way.
    # In the place of Django's own receiver, which writes at every login. Its name is the place:
    # whoever comes second, Django or we, finds it taken; so it is cleared first.
    user_logged_in.disconnect(dispatch_uid="update_last_login")
    user_logged_in.connect(_remember_last_login, dispatch_uid="update_last_login")


def _end_sessions(instance: Partner, created: bool, **_: Any) -> None:
    """A partner that is not live has no live sessions, and gets none back when it is resumed."""
    if not created and instance.state != State.LIVE:
        sessions.end_for_partner(instance.pk, now=clock.now(), because="partner_not_live")


def _follow_sign_out(request: HttpRequest | None, **_: Any) -> None:
    if request is not None:
        leaving.follow(request)


def _remember_last_login(
    sender: type[User], user: User, request: HttpRequest | None, **_: Any
) -> None:
    """``last_login`` as Django keeps it; of a partner's user to the hour.

    Each login stands in the audit log with its moment, and an UPDATE of a hot row at every login
    is what makes them wait for each other.
    """
    previous = getattr(user, "last_login", None)
    through_partner = sessions.LOGIN_KEY in getattr(request, "session", {})
    if through_partner and previous and clock.now() - previous < _LAST_LOGIN_PRECISION:
        return
    update_last_login(sender, user)
