"""The names that identify a partner."""

import pytest

from sso_gateway.partners import identifiers
from sso_gateway.partners.problems import Declined


@pytest.mark.parametrize("slug", ["a", "acme", "acme-2", "0", "a" * 63])
def test_a_slug_fits_into_an_address(slug: str) -> None:
    assert identifiers.slug(slug) == slug


@pytest.mark.parametrize(
    "slug", ["", "-a", "Acme", "a_b", "a.b", "a b", "ä", "a" * 64, "a\n", "a/b", "..", "%61"]
)
def test_other_slugs_are_declined(slug: str) -> None:
    with pytest.raises(Declined) as declined:
        identifiers.slug(slug)
    assert [problem.key for problem in declined.value.problems] == ["slug_invalid"]


@pytest.mark.parametrize("slug", sorted(identifiers.RESERVED_SLUGS))
def test_a_reserved_slug_is_declined(slug: str) -> None:
    with pytest.raises(Declined, match="reserved"):
        identifiers.slug(slug)


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("acme.example", "acme.example"),
        ("ACME.Example", "acme.example"),
        (" @acme.example ", "acme.example"),
        ("mail.acme.co.uk", "mail.acme.co.uk"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
    ],
)
def test_an_email_domain_is_stored_in_one_form(given: str, stored: str) -> None:
    assert identifiers.email_domain(given) == stored


@pytest.mark.parametrize(
    "given",
    [
        "",
        "acme",
        "acme.",
        "acme.example.",
        ".acme.example",
        "acme..example",
        "a@b.example",
        "*.acme.example",
        "acme.example/x",
        "-acme.example",
        "acme_.example",
        "acme .example",
        "192.0.2.1",
        "[192.0.2.1]",
        "a" * 64 + ".example",
        "a." * 127 + "example",
        "acme.exam\u200bple",
        "acme。example",
        "ａｃｍｅ.example",
        "straße.example",
        "ü" * 70 + ".example",
        "acme.example\n.evil.example",
    ],
)
def test_what_is_no_exact_domain_is_declined(given: str) -> None:
    with pytest.raises(Declined) as declined:
        identifiers.email_domain(given)
    assert declined.value.problems[0].key == "email_domain_invalid"


@pytest.mark.parametrize(
    "entity_id", ["", "a b", "a\u200bb", "ünï", "a\n", "x" * 1025, "https://idp.acme.ехample/"]
)
def test_an_entity_id_with_invisible_or_foreign_characters_is_declined(entity_id: str) -> None:
    with pytest.raises(Declined):
        identifiers.entity_id(entity_id)


@pytest.mark.parametrize(
    ("one", "other"),
    [("https://IDP.acme.example", "https://idp.acme.example/"), ("urn:Acme", "urn:acme")],
)
def test_entity_ids_that_people_confuse_have_one_canonical_form(one: str, other: str) -> None:
    assert identifiers.canonical_entity_id(one) == identifiers.canonical_entity_id(other)


@pytest.mark.parametrize("path", ["/Shibboleth.sso/SAML2/POST", "/module.php/saml/sp/acs/", "/a"])
def test_a_path_of_the_service_provider_before_us_can_be_kept(path: str) -> None:
    assert identifiers.acs_path(path) == path


@pytest.mark.parametrize(
    "path",
    ["", "/", "a", "//evil.example", "/a//b", "/../a", "/.well-known/x", "/a?b", "/saml/acme/acs/",
     "/admin/x", "/static/x", "/a b", "/ä", "/a\n", "https://x/y", "/" + "a" * 200],
)  # fmt: skip
def test_other_paths_are_declined(path: str) -> None:
    with pytest.raises(Declined):
        identifiers.acs_path(path)


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "//evil.example/", "/\\evil.example", "https://", "https://u@h/",
     "ftp://h/", "https://h/\n", "data:text/html,x", "relative"],
)  # fmt: skip
def test_an_address_that_browsers_could_misread_is_declined(address: str) -> None:
    with pytest.raises(Declined):
        identifiers.web_address(address, local=True)


def test_a_path_of_ours_is_an_address_only_where_that_is_meant() -> None:
    assert identifiers.web_address("/start/", local=True) == "/start/"
    with pytest.raises(Declined):
        identifiers.web_address("/start/")
