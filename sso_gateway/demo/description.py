"""Acme's identity provider as it describes itself: its metadata (meta 2.4.3)."""

from base64 import b64encode
from typing import Final
from xml.sax.saxutils import quoteattr

from sso_gateway.demo import keys
from sso_gateway.demo.keys import Owner
from sso_gateway.demo.place import ENTITY_ID, NAME, address
from sso_gateway.saml.names import DS, MD, MDUI, SAMLP, Binding, NameIDFormat

_METADATA: Final = """\
<md:EntityDescriptor xmlns:md={md} xmlns:ds={ds} xmlns:mdui={mdui} entityID={entity_id}>
  <md:IDPSSODescriptor WantAuthnRequestsSigned="true" protocolSupportEnumeration={protocol}>
    <md:Extensions>
      <mdui:UIInfo><mdui:DisplayName xml:lang="en">{name}</mdui:DisplayName></mdui:UIInfo>
    </md:Extensions>
    <md:KeyDescriptor use="signing">
      <ds:KeyInfo><ds:X509Data>
        <ds:X509Certificate>{certificate}</ds:X509Certificate>
      </ds:X509Data></ds:KeyInfo>
    </md:KeyDescriptor>
    <md:SingleLogoutService Binding={redirect} Location={logout}/>
    <md:NameIDFormat>{format}</md:NameIDFormat>
    <md:SingleSignOnService Binding={redirect} Location={location}/>
    <md:SingleSignOnService Binding={post} Location={location}/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
"""


def metadata() -> str:
    """What Acme hands to the gateway, and publishes. Differs with the port of the demo."""
    return _METADATA.format(
        md=quoteattr(MD),
        ds=quoteattr(DS),
        mdui=quoteattr(MDUI),
        entity_id=quoteattr(ENTITY_ID),
        protocol=quoteattr(SAMLP),
        name=NAME,
        certificate=b64encode(keys.certificate(Owner.IDENTITY_PROVIDER)).decode(),
        format=NameIDFormat.EMAIL.value,
        redirect=quoteattr(Binding.REDIRECT),
        post=quoteattr(Binding.POST),
        location=quoteattr(address("sso")),
        logout=quoteattr(address("slo")),
    )
