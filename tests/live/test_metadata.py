"""What SimpleSAMLphp's own converter makes of the metadata that we publish."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sso_gateway import clock
from sso_gateway.partners import our_metadata
from tests.live.configuration import EMAIL
from tests.live.simplesamlphp import SimpleSamlPhp
from tests.signon import scene


@pytest.fixture
def converted(idp: SimpleSamlPhp, db: None, tmp_path: Path) -> dict[str, Any]:
    """The entry for ``saml20-sp-remote.php``."""
    document = tmp_path / "ours.xml"
    document.write_bytes(our_metadata.publish(scene.add_partner()).document)
    return idp.converted(document)


def test_it_checks_our_requests_and_signs_its_assertions(converted: dict[str, Any]) -> None:
    assert converted["entityid"] == f"{scene.BASE}/saml/acme/metadata/"
    (service,) = converted["AssertionConsumerService"]
    assert service["Location"] == f"{scene.BASE}{scene.ACS}"
    assert converted["validate.authnrequest"] and converted["saml20.sign.assertion"]
    assert converted["NameIDFormat"] == EMAIL
    purposes = [(key["signing"], key["encryption"]) for key in converted["keys"]]
    assert purposes == [(True, False), (False, True)]


def test_it_takes_the_end_of_our_metadata_along(converted: dict[str, Any]) -> None:
    left = datetime.fromtimestamp(converted["expire"], UTC) - clock.now()
    assert timedelta(days=6) < left <= timedelta(days=7)
