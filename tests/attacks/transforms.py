"""Transforms that leave out of the digest what is read, or that do something else altogether."""

from collections.abc import Iterable

from sso_gateway.refusal import Reason
from sso_gateway.saml.names import DS, ENVELOPED, EXC_C14N
from tests.attacks import attack
from tests.attacks.algorithms import XPATH, XSLT
from tests.attacks.anatomy import Element, assertion, descendant, made, possess
from tests.attacks.attack import Attack, Naive, Transform
from tests.attacks.naive import any_signature, signed_somewhere
from tests.attacks.signing import Change, inner_signed, outer, outer_signed_by_libxmlsec
from tests.idp import signing

SCOPE, MALFORMED = Reason.SIGNATURE_SCOPE, Reason.XML_MALFORMED
FILTER = "http://www.w3.org/2002/06/xmldsig-filter2"
XSL = "http://www.w3.org/1999/XSL/Transform"
SUBJECT = "ancestor-or-self::*[local-name()='Subject' or local-name()='AttributeStatement']"


def step(algorithm: str, inner: str = "") -> str:
    """One ds:Transform."""
    return f'<ds:Transform Algorithm="{algorithm}">{inner}</ds:Transform>'


def xpath(expression: str) -> str:
    return step(XPATH, f"<ds:XPath>{expression}</ds:XPath>")


def filter2(kind: str, expression: str) -> str:
    inner = f'<f:XPath xmlns:f="{FILTER}" Filter="{kind}">{expression}</f:XPath>'
    return step(FILTER, inner)


def stylesheet(body: str) -> str:
    return step(
        XSLT,
        f'<xsl:stylesheet xmlns:xsl="{XSL}" version="1.0">{body}</xsl:stylesheet>',
    )


def inclusive(prefixes: str) -> str:
    return f'<e:InclusiveNamespaces xmlns:e="{EXC_C14N}" PrefixList="{prefixes}"/>'


PEOPLE = "//*[local-name()='Subject' or local-name()='AttributeStatement']"
OUT, EXC = step(ENVELOPED), step(EXC_C14N)


def steps(*written: str) -> Change:
    """These transforms, instead of the two that there should be."""

    def change(found: Element) -> None:
        transforms = descendant(found, f"{{{DS}}}Transforms")
        for each in list(transforms):
            transforms.remove(each)
        for xml in written:
            transforms.append(made(xml))

    return change


def forge(root: Element) -> None:
    """The victim, in the part that the transforms left out."""
    possess(assertion(root))


SELECTIONS = {
    "an XPath that leaves the subject out": (OUT, xpath(f"not({SUBJECT})"), EXC),
    "an XPath that selects the issuer alone": (
        OUT, xpath("ancestor-or-self::*[local-name()='Issuer']"), EXC),
    "an XPath that selects nothing": (OUT, xpath("false()"), EXC),
    "an XPath instead of the enveloped transform": (
        xpath("not(ancestor-or-self::*[local-name()='Signature'])"
              " and ancestor-or-self::*[local-name()='Issuer']"), EXC),
    "a filter that subtracts the subject": (OUT, filter2("subtract", PEOPLE), EXC),
    "a filter that intersects with the issuer": (
        OUT, filter2("intersect", "//*[local-name()='Issuer']"), EXC),
}  # fmt: skip
"""Signed like this, the message can be forged without breaking the signature."""
VARIANTS = {
    "the enveloped transform alone": (OUT,),
    "inclusive canonicalisation": (OUT, step(signing.C14N_10)),
    "inclusive canonicalisation 1.1": (OUT, step(signing.C14N_11)),
    "canonicalisation with comments": (OUT, step(signing.EXC_C14N_COMMENTS)),
    "canonicalisation twice": (OUT, EXC, EXC),
    "an XPath that selects everything": (OUT, xpath("true()"), EXC),
}
"""Good signatures to libxmlsec, and not of the one shape that SAML allows (core 5.4.4)."""
NONSENSE = {
    "canonicalisation alone": (EXC,),
    "canonicalisation before the enveloped transform": (EXC, OUT),
    "the enveloped transform twice": (OUT, OUT, EXC),
    "the enveloped transform twice and nothing else": (OUT, OUT),
    "base64": (OUT, EXC, step(f"{DS}base64")),
    "base64 first": (step(f"{DS}base64"), OUT, EXC),
    "a stylesheet": (OUT, stylesheet('<xsl:template match="/">x</xsl:template>'), EXC),
    "a stylesheet that includes another": (
        OUT, stylesheet('<xsl:include href="http://127.0.0.1:9/x.xsl"/>'), EXC),
    "a stylesheet that imports a file": (
        OUT, stylesheet('<xsl:import href="file:///dev/null"/>'), EXC),
    "a stylesheet that reads a document": (
        OUT, stylesheet('<xsl:template match="/"><xsl:copy-of select='
                        '"document(\'file:///dev/null\')"/></xsl:template>'), EXC),
    "a stylesheet that runs for ever": (
        OUT, stylesheet('<xsl:template match="/" name="f"><xsl:call-template name="f"/>'
                        "</xsl:template>"), EXC),
    "an XPath that takes for ever": (OUT, xpath("count(//.//.//.//.//.//.//.) > 0"), EXC),
    "a decryption": (OUT, step("http://www.w3.org/2002/07/decrypt#XML"), EXC),
    "a token reference": (OUT, step(
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0"
        "#STR-Transform"), EXC),
    "a transform of nobody's": (OUT, step("urn:acme:transform"), EXC),
    "a transform without a name": (OUT, step(""), EXC),
    "canonicalisation with a slash too many": (OUT, step(EXC_C14N + "/")),
    "a parameter of the enveloped transform": (step(ENVELOPED, "<ds:XPath>/</ds:XPath>"), EXC),
    "two lists of prefixes": (OUT, step(EXC_C14N, inclusive("a") + inclusive("b"))),
    "a list of thirty-three prefixes": (
        OUT, step(EXC_C14N, inclusive(" ".join(f"p{n}" for n in range(33))))),
    "a foreign parameter of canonicalisation": (OUT, step(EXC_C14N, '<x:y xmlns:x="urn:acme"/>')),
    "an XPath in canonicalisation": (OUT, step(EXC_C14N, "<ds:XPath>/</ds:XPath>")),
    "fifty transforms": (OUT, *(EXC,) * 49),
}  # fmt: skip
UNWRITABLE = {
    "no transform": (),
    "a transform without Algorithm": (OUT, "<ds:Transform/>", EXC),
}


def excluded(written: tuple[str, ...]) -> Transform:
    """Signed with transforms that leave the person out; then the person is another."""
    return outer_signed_by_libxmlsec(steps(*written), forge)


def _attacks() -> Iterable[Attack]:
    for name, written in SELECTIONS.items():
        yield Attack(
            f"{name}, then forged",
            (38, 40),
            excluded(written),
            attack.every(SCOPE),
            fools=signed_somewhere,
        )
        yield Attack(
            f"the inner signature: {name}",
            (6, 38),
            inner_signed(steps(*written)),
            attack.Verdicts(both=SCOPE),
        )
    for name, written in VARIANTS.items():
        yield _around(name, written, outer_signed_by_libxmlsec(steps(*written)), any_signature)
    for name, written in NONSENSE.items():
        yield _around(name, written, outer(steps(*written)), None)
    for name, written in UNWRITABLE.items():
        yield Attack(name, (3, 36), outer(steps(*written)), *attack.outermost(MALFORMED))


def _around(
    name: str, written: tuple[str, ...], transform: Transform, fools: Naive | None
) -> Attack:
    classes = (37,) if "stylesheet" in name else (38,) if "XPath" in name else (36, 40)
    classes = (41, *classes) if len(written) > 4 else classes
    return Attack(name, classes, transform, *attack.outermost(SCOPE), fools=fools)


ATTACKS: tuple[Attack, ...] = tuple(_attacks())
