"""Every change of a partner: one transaction, one step of its version, one ``change.*`` event."""

from sso_gateway.partners.conflicts import owner_of
from sso_gateway.partners.flows.agreement import (
    add_partner,
    adopt_key,
    delete_draft,
    set_domains,
    set_policy,
    update_partner,
)
from sso_gateway.partners.flows.change import unknown
from sso_gateway.partners.flows.metadata import (
    Loaded,
    activate_metadata,
    import_metadata,
    load_folder,
)
from sso_gateway.partners.flows.refreshing import Refreshed, refresh, refresh_all
from sso_gateway.partners.flows.state import activate, obstacles, pause, resume, start_testing
from sso_gateway.partners.flows.use import certificate_verified
from sso_gateway.partners.flows.versions import Imported

__all__ = [
    "Imported",
    "Loaded",
    "Refreshed",
    "activate",
    "activate_metadata",
    "add_partner",
    "adopt_key",
    "certificate_verified",
    "delete_draft",
    "import_metadata",
    "load_folder",
    "obstacles",
    "owner_of",
    "pause",
    "refresh",
    "refresh_all",
    "resume",
    "set_domains",
    "set_policy",
    "start_testing",
    "unknown",
    "update_partner",
]
