"""Every requirement once."""

from collections.abc import Mapping
from typing import Final

from tests.conformance.rows import (
    deployment,
    deployment_login,
    deployment_logout,
    egov,
    implementation,
    service_provider,
)
from tests.conformance.rows.row import Row

SECTIONS: Final[Mapping[str, tuple[Row, ...]]] = {
    "Implementation profile, everybody (IIP)": implementation.ROWS,
    "Implementation profile, service providers (IIP-SP)": service_provider.ROWS,
    "Deployment profile, everybody (SDP)": deployment.ROWS,
    "Deployment profile, service providers: sign-in (SDP-SP)": deployment_login.ROWS,
    "Deployment profile, service providers: logout and metadata (SDP-SP)": deployment_logout.ROWS,
    "Deployment profile, what identity providers must do (SDP-IDP)": deployment_logout.PROVIDERS,
    "Errata of SAML 2.0": egov.ERRATA,
    "What eGov 2.0 asked and the profiles above do not": egov.ROWS,
}

ROWS: Final = tuple(row for rows in SECTIONS.values() for row in rows)
