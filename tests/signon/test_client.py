"""Whose address stands in the log."""

from ipaddress import ip_network

import pytest
from django.test import RequestFactory

from sso_gateway.signon.client import client_ip, network, user_agent

INSIDE = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))

CASES = [
    ("192.0.2.1", "", "192.0.2.1"),
    ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
    ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
    ("10.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
    ("10.0.0.1", "203.0.113.9, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
    ("10.0.0.1", "", "10.0.0.1"),
    ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
    ("10.0.0.1", "198.51.100.7:51234", "198.51.100.7"),
    ("10.0.0.1", "[2001:db8::1]:443", "2001:db8::1"),
    ("10.0.0.1", "2001:db8::1", "2001:db8::1"),
    ("10.0.0.1", "fe80::1%eth0", "fe80::1"),
    ("10.0.0.1", "fe80::1%\x1b[31m<script>", "fe80::1"),
    ("fe80::1%eth0", "", "fe80::1"),
    ("fd00::1", "198.51.100.7", "198.51.100.7"),
    ("::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"),
    ("10.0.0.1", "198.51.100.7, unknown", "10.0.0.1"),
    ("10.0.0.1", "198.51.100.7, '; DROP TABLE", "10.0.0.1"),
    ("", "198.51.100.7", "198.51.100.7"),
    ("", "", ""),
    ("nonsense", "198.51.100.7", ""),
]


@pytest.mark.parametrize(("peer", "forwarded", "expected"), CASES)
def test_it_is_the_right_most_that_no_proxy_of_ours_has(
    peer: str, forwarded: str, expected: str, settings: object
) -> None:
    settings.SSO_TRUSTED_PROXIES = INSIDE  # type: ignore[attr-defined]
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_ip(request) == expected


@pytest.mark.parametrize(("peer", "expected"), [("10.0.0.1", "10.0.0.1"), ("", "")])
def test_without_trusted_proxies_no_header_is_believed(
    peer: str, expected: str, settings: object
) -> None:
    settings.SSO_TRUSTED_PROXIES = ()  # type: ignore[attr-defined]
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR="198.51.100.7")
    assert client_ip(request) == expected


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "", "192.0.2.1"),
        ("172.17.0.1", "198.51.100.7", "172.17.0.1"),
        ("10.0.0.1", "", ""),
        ("10.0.0.1", "127.0.0.1", ""),
        ("192.168.0.1", "", "192.168.0.1"),
        ("192.168.0.1", "198.51.100.7", "192.168.0.1"),
        ("8.8.8.8", "198.51.100.7", "8.8.8.8"),
        ("", "", ""),
        ("nonsense", "", ""),
        ("1" * 65, "", ""),
    ],
)
def test_refusals_count_for_an_address_that_is_one_customers(
    peer: str, forwarded: str, expected: str, settings: object
) -> None:
    settings.SSO_TRUSTED_PROXIES = INSIDE  # type: ignore[attr-defined]
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR=peer, **headers)  # type: ignore[arg-type]
    assert network(request, client_ip(request)) == expected


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("172.17.0.1", "198.51.100.7", ""),
        ("172.17.0.1", "", "172.17.0.1"),
        ("8.8.8.8", "198.51.100.7", "8.8.8.8"),
    ],
)
def test_where_no_proxy_is_declared_one_inside_stands_for_everybody(
    peer: str, forwarded: str, expected: str, settings: object
) -> None:
    settings.SSO_TRUSTED_PROXIES = ()  # type: ignore[attr-defined]
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR=peer, **headers)  # type: ignore[arg-type]
    assert network(request, client_ip(request)) == expected


def test_a_user_agent_is_not_endless() -> None:
    assert len(user_agent(RequestFactory().get("/", HTTP_USER_AGENT="x" * 9000))) == 512
