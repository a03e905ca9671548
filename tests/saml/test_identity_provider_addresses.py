"""Where an identity provider may be sent a person: https, or this very machine."""

from xml.sax.saxutils import escape

import pytest

from sso_gateway.saml.model import Endpoint
from sso_gateway.saml.names import Binding
from tests.saml.documents import SIGN_ON, entity, only, read, role


@pytest.mark.parametrize(
    "location",
    [
        "https://idp.example/sso",
        "https://idp.example:8443/sso?tenant=1&x=y",
        "https://[2001:db8::1]/sso",
        "HTTPS://IDP.example/",
        "http://localhost:8000/demo/sso",
        "http://127.0.0.1/sso",
        "http://[::1]:9000/sso",
    ],
)
def test_addresses_are_https_or_on_this_machine(location: str) -> None:
    endpoints = SIGN_ON.replace("https://idp.example/sso", escape(location))

    assert only(entity(role(endpoints=endpoints))).sign_on == (
        Endpoint(Binding.REDIRECT, location),
    )


@pytest.mark.parametrize(
    "location",
    [
        "",
        "/sso",
        "//idp.example/sso",
        "idp.example/sso",
        "http://idp.example/sso",
        "http://localhost.example/sso",
        "http://127.0.0.1.example/sso",
        "javascript:alert(1)//idp.example",
        "JavaScript://idp.example/%0aalert(1)",
        "data:text/html,hello",
        "ftp://idp.example/sso",
        "https://",
        "https:///sso",
        "https://user@idp.example/sso",
        "https://idp.example:port/sso",
        "https://idp.example:99999/sso",
        "https://[::1/sso",
        "https://idp.example/sso#fragment",
        "https://idp.example/s so",
        "https://idp.example\\@evil.example/sso",
        "https://idp.exämple/sso",
        "https://idp.example/" + "x" * 2000,
    ],
)
def test_any_other_address_is_left_out_wherever_it_stands(location: str) -> None:
    changed = SIGN_ON.replace("https://idp.example/sso", escape(location))
    answer = SIGN_ON.replace("/>", f' ResponseLocation="{escape(location)}"/>')
    logout = changed.replace("SingleSignOn", "SingleLogout")
    attributes = f'errorURL="{escape(location)}"'

    found = read(entity(role(endpoints=logout + SIGN_ON + changed + answer, attributes=attributes)))

    if found.identity_providers:
        (provider,) = found.identity_providers
        assert provider.sign_on == (Endpoint(Binding.REDIRECT, "https://idp.example/sso"),)
        assert provider.logout == ()
        assert provider.error_url is None
        assert len(found.warnings) == 4
    else:
        assert "not valid SAML" in found.warnings[0]


def test_the_error_page_must_be_https_even_on_this_machine() -> None:
    provider = only(entity(role(attributes='errorURL="http://localhost/error"')))

    assert provider.error_url is None


def test_bindings_of_other_protocols_are_ordinary() -> None:
    shibboleth = SIGN_ON.replace(Binding.REDIRECT, "urn:mace:shibboleth:1.0:profiles:AuthnRequest")
    soap = SIGN_ON.replace(Binding.REDIRECT, Binding.SOAP)

    found = read(entity(role(endpoints=shibboleth + soap)))

    assert [endpoint.binding for endpoint in found.identity_providers[0].sign_on] == [Binding.SOAP]
    assert found.warnings == ()


def test_without_a_usable_sign_on_address_there_is_a_warning() -> None:
    found = read(entity(role(endpoints=SIGN_ON.replace("https", "http"))))

    assert found.identity_providers[0].sign_on == ()
    assert "is not https" in found.warnings[0]
    assert "no usable SingleSignOnService" in found.warnings[1]
