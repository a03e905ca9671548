"""Which addresses of the network may be asked for anything."""

from ipaddress import ip_address

import pytest
from pytest_django.fixtures import Settings

from sso_gateway.partners import reach


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1",  # noqa: S104 - judged, not bound
        "::1", "::", "fe80::1", "fc00::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:93.184.216.34", "2002:7f00:1::", "64:ff9b::7f00:1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2", "::7f00:1", "::ffff:0:7f00:1", "64:ff9b:1::a00:1",
        "fec0::1", "100::1", "fe80::1%lo", "fd00:ec2::254", "192.0.0.192", "168.63.129.16",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_not_reached(address: str, settings: Settings) -> None:
    settings.SSO_DEMO = False
    assert not reach.is_public(ip_address(address))
    assert not reach.may_reach("https", ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1"])
def test_a_public_address_is_reached_by_https_only(address: str, settings: Settings) -> None:
    for settings.SSO_DEMO in (False, True):
        assert reach.may_reach("https", ip_address(address))
        assert not reach.may_reach("http", ip_address(address))


def test_only_the_demo_reaches_this_machine(settings: Settings) -> None:
    settings.SSO_DEMO = True
    assert reach.may_reach("http", ip_address("127.0.0.1"))
    assert not reach.may_reach("http", ip_address("192.168.1.1"))
    assert not reach.may_reach("https", ip_address("169.254.169.254"))
