"""One EntityDescriptor: its name, its roles, and what is said about it."""

import pytest

from sso_gateway.saml.names import ALG, DigestMethod, NameIDFormat, SignatureMethod
from tests.saml.documents import (
    DISPLAY_NAMES,
    ORGANIZATION,
    SAML2,
    SIGN_ON,
    entity,
    left_out,
    only,
    pair,
    read,
    role,
    x509_key,
)

RSA_SHA1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
RSA_SHA256 = SignatureMethod.RSA_SHA256.value
RSA_SHA512 = SignatureMethod.RSA_SHA512.value
SHA512 = DigestMethod.SHA512.value


@pytest.mark.parametrize(
    "entity_id",
    [
        "https://idp.example",
        "urn:a",
        "urn:x-b:" + "c" * 1016,
        "spn:{0}",
        "http://idp.example/?a=b&c",
    ],
)
def test_an_entity_id_is_kept_letter_for_letter(entity_id: str) -> None:
    assert only(entity(entity_id=entity_id)).entity_id == entity_id


@pytest.mark.parametrize(
    "entity_id",
    [
        "",
        "idp",
        "//idp.example",
        "/idp",
        " https://idp.example",
        "https://idp.example ",
        "https://idp.example/a b",
        "https://idp.example/&#9;",
        "https://idp.example/\u00a0",
        "https://idp.exаmple/",
        "https://idp.example/\u200b",
        "https://idp.example/\u202e",
        "https://idp.example/\x85",
        "urn:x-b:" + "c" * 1017,
    ],
)
def test_an_entity_id_that_could_be_mistaken_is_left_out(entity_id: str) -> None:
    document = entity(role(), role(name="SPSSODescriptor"), entity_id="@").replace(
        '"@"', f'"{entity_id}"'
    )

    assert "its entityID is not an absolute URI" in left_out(document)
    assert read(document).service_providers == ()


def test_only_roles_that_speak_saml_2_count() -> None:
    old = role(protocols="urn:oasis:names:tc:SAML:1.1:protocol", keys=x509_key(owner="old"))
    both = role(protocols=f"urn:mace:shibboleth:1.0 {SAML2}")

    assert read(entity(old)).identity_providers == ()
    assert read(entity(old)).warnings == ()
    assert only(entity(old, both)).keys == (pair().trusted,)


def test_two_roles_for_saml_2_are_one_too_many() -> None:
    assert "several IDPSSODescriptors" in left_out(entity(role(), role(keys=x509_key(owner="b"))))


@pytest.mark.parametrize(
    "document",
    [
        entity(role(endpoints="")),
        entity(role(endpoints="<md:Unknown/>" + SIGN_ON)),
        entity(role(attributes='WantAuthnRequestsSigned="perhaps"')),
        entity(role(keys=x509_key(use=' use="everything"'))),
        entity(role(keys=x509_key(use=' use=""'))),
    ],
)  # fmt: skip
def test_a_role_that_breaks_the_schema_is_left_out(document: str) -> None:
    assert "not valid SAML" in left_out(document)


@pytest.mark.parametrize(
    ("extensions", "organization", "names"),
    [
        (DISPLAY_NAMES, ORGANIZATION, {"en": "Example University", "de": "Universität"}),
        ("", ORGANIZATION, {"en": "Example Ltd"}),
        (DISPLAY_NAMES.replace("Universität", "<!-- x -->"), "", None),
        ("", "", {}),
        ('<mdui:UIInfo><mdui:DisplayName xml:lang="en"> </mdui:DisplayName></mdui:UIInfo>',
         ORGANIZATION, {"en": "Example Ltd"}),
    ],
)  # fmt: skip
def test_the_name_is_its_display_name_or_else_its_organisation_s(
    extensions: str, organization: str, names: dict[str, str] | None
) -> None:
    document = entity(role(extensions=extensions), organization=organization)

    if names is None:
        # A comment inside a value is how one reader is made to see another value than the next.
        assert "DisplayName holds elements" in left_out(document)
    else:
        assert only(document).display_names == names


def test_scopes_of_the_entity_and_of_the_role_count() -> None:
    document = entity(role(extensions="<shibmd:Scope>a.example</shibmd:Scope>")).replace(
        "<md:IDP", "<md:Extensions><shibmd:Scope>b.example</shibmd:Scope></md:Extensions><md:IDP", 1
    )

    assert only(document).scopes == ("a.example", "b.example")


def supported(*methods: tuple[str, str]) -> str:
    return "".join(f'<alg:{name} Algorithm="{value}"/>' for name, value in methods)


@pytest.mark.parametrize(
    ("of_entity", "of_role", "signing", "digests"),
    [
        ("", "", (), ()),
        ("", supported(("SigningMethod", RSA_SHA512), ("SigningMethod", RSA_SHA256)),
         (RSA_SHA512, RSA_SHA256), ()),
        (supported(("SigningMethod", RSA_SHA256), ("DigestMethod", SHA512)), "",
         (RSA_SHA256,), (SHA512,)),
        (supported(("SigningMethod", RSA_SHA256), ("DigestMethod", SHA512)),
         supported(("SigningMethod", RSA_SHA512)), (RSA_SHA512,), (SHA512,)),
        ("", supported(("SigningMethod", RSA_SHA1), ("SigningMethod", ""),
                       ("SigningMethod", RSA_SHA256), ("SigningMethod", RSA_SHA256)),
         (RSA_SHA256,), ()),
        (supported(("SigningMethod", RSA_SHA256)), supported(("SigningMethod", RSA_SHA1)), (), ()),
    ],
)  # fmt: skip
def test_its_algorithms_are_those_of_the_role_or_else_of_the_entity(
    of_entity: str, of_role: str, signing: tuple[str, ...], digests: tuple[str, ...]
) -> None:
    document = entity(role(extensions=of_role)).replace(
        "<md:IDP", f"<md:Extensions>{of_entity}<x xmlns='urn:x'/></md:Extensions><md:IDP", 1
    ).replace("<md:EntityDescriptor", f'<md:EntityDescriptor xmlns:alg="{ALG}"', 1)  # fmt: skip

    found = only(document)
    assert (found.signing_methods, found.digest_methods) == (signing, digests)


@pytest.mark.parametrize(
    ("attributes", "wanted"),
    [
        ('WantAuthnRequestsSigned="true"', True),
        ('WantAuthnRequestsSigned="1"', True),
        ('WantAuthnRequestsSigned="false"', False),
        ('WantAuthnRequestsSigned="0"', False),
        ("", False),
    ],
)
def test_it_may_want_our_requests_signed(attributes: str, wanted: bool) -> None:
    assert only(entity(role(attributes=attributes))).want_authn_requests_signed is wanted


def test_its_name_id_formats_are_read_without_the_space_around_them() -> None:
    formats = f"<md:NameIDFormat>\n {NameIDFormat.EMAIL} </md:NameIDFormat><md:NameIDFormat/>"

    assert only(entity(role(endpoints=formats + SIGN_ON))).name_id_formats == (NameIDFormat.EMAIL,)
