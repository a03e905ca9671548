"""For whom, to whom, from whom, in answer to what: a message that was meant for somebody else."""

from collections.abc import Callable, Iterable

from lxml import etree

from sso_gateway.refusal import Reason
from sso_gateway.saml.names import SAML, XSI, ConfirmationMethod, NameIDFormat, StatusCode
from tests.attacks.anatomy import (
    ISSUER,
    NAME_ID,
    STATUS,
    Element,
    assertion,
    child,
    descendant,
    take_out,
)
from tests.attacks.attack import Attack
from tests.attacks.edits import Edit, attacks, said
from tests.shapes.shape import ACS, SP

AUDIENCE, NO_AUDIENCE, RECIPIENT, DESTINATION, NO_DESTINATION = (
    Reason.AUDIENCE_MISMATCH,
    Reason.AUDIENCE_MISSING,
    Reason.RECIPIENT_MISMATCH,
    Reason.DESTINATION_MISMATCH,
    Reason.DESTINATION_MISSING,
)
BEARER, REQUEST, MALFORMED = Reason.NO_BEARER, Reason.REQUEST_MISMATCH, Reason.XML_MALFORMED
OTHER_SP, OTHER_ACS = "https://other.example/sp", "https://other.example/acs/"
Change = Callable[[Element], None]


def inside(tag: str) -> Callable[[Element], Element]:
    return lambda root: descendant(assertion(root), f"{{*}}{tag}")


def text(tag: str, value: str) -> Change:
    """Another text in the first such element of the assertion."""

    def change(root: Element) -> None:
        inside(tag)(root).text = value

    return change


def attribute(tag: str, name: str, value: str | None) -> Change:
    """Another value, or none, of an attribute in the assertion."""

    def change(root: Element) -> None:
        _set(inside(tag)(root), name, value)

    return change


def of_the_response(name: str, value: str | None) -> Change:
    def change(root: Element) -> None:
        assertion(root)
        _set(root, name, value)

    return change


def _set(element: Element, name: str, value: str | None) -> None:
    if value is None:
        element.attrib.pop(name, None)
    else:
        element.set(name, value)


def gone(tag: str) -> Change:
    """Without the first such element of the assertion."""

    def change(root: Element) -> None:
        take_out(inside(tag)(root))

    return change


def restriction(*audiences: str, first: bool) -> Change:
    """One AudienceRestriction more."""

    def change(root: Element) -> None:
        found = inside("AudienceRestriction")(root)
        more = etree.SubElement(child(found, ".."), f"{{{SAML}}}AudienceRestriction")
        for audience in audiences:
            etree.SubElement(more, f"{{{SAML}}}Audience").text = audience
        (found.addprevious if first else found.addnext)(more)

    return change


def condition(name: str) -> Change:
    """A condition of a type that we do not know, or that is abstract."""

    def change(root: Element) -> None:
        conditions = inside("Conditions")(root)
        unknown = etree.SubElement(conditions, f"{{{SAML}}}Condition")
        prefix = f"{unknown.prefix}:" if unknown.prefix else ""
        unknown.set(f"{{{XSI}}}type", f"{prefix}{name}")
        etree.SubElement(unknown, f"{{{SAML}}}Audience").text = SP

    return change


def issuer_of_the_response(value: str) -> Change:
    def change(root: Element) -> None:
        assertion(root)
        child(root, ISSUER).text = value

    return change


def no_issuer_of_the_response(root: Element) -> None:
    assertion(root)
    take_out(child(root, ISSUER))


def issuer_format(root: Element) -> None:
    child(assertion(root), ISSUER).set("Format", NameIDFormat.EMAIL)


def status(*codes: str) -> Change:
    """The identity provider says something else than Success."""

    def change(root: Element) -> None:
        assertion(root)
        found = descendant(root, STATUS + "Code")
        found.set("Value", codes[0])
        for code in codes[1:]:
            found = etree.SubElement(found, found.tag, Value=code)

    return change


def answer(response: str | None, confirmation: str | None) -> Change:
    """InResponseTo in the response and in the confirmation."""

    def change(root: Element) -> None:
        _set(inside("SubjectConfirmationData")(root), "InResponseTo", confirmation)
        _set(root, "InResponseTo", response)

    return change


def issuer_and(more: str) -> Change:
    """Almost the issuer's name."""

    def change(root: Element) -> None:
        found = child(assertion(root), ISSUER)
        found.text = f"{found.text}{more}"

    return change


def empty_name(root: Element) -> None:
    inside("NameID")(root).text = "  "


def second_name(root: Element) -> None:
    found = descendant(assertion(root), NAME_ID)
    etree.SubElement(child(found, ".."), NAME_ID).text = "x"


AUDIENCES: dict[str, str] = {
    "another service": OTHER_SP,
    "nobody": "",
    "one that begins like us": SP + "x",
    "us without the last slash": SP[:-1],
    "us in capitals": SP.upper(),
    "us and a blank": f"{SP} ",
    "us by http": SP.replace("https", "http"),
    "our address, not our name": ACS,
    "us and somebody else, in one": f"{SP} {OTHER_SP}",
    "another partner of ours": SP.replace("acme", "globex"),
}
RECIPIENTS: dict[str, str] = {
    "another service": OTHER_ACS,
    "nobody": "",
    "an address that begins like ours": ACS + "x",
    "an address that contains ours": f"{OTHER_ACS}?{ACS}",
    "our address without the last slash": ACS[:-1],
    "our address by http": ACS.replace("https", "http"),
    "our address with a port": ACS.replace(".com/", ".com:443/"),
    "our address with a user": ACS.replace("//", "//sso.example.com@other.example/"),
    "our name, not our address": SP,
    "another partner's address": ACS.replace("acme", "globex"),
}


def _for() -> Iterable[Edit]:
    for name, value in AUDIENCES.items():
        yield Edit(f"meant for {name}", text("Audience", value), AUDIENCE, (62, 90))


def _to() -> Iterable[Edit]:
    for name, value in RECIPIENTS.items():
        yield Edit(
            f"confirmed for {name}",
            attribute("SubjectConfirmationData", "Recipient", value),
            RECIPIENT,
            (63, 90),
        )
        if value:
            yield Edit(
                f"sent to {name}",
                of_the_response("Destination", value),
                DESTINATION,
                (64,),
                envelope=True,
            )


EDITS: tuple[Edit, ...] = (
    Edit("for whoever comes", gone("AudienceRestriction"), NO_AUDIENCE, (62,)),
    Edit("without Conditions", gone("Conditions"), NO_AUDIENCE, (67,)),
    Edit("a second restriction without us", restriction(OTHER_SP, first=False), AUDIENCE, (62,)),
    Edit("a first restriction without us", restriction(OTHER_SP, first=True), AUDIENCE, (62,)),
    Edit("a restriction to nobody", restriction(first=False), MALFORMED, (62,)),
    Edit("a condition that nobody knows", condition("AudienceRestrictionType"),
         Reason.CONDITION_UNKNOWN, (67,)),
    Edit("confirmed for no address", attribute("SubjectConfirmationData", "Recipient", None),
         BEARER, (63, 68)),
    Edit("confirmed by nothing", gone("SubjectConfirmation"), BEARER, (68,)),
    Edit("confirmed without data", gone("SubjectConfirmationData"), BEARER, (68,)),
    Edit("about nobody", gone("Subject"), BEARER, (68, 76)),
    *(Edit(f"confirmed by {method.rpartition(':')[2]}",
           attribute("SubjectConfirmation", "Method", method), BEARER, (68,))
      for method in (ConfirmationMethod.HOLDER_OF_KEY, ConfirmationMethod.SENDER_VOUCHES,
                     "urn:acme:bearer", ConfirmationMethod.BEARER.upper(), " ")),
    Edit("sent to no address", of_the_response("Destination", None), NO_DESTINATION, (64,),
         envelope=True, signed_only=True),
    Edit("sent to an empty address", of_the_response("Destination", ""), NO_DESTINATION, (64,),
         envelope=True, signed_only=True),
    Edit("an answer in the response alone", answer("_r", None), REQUEST, (69,),
         envelope=True),
    Edit("an answer in the confirmation alone", answer(None, "_r"), REQUEST, (69,)),
    Edit("answers to two questions", answer("_r", "_q"), REQUEST, (69,)),
    Edit("an issuer that nobody knows", text("Issuer", "https://other.example/idp"),
         Reason.ISSUER_UNKNOWN, (73, 80)),
    Edit("an issuer with a slash too many", issuer_and("/"), Reason.ISSUER_UNKNOWN, (73,)),
    Edit("an issuer with a blank too many", issuer_and(" "), Reason.ISSUER_UNKNOWN, (73,)),
    Edit("our own name as issuer", text("Issuer", SP), Reason.ISSUER_UNKNOWN, (73,)),
    Edit("no issuer", text("Issuer", ""), Reason.ISSUER_MISSING, (73,)),
    Edit("an issuer of another format", issuer_format, Reason.ISSUER_MISMATCH, (73,)),
    Edit("another issuer of the response", issuer_of_the_response("https://other.example/idp"),
         Reason.ISSUER_MISMATCH, (81,), envelope=True),
    Edit("an empty issuer of the response", issuer_of_the_response(""), Reason.ISSUER_MISMATCH,
         (73, 81), envelope=True),
    Edit("no issuer of the response", no_issuer_of_the_response, Reason.ISSUER_MISSING, (73, 81),
         envelope=True, signed_only=True, late=True),
    Edit("a name qualified for another", attribute("NameID", "SPNameQualifier", OTHER_SP),
         Reason.NAMEID_QUALIFIER, (76,)),
    Edit("a blank name", empty_name, Reason.NAMEID_MISSING, (76,)),
    Edit("two names", second_name, MALFORMED, (76,)),
    Edit("no word of authentication", gone("AuthnStatement"), Reason.AUTHN_STATEMENT_MISSING,
         (75,)),
    Edit("version 1.1 of the response", of_the_response("Version", "1.1"), Reason.VERSION, (74,),
         envelope=True),
    Edit("version 3.0 of the assertion",
         lambda root: assertion(root).set("Version", "3.0"), Reason.VERSION, (74,)),
    Edit("it failed", status(StatusCode.RESPONDER), Reason.IDP_RESPONDER_ERROR, (13, 72)),
    Edit("it failed, around Success", status(StatusCode.RESPONDER, StatusCode.SUCCESS),
         Reason.IDP_RESPONDER_ERROR, (72,)),
    Edit("it was refused", status(StatusCode.RESPONDER, StatusCode.REQUEST_DENIED),
         Reason.IDP_DENIED, (72,)),
    Edit("Success in small letters", status(StatusCode.SUCCESS.lower()),
         Reason.IDP_RESPONDER_ERROR, (72,)),
    Edit("Success and a blank", status(StatusCode.SUCCESS + " "), Reason.IDP_RESPONDER_ERROR,
         (72,)),
    Edit("no word of success", status(""), Reason.IDP_RESPONDER_ERROR, (72,)),
)  # fmt: skip
ADDRESSED = (*_for(), *_to())
ATTACKS: tuple[Attack, ...] = (
    *attacks(edit for edit in ADDRESSED if edit.name.endswith("another service")),
    *said(edit for edit in ADDRESSED if not edit.name.endswith("another service")),
    *attacks(EDITS),
)
