"""HTTP-Redirect: the query keeps every octet, and its signature covers them as they travelled."""

import base64
import functools
import re
import zlib
from collections.abc import Callable
from urllib.parse import parse_qs, quote, quote_plus, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA384
from hypothesis import given
from hypothesis import strategies as st

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import bindings, metadata
from sso_gateway.saml.model import TrustedKey
from sso_gateway.saml.names import SignatureMethod
from sso_gateway.saml.xmldsig import SigningKey
from tests.idp.keys import KeyPair, key_pair
from tests.recorded.recordings import ABSENT, Recording, all_messages

MESSAGE = b'<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1"/>'
LOCATION = "https://idp.example/sso"
LIMIT = 10_000


@functools.cache
def signing_key(pair: KeyPair) -> SigningKey:
    return SigningKey.from_pem(pair.private_pem, pair.certificate_pem)


def deflated(message: bytes) -> bytes:
    encoder = zlib.compressobj(wbits=-15)
    return encoder.compress(message) + encoder.flush()


def query_of(message: bytes) -> str:
    return "SAMLRequest=" + quote_plus(base64.b64encode(deflated(message)))


@given(
    message=st.binary(max_size=400),
    relay_state=st.none() | st.text(st.characters(codec="utf-8"), max_size=20),
    parameter=st.sampled_from(["SAMLRequest", "SAMLResponse"]),
)
def test_a_redirected_message_arrives_octet_for_octet(
    message: bytes, relay_state: str | None, parameter: str
) -> None:
    pair = key_pair()
    url = bindings.redirect_url(
        LOCATION,
        message=message,
        relay_state=relay_state,
        sign=signing_key(pair),
        parameter=parameter,
    )

    received = bindings.read_redirect(urlsplit(url).query, max_bytes=400)

    assert (received.parameter, received.message) == (parameter, message)
    assert received.relay_state == relay_state
    assert bindings.verify_redirect(received, (pair.trusted,)) == pair.trusted


@given(garbage=st.text(max_size=200))
def test_whatever_stands_in_a_query_is_a_message_or_a_refusal(garbage: str) -> None:
    with pytest.raises(Refusal):
        bindings.read_redirect(f"SAMLRequest={garbage}&SAMLResponse=", max_bytes=LIMIT)


def test_a_plain_reader_of_queries_finds_the_parameters_in_the_order_of_the_binding() -> None:
    url = bindings.redirect_url(
        LOCATION, message=MESSAGE, relay_state="a b&c", sign=signing_key(key_pair())
    )

    query = urlsplit(url).query
    assert re.findall(r"(?:^|&)(\w+)=", query) == [
        "SAMLRequest", "RelayState", "SigAlg", "Signature",
    ]  # fmt: skip
    parameters = parse_qs(query, strict_parsing=True)
    assert parameters["RelayState"] == ["a b&c"]
    assert parameters["SigAlg"] == ["http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"]
    assert zlib.decompress(base64.b64decode(parameters["SAMLRequest"][0]), -15) == MESSAGE


def test_the_signature_covers_the_very_octets_of_the_query_before_it() -> None:
    pair = key_pair()
    url = bindings.redirect_url(LOCATION, message=MESSAGE, relay_state="ü", sign=signing_key(pair))

    octets, signature = urlsplit(url).query.split("&Signature=")
    public_key = pair.private_key.public_key()
    assert isinstance(public_key, rsa.RSAPublicKey)
    public_key.verify(
        base64.b64decode(parse_qs(f"s={signature}")["s"][0]),
        octets.encode(),
        padding.PKCS1v15(),
        SHA256(),
    )


def test_without_a_key_the_query_has_no_signature() -> None:
    url = bindings.redirect_url(LOCATION, message=MESSAGE, relay_state=None, sign=None)

    assert list(parse_qs(urlsplit(url).query)) == ["SAMLRequest"]


def test_a_location_keeps_its_own_query_outside_of_the_signature() -> None:
    pair = key_pair()
    url = bindings.redirect_url(
        f"{LOCATION}?tenant=7", message=MESSAGE, relay_state=None, sign=signing_key(pair)
    )

    assert url.startswith(f"{LOCATION}?tenant=7&SAMLRequest=")
    received = bindings.read_redirect(urlsplit(url).query, max_bytes=LIMIT)
    assert b"tenant" not in received.signed_octets
    assert bindings.verify_redirect(received, (pair.trusted,)) == pair.trusted


GOOD = query_of(MESSAGE)
VALUE = GOOD.removeprefix("SAMLRequest=")


@pytest.mark.parametrize(
    ("query", "reason", "detail"),
    [
        ("", Reason.NO_RESPONSE_FIELD, "neither"),
        ("RelayState=x", Reason.NO_RESPONSE_FIELD, "neither"),
        ("samlrequest=x", Reason.NO_RESPONSE_FIELD, "neither"),
        (f"{GOOD}&SAMLResponse={VALUE}", Reason.UNDECODABLE, "both"),
        (f"{GOOD}&{GOOD}", Reason.UNDECODABLE, "SAMLRequest occurs twice"),
        (f"{GOOD}&RelayState=a&RelayState=b", Reason.UNDECODABLE, "RelayState occurs twice"),
        (f"{GOOD}&SigAlg=a&SigAlg=a", Reason.UNDECODABLE, "SigAlg occurs twice"),
        (f"{GOOD}&Signature=aaaa&Signature=aaaa", Reason.UNDECODABLE, "Signature occurs twice"),
        (f"SAML%52equest={VALUE}", Reason.UNDECODABLE, "SAMLRequest occurs twice or is encoded"),
        (f"{GOOD}&Relay%53tate=b", Reason.UNDECODABLE, "RelayState occurs twice or is encoded"),
        (f"{GOOD}&RelayState=é", Reason.UNDECODABLE, "must be URL-encoded"),
        (f"{GOOD}&SAMLEncoding=urn:other", Reason.UNDECODABLE, "not DEFLATE"),
        ("SAMLRequest=", Reason.UNDECODABLE, "empty"),
        ("SAMLRequest=PGEvP", Reason.UNDECODABLE, "no multiple of four"),
        ("SAMLRequest=////", Reason.UNDECODABLE, "not DEFLATE"),
        (f"{GOOD}&Signature=!", Reason.UNDECODABLE, "base64"),
        ("SAMLRequest=" + quote_plus(base64.b64encode(deflated(MESSAGE)[:-3])),
         Reason.UNDECODABLE, "cut off"),
        ("SAMLRequest=" + quote_plus(base64.b64encode(deflated(MESSAGE) + b"more")),
         Reason.UNDECODABLE, "something behind it"),
    ],
)  # fmt: skip
def test_a_query_with_any_doubt_is_refused(query: str, reason: Reason, detail: str) -> None:
    with pytest.raises(Refusal, match=detail) as refused:
        bindings.read_redirect(query, max_bytes=LIMIT)

    assert refused.value.reason is reason


def test_the_explicit_deflate_encoding_is_the_default_one() -> None:
    received = bindings.read_redirect(
        f"{GOOD}&SAMLEncoding={quote_plus(bindings.DEFLATE)}", max_bytes=LIMIT
    )

    assert received.message == MESSAGE


def test_a_message_is_inflated_no_further_than_its_limit() -> None:
    bomb = query_of(b"<" + b"\x00" * 50_000_000)
    assert len(bomb) < 100_000

    for limit in (1_000, 1_000_000):
        with pytest.raises(Refusal) as refused:
            bindings.read_redirect(bomb, max_bytes=limit)
        assert refused.value.reason is Reason.TOO_LARGE
    assert bindings.read_redirect(query_of(b"x" * 1_000), max_bytes=1_000).message == b"x" * 1_000
    with pytest.raises(Refusal) as refused:
        bindings.read_redirect(query_of(b"x" * 1_001), max_bytes=1_000)
    assert refused.value.reason is Reason.TOO_LARGE


def signed_query(pair: KeyPair, method: str, query: str = GOOD) -> str:
    """A query signed independently of our own code."""
    octets = f"{query}&SigAlg={quote(method, safe='')}"
    key = pair.private_key
    if isinstance(key, ec.EllipticCurvePrivateKey):
        size = (key.key_size + 7) // 8
        numbers = utils.decode_dss_signature(key.sign(octets.encode(), ec.ECDSA(SHA384())))
        value = b"".join(number.to_bytes(size) for number in numbers)
    else:
        hash_ = SHA1() if method.endswith("sha1") else SHA256()
        value = key.sign(octets.encode(), padding.PKCS1v15(), hash_)
    return f"{octets}&Signature={quote_plus(base64.b64encode(value))}"


RSA_SHA256 = SignatureMethod.RSA_SHA256.value


@pytest.mark.parametrize("kind", ["ec-256", "ec-384", "ec-521"])
def test_a_partner_may_sign_with_an_elliptic_curve(kind: str) -> None:
    pair = key_pair(kind)
    query = signed_query(pair, SignatureMethod.ECDSA_SHA384)

    received = bindings.read_redirect(query, max_bytes=LIMIT)

    assert bindings.verify_redirect(received, (key_pair().trusted, pair.trusted)) == pair.trusted


def test_the_octets_count_as_they_were_sent_in_whichever_spelling_and_order() -> None:
    pair = key_pair()
    # Lower-case escapes, and escapes that are not needed: another encoder than ours.
    message = "".join(f"%{ord(c):02x}" for c in parse_qs(GOOD)["SAMLRequest"][0])
    signed = signed_query(pair, RSA_SHA256, f"SAMLRequest={message}&RelayState=a+b")
    shuffled = "&".join(["lang=de", *reversed(signed.split("&")), "x"])

    received = bindings.read_redirect(shuffled, max_bytes=LIMIT)

    assert received.message == MESSAGE
    assert received.relay_state == "a b"
    assert bindings.verify_redirect(received, (pair.trusted,)) == pair.trusted


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda query: query.replace("RelayState=a", "RelayState=b"), Reason.KEY_UNKNOWN),
        (lambda query: query.replace("&RelayState=a", ""), Reason.KEY_UNKNOWN),
        (lambda query: query.replace("=a&", "=%61&"), Reason.KEY_UNKNOWN),
        (lambda query: query.replace(VALUE, query_of(b"<other/>")[12:]), Reason.KEY_UNKNOWN),
        (lambda query: query.replace("sha256", "sha512"), Reason.KEY_UNKNOWN),
        (lambda query: query.replace("rsa-sha256", "ecdsa-sha256"), Reason.KEY_UNKNOWN),
        (lambda query: query.replace("rsa-sha256", "hmac-sha256"), Reason.ALGORITHM_WEAK),
        (lambda query: query.replace(quote(RSA_SHA256, safe=""), ""), Reason.ALGORITHM_WEAK),
        (lambda query: re.sub("&SigAlg=[^&]*", "", query), Reason.SIGNATURE_MISSING),
        (lambda query: query.split("&Signature")[0], Reason.SIGNATURE_MISSING),
        (lambda query: query.split("&SigAlg")[0], Reason.SIGNATURE_MISSING),
    ],
)
def test_a_signed_query_with_one_change_is_refused(
    change: Callable[[str], str], reason: Reason
) -> None:
    pair = key_pair()
    good = signed_query(pair, RSA_SHA256, f"{GOOD}&RelayState=a")
    received = bindings.read_redirect(good, max_bytes=LIMIT)
    assert bindings.verify_redirect(received, (pair.trusted,)) == pair.trusted

    changed = change(good)
    assert changed != good
    with pytest.raises(Refusal) as refused:
        bindings.verify_redirect(bindings.read_redirect(changed, max_bytes=LIMIT), (pair.trusted,))

    assert refused.value.reason is reason


def test_sha1_is_refused_although_the_signature_is_right() -> None:
    pair = key_pair()
    query = signed_query(pair, "http://www.w3.org/2000/09/xmldsig#rsa-sha1")

    with pytest.raises(Refusal) as refused:
        bindings.verify_redirect(bindings.read_redirect(query, max_bytes=LIMIT), (pair.trusted,))

    assert refused.value.reason is Reason.ALGORITHM_WEAK


@pytest.mark.parametrize("keys", [(), (key_pair("rsa-2048", "stranger").trusted,)])
def test_no_key_and_another_key_verify_nothing(keys: tuple[TrustedKey, ...]) -> None:
    query = signed_query(key_pair(), RSA_SHA256)

    with pytest.raises(Refusal) as refused:
        bindings.verify_redirect(bindings.read_redirect(query, max_bytes=LIMIT), keys)

    assert refused.value.reason is Reason.KEY_UNKNOWN


REDIRECTED = [recording for recording in all_messages() if recording.said.get("query_string")]


@pytest.mark.skipif(not REDIRECTED, reason=ABSENT)
@pytest.mark.parametrize("recording", REDIRECTED, ids=lambda recording: recording.name)
def test_every_recorded_redirect_is_read_and_its_signature_fits_the_metadata(
    recording: Recording,
) -> None:
    received = bindings.read_redirect(recording.said["query_string"], max_bytes=LIMIT)

    assert received.parameter == recording.said["parameter"]
    assert received.message.decode() == recording.said["xml"]
    assert received.relay_state == recording.said["relay_state"]
    (provider,) = metadata.read(recording.beside("metadata.xml")).identity_providers
    if recording.said["signed_query"]:
        assert bindings.verify_redirect(received, provider.keys) in provider.keys
    else:
        with pytest.raises(Refusal) as refused:
            bindings.verify_redirect(received, provider.keys)
        assert refused.value.reason is Reason.SIGNATURE_MISSING
