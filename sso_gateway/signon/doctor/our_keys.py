"""Our own key files: usable, matching, private, and for how long."""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cryptography import x509
from django.conf import settings
from django.utils.translation import gettext as _

from sso_gateway import clock
from sso_gateway.partners import keys
from sso_gateway.partners.keys import Pair, Purpose, Stage
from sso_gateway.refusal import Refusal
from sso_gateway.saml import xmlenc
from sso_gateway.saml.xmldsig import SigningKey
from sso_gateway.signon.doctor.finding import Finding, error, sound, warning

_SOON: Final = 30  # days


def pairs_fit() -> Iterator[Finding]:
    """Every key file of ours can be read, is strong enough and belongs to its certificate.

    The current ones exist. That its group may read one, a system check says (W103).
    """
    present = [each for each in _pairs() if each.exists]
    wrong = [finding for files in present for finding in _fit(files)]
    yield from wrong
    for purpose in Purpose:
        if not keys.pair(purpose).exists:
            yield error(
                421,
                _("There is no %s key.") % purpose.value,
                _("Run: manage.py keys ensure"),
            )
    if present and not wrong:
        yield sound(421, _("%d key files of ours can be used.") % len(present))


def _pairs() -> Iterator[Pair]:
    for purpose in Purpose:
        yield from (keys.pair(purpose, stage) for stage in Stage)


def _fit(files: Pair) -> Iterator[Finding]:
    if keys.is_exposed(files.private):
        yield error(
            421,
            _("Everybody on this machine can read %s; it is not used.") % files.private.name,
            _("Run: chmod 600 %s") % files.private,
        )
        return
    try:
        SigningKey.from_pem(files.private.read_bytes(), files.certificate.read_bytes())
    except OSError as failure:
        yield _unusable(files, failure.strerror or type(failure).__name__)
    except ValueError:
        # Without the words of other libraries, which could quote the file.
        yield _unusable(files, _("it is damaged, too small, or not its certificate's"))


def _unusable(files: Pair, why: str) -> Finding:
    return error(
        421,
        _("Our key %(file)s cannot be used: %(why)s.") % {"file": files.private.name, "why": why},
        _("Bring back the right files %s.key and .crt.") % files.name,
    )


def certificates_last() -> Iterator[Finding]:
    """When our certificates end: partners that look at dates stop trusting us then."""
    now = clock.now()
    for purpose in Purpose:
        files = keys.pair(purpose)
        if not files.certificate.exists():
            continue
        certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
        days = (certificate.not_valid_after_utc - now).days
        what = {"purpose": purpose.value, "days": days}
        fix = _("See docs/how-to/rotate-keys.md.")
        if certificate.not_valid_before_utc > now:
            yield error(
                422,
                _("Our %(purpose)s certificate begins in the future.") % what,
                _("Set this machine's clock."),
            )
        elif days < 0:
            yield warning(422, _("Our %(purpose)s certificate has ended.") % what, fix)
        elif days < _SOON:
            text = _("Our %(purpose)s certificate ends in %(days)d days.")
            yield warning(422, text % what, fix)
        else:
            yield sound(422, _("Our %(purpose)s certificate lasts %(days)d more days.") % what)


def folder_is_ours() -> Iterator[Finding]:
    """Who may replace a file in the folder may replace a key."""
    folder = settings.SSO_CERTS_DIR
    if folder.is_dir() and folder.stat().st_mode & stat.S_IWOTH:
        yield error(
            423,
            _("Everybody on this machine can replace our keys."),
            _("Run: chmod o-w on the folder that SSO_CERTS_DIR names"),
        )
    elif folder.is_dir():
        yield sound(423, _("The folder of our keys is closed to others."))


def adopted() -> Iterator[Finding]:
    """Decryption keys of service providers that we replaced, one for each such partner."""
    found = sorted(settings.SSO_CERTS_DIR.glob(f"partners/*/{Purpose.ENCRYPTION.value}.key"))
    wrong = [each for each in found if not _opens(each)]
    for file in wrong:
        yield error(
            424,
            _("The old decryption key of %s cannot be used.") % file.parent.name,
            _("Give it again (manage.py partner set), readable by its owner alone."),
        )
    if found and not wrong:
        yield sound(424, _("%d old decryption keys can be used.") % len(found))


def _opens(file: Path) -> bool:
    try:
        xmlenc.decryption_key(keys.read_private(file), None)
    except (ValueError, Refusal):
        return False
    return True


QUESTIONS: Final = (pairs_fit, certificates_last, folder_is_ours, adopted)
