"""Messages that are as much work as their size allows: one kind of markup, over and over."""

from collections.abc import Callable, Mapping
from typing import Final

from tests.fuzz import genuine

_VALUE: Final = b"<saml:AttributeValue>"
_DEEP: Final = 200
_PREFIX_LIST: Final = b'PrefixList="xs xsi"'

Shape = Callable[[int], bytes]
"""About so many octets of markup."""


def _times(piece: bytes, size: int) -> bytes:
    """The piece with running numbers for ``%d``, as often as it fits."""
    count = max(1, size // (len(piece) + 3 * piece.count(b"%d")))
    return b"".join(piece.replace(b"%d", b"%d" % n) for n in range(count))


def _deep(inside: bytes) -> bytes:
    return b"<a>" * _DEEP + inside + b"</a>" * _DEEP


RESPONSE_SHAPES: Final[Mapping[str, Shape]] = {
    "text": lambda size: b"x" * size,
    "prefixes in text": lambda size: b"xmlns:" * (size // 6),
    "spaces": lambda size: b"ID" + b" " * size,
    "references": lambda size: b"&amp;" * (size // 5),
    "elements": lambda size: _times(b"<a/>", size),
    "elements, deep down": lambda size: _deep(_times(b"<a/>", size)),
    "names": lambda size: _times(b"<a%d/>", size),
    "attributes": lambda size: b"<a" + _times(b' b%d=""', size) + b"/>",
    "identifiers": lambda size: _times(b'<a ID="_x%d"/>', size),
    "foreign identifiers": lambda size: _times(b'<a id=""/><a AssertionID=""/>', size),
    "prefixed identifiers": lambda size: b'<a xmlns:p="urn:p">'
    + _times(b'<a p:ID="" p:id="" ID="_x%d" id=""/>', size) + b"</a>",
    "namespaces": lambda size: b"<a" + _times(b' xmlns:n%d="u:"', size) + b"/>",
    "namespaces in use": lambda size: b"<a" + _times(b' xmlns:n%d="u:"', size // 2) + b">"
    + _times(b"<n1:a/>", size // 2) + b"</a>",
    "namespaced attributes": lambda size: b"<a" + _times(b' xmlns:n%d="u:%d"', size // 2)
    + _times(b' n%d:a=""', size // 3) + b"/>",
    "a namespace in each element": lambda size: _times(b'<n:a xmlns:n="u:%d"/>', size),
    "audiences": lambda size: _times(b"<saml:Audience>u:%d</saml:Audience>", size),
    "types": lambda size: b"</saml:AttributeValue>" + _times(
        b'<saml:AttributeValue xsi:type="xs:x"/>', size) + b"<saml:AttributeValue>",
    "attribute values": lambda size: b"</saml:AttributeValue>" + _times(
        b"<saml:AttributeValue>x</saml:AttributeValue>", size) + b"<saml:AttributeValue>",
    "signatures": lambda size: _times(b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig'
                                      b'#"/>', size),
    "assertions": lambda size: _times(b"<saml:Assertion/>", size),
}  # fmt: skip
"""What stands in an attribute's value, before anybody has verified a signature."""


def responses(size: int) -> dict[str, bytes]:
    """Responses of about ``size`` octets, by name; signed before they grew."""
    made = {}
    for base in ("assertion-signed", "response-signed"):
        message = genuine.responses()[base]
        for name, shape in RESPONSE_SHAPES.items():
            grown = _VALUE + shape(size - len(message))
            made[f"{base}: {name}"] = message.replace(_VALUE, grown, 1)
    return made | {
        "32 listed prefixes": _listed(size, 32),
        "many listed prefixes": _listed(size, size // 4),
    }


def _listed(size: int, count: int) -> bytes:
    """Inclusive namespaces to look up at each of many elements, far from the root."""
    message = genuine.responses()["inclusive-namespaces"]
    message = message.replace(_PREFIX_LIST, b'PrefixList="' + b" ".join([b"a"] * count) + b'"')
    return message.replace(_VALUE, _VALUE + _deep(_times(b"<a/>", min(28_000, size // 2))))


def plaintexts(size: int) -> dict[str, bytes]:
    """What is inside of encrypted assertions, by name."""
    message = genuine.plaintexts()["plain"]
    return {
        name: message.replace(_VALUE, _VALUE + shape(size - len(message)), 1)
        for name, shape in RESPONSE_SHAPES.items()
    }


def logout_requests(size: int) -> dict[str, bytes]:
    """LogoutRequests of about ``size`` octets, by name; signed before they grew."""
    return _logouts(genuine.logout_requests()["plain"], b"<samlp:SessionIndex>", size)


def logout_responses(size: int) -> dict[str, bytes]:
    """The same of LogoutResponses."""
    return _logouts(genuine.logout_responses()["answer"], b"<samlp:Status>", size)


def _logouts(message: bytes, place: bytes, size: int) -> dict[str, bytes]:
    assert place in message
    return {
        name: message.replace(place, place + shape(size - len(message)), 1)
        for name, shape in RESPONSE_SHAPES.items()
    }


def metadata_documents(size: int) -> dict[str, bytes]:
    """Metadata of about ``size`` octets, by name."""
    entity = genuine.metadata_documents()["entity"]
    start, end = (
        b'<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">',
        (b"</md:EntitiesDescriptor>"),
    )
    opening, _, rest = entity.partition(b"<md:IDPSSODescriptor")
    before, key, after = rest.partition(b"<md:KeyDescriptor")
    key += after.partition(b"</md:KeyDescriptor>")[0] + b"</md:KeyDescriptor>"
    after = after.partition(b"</md:KeyDescriptor>")[2]
    name = b"https://idp.example/metadata"
    numbered = entity.replace(name, name + b"/%d").replace(b' ID="_metadata"', b"")
    role = opening + b"<md:IDPSSODescriptor" + before
    return {
        "entities": start + _times(numbered, size) + end,
        "the same entity": start + _times(numbered.replace(b"%d", b""), size) + end,
        "keys": role + _times(key, size) + after,
        "groups": start * 100 + _times(b"<md:EntityDescriptor/>", size) + end * 100,
        "comments": start + _times(b"<!-- -->", size) + end,
        "names": role + key + after.replace(b"</md:IDPSSODescriptor>", _times(
            b"<md:NameIDFormat>u:%d</md:NameIDFormat>", size) + b"</md:IDPSSODescriptor>", 1),
    }  # fmt: skip


def fields(size: int) -> dict[str, bytes]:
    """Form fields and queries, by name."""
    return {
        "letters": b"A" * size,
        "lines": b"AAAA\r\n" * (size // 6),
        "spaces": b" " * size,
        "escapes": b"%41" * (size // 3),
        "pairs": b"a=b&" * (size // 4),
        "encoded names": b"SAMLRequest=AAAA&" + b"%53%41=b&" * (size // 9),
        "a message": b"SAMLRequest=" + b"A" * size,
    }


SHAPES: Final[Mapping[str, Callable[[int], dict[str, bytes]]]] = {
    "bindings.decode_post": fields,
    "bindings.read_redirect": fields,
    "xml.parse": responses,
    "response.accept": responses,
    "response.explain": responses,
    "response.signed": responses,
    "response.encrypted": plaintexts,
    "logout.read_request": logout_requests,
    "logout.read_response": logout_responses,
    "metadata.read": metadata_documents,
}
"""For each target, what makes its messages of a size."""
