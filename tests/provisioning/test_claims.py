"""The table of recognised attribute Names."""

from itertools import combinations

import pytest

from sso_gateway.provisioning import claims

TABLES = {
    "e-mail": claims.EMAIL,
    "first name": claims.FIRST_NAME,
    "last name": claims.LAST_NAME,
    "display name": claims.DISPLAY_NAME,
    "groups": claims.GROUPS,
    "principal name": claims.PRINCIPAL_NAMES,
}


@pytest.mark.parametrize(("one", "other"), list(combinations(TABLES, 2)))
def test_no_name_means_two_things(one: str, other: str) -> None:
    assert not TABLES[one] & TABLES[other]


@pytest.mark.parametrize(
    "name",
    [
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.6",
        "eduPersonPrincipalName",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
        "uid",
    ],
)
def test_a_principal_name_is_not_an_email_address(name: str) -> None:
    assert name not in claims.EMAIL


@pytest.mark.parametrize(
    ("received", "wanted", "likely"),
    [
        (["workMail", "givenName"], "", "workMail"),
        (["e-mail"], "", "e-mail"),
        (["https://acme.test/claims/Emial"], "", "https://acme.test/claims/Emial"),
        (["givenName", "sn", "groups", "uid"], "", ""),
        (["eduPersonPrincipalName"], "", ""),
        (["urn:oid:0.9.2342.19200300.100.1.1"], "", ""),
        ([], "", ""),
        (["sn", "mail"], "Mail", "mail"),
        (["staffAdress", "sn"], "staffAddress", "staffAdress"),
    ],
)
def test_the_name_that_most_likely_carries_the_address_is_proposed(
    received: list[str], wanted: str, likely: str
) -> None:
    assert claims.closest(received, wanted=wanted) == likely
