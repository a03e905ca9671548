"""HTTP-POST keeps every octet, and what is not a message is refused with its reason."""

import base64
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import bindings
from tests.recorded.recordings import ABSENT, Recording, sign_ins

MESSAGE = b'<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1"/>'
LIMIT = 10_000


def deflated(message: bytes) -> bytes:
    encoder = zlib.compressobj(wbits=-15)
    return encoder.compress(message) + encoder.flush()


messages = st.binary(max_size=400).map(lambda rest: b"<" + rest)


@given(
    message=messages, width=st.integers(1, 100), break_=st.sampled_from(["\n", "\r\n", " ", "\t"])
)
def test_a_posted_message_arrives_octet_for_octet_however_its_lines_are_wrapped(
    message: bytes, width: int, break_: str
) -> None:
    encoded = bindings.post_fields(message, None, "SAMLResponse")["SAMLResponse"]
    wrapped = break_.join(encoded[i : i + width] for i in range(0, len(encoded), width))
    limit = max(len(message), len(wrapped))

    assert bindings.decode_post(wrapped, max_bytes=limit) == message


@given(garbage=st.text(max_size=200))
def test_whatever_is_posted_is_a_message_or_a_refusal(garbage: str) -> None:
    try:
        message = bindings.decode_post(garbage, max_bytes=LIMIT)
    except Refusal as refusal:
        assert refusal.reason is Reason.UNDECODABLE
    else:
        assert message.strip().startswith(b"<")


@pytest.mark.skipif(not sign_ins(), reason=ABSENT)
@pytest.mark.parametrize("recording", sign_ins(), ids=lambda recording: recording.name)
def test_every_recorded_response_is_decoded(recording: Recording) -> None:
    field = recording.said["saml_response"]

    assert bindings.decode_post(field, max_bytes=262_144) == recording.message


ENCODED = base64.b64encode(MESSAGE).decode()


@pytest.mark.parametrize(
    ("field", "position", "detail"),
    [
        ("", 0, "empty"),
        (" \r\n", 0, "empty"),
        (ENCODED[:10] + "!" + ENCODED[10:], 10, "'!' does not belong to base64"),
        (ENCODED[:7] + "\x00" + ENCODED[7:], 7, "does not belong"),
        (ENCODED[:7] + "é" + ENCODED[7:], 7, r"'\\xe9' does not belong"),
        (ENCODED[:-4] + "%3D", len(ENCODED) - 4, "URL-encoded twice"),
        ("PHNh-_8=", 4, "base64url"),
        (MESSAGE.decode(), 0, "XML that is not base64-encoded"),
        (ENCODED[:-1], len(ENCODED) - 1, "no multiple of four"),
        ("PA==PA==", 8, "padding in the wrong place"),
        ("=PA=", 4, "padding in the wrong place"),
        ("PHNh bWw IC", 11, "spaces where plus signs were"),
        (base64.b64encode(deflated(MESSAGE)).decode(), 0, "compressed with DEFLATE"),
        (base64.b64encode(ENCODED.encode()).decode(), 0, "base64-encoded twice"),
        (base64.b64encode(MESSAGE.decode().encode("utf-16")).decode(), 0, "UTF-16"),
        (base64.b64encode(b"hello, world").decode(), 0, "not XML"),
    ],
)  # fmt: skip
def test_a_damaged_field_is_refused_where_it_is_damaged_and_says_what_it_looks_like(
    field: str, position: int, detail: str
) -> None:
    with pytest.raises(Refusal, match=detail) as refused:
        bindings.decode_post(field, max_bytes=LIMIT)

    assert refused.value.reason is Reason.UNDECODABLE
    assert refused.value.facts["position"] == str(position)


def test_the_limit_is_the_size_of_the_decoded_message() -> None:
    message = b"<" + b"x" * 998 + b">"
    field = bindings.post_fields(message, None)["SAMLRequest"]

    assert bindings.decode_post(field, max_bytes=1000) == message
    with pytest.raises(Refusal) as refused:
        bindings.decode_post(field, max_bytes=999)
    assert refused.value.reason is Reason.TOO_LARGE
    assert (refused.value.expected, refused.value.received) == ("999 bytes", "1000 bytes")


@pytest.mark.parametrize("field", ["A" * 30_000, " " * 30_000, "!" * 30_000, "A" * 14_000])
def test_a_field_that_cannot_fit_is_too_large_before_anything_else_is_said_of_it(
    field: str,
) -> None:
    with pytest.raises(Refusal) as refused:
        bindings.decode_post(field, max_bytes=LIMIT)

    assert refused.value.reason is Reason.TOO_LARGE


def test_the_form_has_the_relay_state_only_where_there_is_one() -> None:
    assert bindings.post_fields(b"<a/>", None) == {"SAMLRequest": "PGEvPg=="}
    assert bindings.post_fields(b"<a/>", "", "SAMLResponse") == {
        "SAMLResponse": "PGEvPg==",
        "RelayState": "",
    }


def test_a_relay_state_of_more_than_80_bytes_is_never_sent() -> None:
    fits, too_long = "é" * 40, "é" * 40 + "e"

    assert bindings.post_fields(b"<a/>", fits)["RelayState"] == fits
    with pytest.raises(ValueError, match="80 bytes"):
        bindings.post_fields(b"<a/>", too_long)
    with pytest.raises(ValueError, match="80 bytes"):
        bindings.redirect_url(
            "https://idp.example/sso", message=b"<a/>", relay_state=too_long, sign=None
        )
