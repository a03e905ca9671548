"""Everything that may be wrong with a message, one at a time, and why each must be refused.

A fault is one small function that changes one thing. The tests send each to the real ACS and
demand exactly the reason that stands here.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from sso_gateway.demo import description, keys, protection
from sso_gateway.demo.keys import Owner
from sso_gateway.demo.message import Words, assertion, concerning, new_id, response
from sso_gateway.demo.people import ADMIN_EMAIL, GRACE
from sso_gateway.demo.recipe import Group, Menu
from sso_gateway.refusal import Reason
from sso_gateway.saml.names import NameIDFormat, StatusCode

FAULTS: Final = Menu()

ELSEWHERE: Final = "https://other-app.example/saml"
STRANGER: Final = "eve@globex.example"


@FAULTS.add(
    Group.ELSEWHERE,
    _("Wrong audience"),
    _("The assertion was issued for another application."),
    Reason.AUDIENCE_MISMATCH,
)
def wrong_audience(words: Words) -> str:
    return protection.good(replace(words, audience=f"{ELSEWHERE}/metadata"))


@FAULTS.add(
    Group.ELSEWHERE,
    _("Wrong recipient"),
    _("The bearer confirmation names the address of another application."),
    Reason.RECIPIENT_MISMATCH,
)
def wrong_recipient(words: Words) -> str:
    return protection.good(replace(words, recipient=f"{ELSEWHERE}/acs"))


@FAULTS.add(
    Group.ELSEWHERE,
    _("Wrong destination"),
    _("The response was meant for our address with https, and this gateway is at http."),
    Reason.DESTINATION_MISMATCH,
)
def wrong_destination(words: Words) -> str:
    secure = words.destination.replace("http://", "https://", 1)
    return protection.good(replace(words, destination=secure))


@FAULTS.add(
    Group.TIME,
    _("Expired"),
    _("The message was good until six minutes ago."),
    Reason.EXPIRED,
)
def expired(words: Words) -> str:
    return protection.good(_shifted(words, timedelta(minutes=-11)))


@FAULTS.add(
    Group.TIME,
    _("Not yet valid"),
    _("The message will be good in ten minutes: a clock is wrong."),
    Reason.TOO_EARLY,
)
def not_yet_valid(words: Words) -> str:
    return protection.good(replace(_shifted(words, timedelta(minutes=10)), issued=words.issued))


@FAULTS.add(
    Group.TIME,
    _("Replay"),
    _("A faultless message, but another browser has signed in with it a moment ago."),
    Reason.REPLAYED,
    fault_inside=False,
)
def replay(words: Words) -> str:
    return protection.good(words)


@FAULTS.add(
    Group.TIME,
    _("Unknown InResponseTo"),
    _("The message answers a question that this browser never brought."),
    Reason.REQUEST_UNKNOWN,
)
def unknown_request(words: Words) -> str:
    return protection.good(replace(words, in_response_to=new_id()))


@FAULTS.add(
    Group.PROTECTION,
    _("Unsigned"),
    _("Nobody signed it: everybody could have written it."),
    Reason.SIGNATURE_MISSING,
)
def unsigned(words: Words) -> str:
    return response(words, assertion(words))


@FAULTS.add(
    Group.PROTECTION,
    _("Another key"),
    _("The signature is right, but of a key that was never exchanged; its certificate is inside."),
    Reason.KEY_UNKNOWN,
)
def other_key(words: Words) -> str:
    return response(words, protection.signed_assertion(words, keys.signing(Owner.STRANGER)))


@FAULTS.add(
    Group.PROTECTION,
    _("SHA-1"),
    _("Signed with Acme's own key, but by RSA-SHA1, which has not been safe for years."),
    Reason.ALGORITHM_WEAK,
)
def sha1(words: Words) -> str:
    return response(words, protection.signed_with_sha1(words))


@FAULTS.add(
    Group.PROTECTION,
    _("Encrypted for an old key"),
    _("The assertion is encrypted with a certificate that this gateway no longer has."),
    Reason.DECRYPT_FAILED,
)
def old_key(words: Words) -> str:
    old = keys.certificate(Owner.OLD_GATEWAY)
    return response(words, protection.encrypted(protection.signed_assertion(words), old))


@FAULTS.add(
    Group.FORGERY,
    _("Changed after signing"),
    _("Ada's message with another address written into it."),
    Reason.SIGNATURE_INVALID,
)
def tampered(words: Words) -> str:
    return protection.good(words).replace(words.name_id, GRACE.email)


@FAULTS.add(
    Group.FORGERY,
    _("Signature wrapping"),
    _("Ada's signed assertion is hidden in Extensions; a forged one stands in its place."),
    Reason.SIGNATURE_WRAPPING,
)
def signature_wrapping(words: Words) -> str:
    genuine = protection.signed_assertion(words)
    forged = assertion(concerning(words, ADMIN_EMAIL))
    return response(words, forged, extensions=genuine)


@FAULTS.add(
    Group.FORGERY,
    _("Two assertions"),
    _("Two people in one message, both signed. Who of them is it?"),
    Reason.SEVERAL_ASSERTIONS,
)
def two_assertions(words: Words) -> str:
    second = replace(concerning(words, GRACE.email), assertion_id=new_id())
    both = protection.signed_assertion(words) + protection.signed_assertion(second)
    return response(words, both)


@FAULTS.add(
    Group.FORGERY,
    _("Comment in the NameID"),
    _("A comment that no signature covers cuts the name in two; some readers see the first half."),
    Reason.XML_FORBIDDEN,
)
def comment(words: Words) -> str:
    own = f"{ADMIN_EMAIL}.globex.example"
    text = protection.good(concerning(words, own))
    return text.replace(own, f"{ADMIN_EMAIL}<!---->.globex.example")


@FAULTS.add(
    Group.FORGERY,
    _("Document type"),
    _("A DTD declares an entity, the beginning of many attacks on XML parsers."),
    Reason.XML_FORBIDDEN,
)
def document_type(words: Words) -> str:
    return f'<!DOCTYPE r [<!ENTITY who "{ADMIN_EMAIL}">]>{protection.good(words)}'


@FAULTS.add(
    Group.PERSON,
    _("No e-mail address"),
    _("Acme says a number and a first name, and no address."),
    Reason.ATTRIBUTE_MISSING,
)
def missing_email(words: Words) -> str:
    return protection.good(
        replace(
            words,
            name_id="employee-4711",
            name_id_format=NameIDFormat.PERSISTENT,
            attributes={"firstName": words.attributes["firstName"]},
        )
    )


@FAULTS.add(
    Group.PERSON,
    _("Foreign e-mail domain"),
    _("Acme vouches for somebody at globex.example, which is not Acme's to vouch for."),
    Reason.EMAIL_DOMAIN,
)
def foreign_domain(words: Words) -> str:
    return protection.good(concerning(words, STRANGER))


@FAULTS.add(
    Group.PERSON,
    _("Two e-mail addresses"),
    _("Two different addresses of Acme in one message; picking the first would be a guess."),
    Reason.ATTRIBUTE_AMBIGUOUS,
)
def two_emails(words: Words) -> str:
    both = {**words.attributes, "email": (words.name_id, GRACE.email)}
    return protection.good(replace(words, attributes=both))


@FAULTS.add(
    Group.PERSON,
    _("Staff account"),
    _("Acme asserts the gateway's own administrator, whose address is in Acme's domain."),
    Reason.STAFF_PROTECTED,
    fault_inside=False,
)
def staff_account(words: Words) -> str:
    return protection.good(concerning(words, ADMIN_EMAIL))


@FAULTS.add(
    Group.SENDER,
    _("Unknown issuer"),
    _("An identity provider of which we know nothing."),
    Reason.ISSUER_UNKNOWN,
)
def unknown_issuer(words: Words) -> str:
    return protection.good(replace(words, issuer="https://idp.globex.example/saml"))


@FAULTS.add(
    Group.SENDER,
    _("Access denied"),
    _("Acme itself says no: this person may not use the application."),
    Reason.IDP_DENIED,
)
def denied(words: Words) -> str:
    return response(words, "", status=(StatusCode.RESPONDER, StatusCode.REQUEST_DENIED))


@FAULTS.add(
    Group.SENDER,
    _("Not a response"),
    _("Somebody pasted our address into the wrong field, and metadata arrives."),
    Reason.NOT_A_RESPONSE,
)
def not_a_response(words: Words) -> str:
    return description.metadata()


def _shifted(words: Words, by: timedelta) -> Words:
    return replace(
        words,
        issued=words.issued + by,
        not_before=words.not_before + by,
        not_on_or_after=words.not_on_or_after + by,
    )
