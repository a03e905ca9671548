"""``manage.py keys``: ensure, list, rotate."""

from typing import Any

from cryptography import x509
from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from sso_gateway import clock
from sso_gateway.audit.record import Entry, record
from sso_gateway.partners import keyfiles, keys
from sso_gateway.partners.certificates import describe
from sso_gateway.partners.commands import Answer, VerbCommand, actor
from sso_gateway.partners.keys import Pair, Purpose, Stage
from sso_gateway.saml.metadata import trusted_key


class Command(VerbCommand):
    """Our own keys from the command line. A private key is never printed."""

    help = "Makes, lists and rotates our keys."

    def ensure(self, **options: Any) -> Answer:
        """Makes the keys that are missing; never touches one that exists."""
        made = keyfiles.ensure()
        said = [_("Made the %s key.") % name for name in made] or [_("Nothing is missing.")]
        return {"made": list(made), "said": said}

    def list(self, **options: Any) -> Answer:
        """Lists our keys, their dates, and what is wrong with their files."""
        rows = [
            _row(purpose, stage, keys.pair(purpose, stage))
            for purpose in Purpose
            for stage in Stage
            if keys.pair(purpose, stage).exists
        ]
        said = [
            f"{row['purpose']:<10} {row['stage']:<8} {row['not_after']}  {row['fingerprint']}"
            f"{'  ' + _('readable by everybody: not used') if row['exposed'] else ''}"
            for row in rows
        ]
        return {"keys": rows, "said": said or [_("There is no key; run: manage.py keys ensure")]}

    def add_rotate(self, parser: CommandParser) -> None:
        """Arguments of ``keys rotate``."""
        parser.add_argument("purpose", choices=[purpose.value for purpose in Purpose])
        step = parser.add_mutually_exclusive_group()
        step.add_argument("--switch", action="store_true", help="the next key becomes current")
        step.add_argument("--retire", action="store_true", help="delete the previous key")

    def rotate(self, *, purpose: str, switch: bool, retire: bool, **options: Any) -> Answer:
        """Publishes a next key; later --switch to it; later --retire the old one."""
        which = Purpose(purpose)
        if switch:
            keyfiles.switch(which)
            said = _("Switched. The old key still decrypts; when nobody uses it, --retire it.")
        elif retire:
            keyfiles.retire(which)
            said = _("The previous key is gone.")
        else:
            keyfiles.stage_next(which)
            said = _("Our metadata shows the next key. When partners have read it, --switch.")
        step = "switch" if switch else "retire" if retire else "stage"
        after = {"purpose": purpose, "step": step}
        record(Entry(action="change.key.rotated", actor=actor(), target="our keys", after=after))
        return {**after, "said": [said]}

    verbs = {"ensure": ensure, "list": list, "rotate": rotate}


def _row(purpose: Purpose, stage: Stage, files: Pair) -> dict[str, Any]:
    certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    facts = describe(trusted_key(keys.certificate_der(files)))
    return {
        "purpose": purpose.value,
        "stage": stage.name.lower(),
        "sha256": facts.sha256,
        "fingerprint": facts.fingerprint,
        "key": facts.key,
        "not_after": f"{certificate.not_valid_after_utc:%Y-%m-%d}",
        "days_left": facts.days_left(clock.now()),
        "exposed": keys.is_exposed(files.private),
    }
