"""Genuine messages in the style of the products that partners bring.

The style is what is public about each: prefixes, where names are declared, spelling of attributes,
what the signature's KeyInfo holds. Nothing is copied; every value is ours.
"""

from datetime import timedelta

from sso_gateway.saml.names import AuthnContext, NameIDFormat
from tests.idp.recipe import NOW, Confirmation
from tests.shapes import key_info, writing
from tests.shapes.attributes import (
    BASIC,
    MAIL,
    UNSPECIFIED,
    URI,
    WS,
    attribute,
    claims,
    named,
    oids,
    statement,
)
from tests.shapes.shape import ACS, SP, Shape, each, rsa, shape

HOUR = timedelta(hours=1)
UNSPECIFIED_CONSENT = writing.swapped(
    f'Destination="{ACS}"',
    f'Destination="{ACS}" Consent="urn:oasis:names:tc:SAML:2.0:consent:unspecified"',
)
XML = '<?xml version="1.0" encoding="UTF-8"?>'


PLAIN = shape("the good message")
ENTRA = shape(
    "Entra ID",
    issuer="https://sts.windows.net/5e2b3a5c-0c5e-4b8b-9a51-4f3c2d1e0f9a/",
    response_id="_1c7c7b2e-3b1e-4d8a-9d55-6a5b4c3d2e1f",
    assertion_id="_8f0d2c4b-7a6e-4f19-b3d2-0a1b2c3d4e00",
    issued="2030-01-15T12:00:00.187Z",
    authn_context=AuthnContext.PASSWORD,
    attributes_xml=claims(),
    edit=each(writing.default_namespace, lambda t: t.replace(writing.SCHEMA_NAMES, "", 1)),
    how={"prefix": "", "key_info_xml": key_info.key_info(key_info.certificate(rsa()), prefix="")},
)
OKTA = shape(
    "Okta",
    issuer="http://www.okta.com/exk1a2b3c4d5e6f7g8h9",
    issuer_format=NameIDFormat.ENTITY,
    response_id="id44118525174586021207552341",
    assertion_id="id44118525175182201532834811",
    issued="2030-01-15T12:00:00.024Z",
    session_index="id1893412800000.1188262231",
    attributes_xml=named(
        name_format=UNSPECIFIED, email="ada@acme.example", firstName="Ada", lastName="Example"
    ),
    edit=each(
        writing.declared_where_used,
        writing.schema_names_on_values,
        writing.prefixes("saml2p", "saml2"),
    ),
    spoil=writing.declaration(XML),
    how={
        "inclusive_prefixes": "xs",
        "key_info_xml": key_info.key_info(key_info.certificate(rsa(), wrapped=True)),
    },
)
GOOGLE = shape(
    "Google Workspace",
    issuer="https://accounts.google.com/o/saml2?idpid=C01abcdef",
    response_id="_0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    assertion_id="_f0e1d2c3b4a5968778695a4b3c2d1e0f",
    session_index="_f0e1d2c3b4a5968778695a4b3c2d1e0f",
    authn_context=AuthnContext.UNSPECIFIED,
    attributes_xml=statement(
        attribute("email", "ada@acme.example", kind="xs:anyType"),
        attribute("department", "Analysis", kind="xs:anyType"),
    ),
    edit=each(
        writing.declared_where_used,
        writing.schema_names_on_values,
        writing.prefixes("saml2p", "saml2"),
    ),
    spoil=writing.declaration('<?xml version="1.0" encoding="UTF-8" standalone="no"?>'),
    how={"key_info_xml": key_info.key_info(key_info.with_subject(rsa()))},
)
AD_FS = shape(
    "AD FS",
    issuer="http://adfs.acme.example/adfs/services/trust",
    response_id="_dc6b7a5e-2b2c-4f0e-8a0d-3a1b2c3d4e5f",
    assertion_id="_4b7c6d5e-9f8a-4e3d-b2c1-5f6e7d8c9b0a",
    issued="2030-01-15T11:59:59.996Z",
    name_id_format=NameIDFormat.UNSPECIFIED,
    attributes_xml=statement(
        attribute(f"{WS}emailaddress", "ada@acme.example"),
        attribute(f"{WS}upn", "ada@corp.acme.example"),
        attribute(
            "http://schemas.xmlsoap.org/claims/Group",
            "Domain Users",
            "Finance",
            more=' a:OriginalIssuer="AD AUTHORITY" xmlns:a="http://schemas.xmlsoap.org/ws/2009/09/'
            'identity/claims"',
        ),
    ),
    edit=each(UNSPECIFIED_CONSENT, writing.default_namespace),
    how={"key_info_xml": key_info.key_info(key_info.certificate(rsa()), prefix="")},
)
PING = shape(
    "PingFederate",
    issuer="https://ping.acme.example",
    response_id="qUcKb-1nP_9zX.w0RtYvE7sLmA",
    assertion_id="XzT8jW2p.F-kN5bQ_1rVdHs0Gc",
    issued="2030-01-15T12:00:00.512Z",
    attributes_xml=named(mail="ada@acme.example", memberOf="cn=finance,dc=acme,dc=example"),
    edit=each(writing.declared_where_used, writing.schema_names_on_values),
    how={"key_info_xml": key_info.key_info(key_info.certificate(rsa()), key_info.key_value(rsa()))},
)
ONELOGIN = shape(
    "OneLogin",
    issuer="https://app.onelogin.com/saml/metadata/1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d",
    response_id="R9c1d7f0a8b6e5d4c3b2a1f0e9d8c7b6a",
    assertion_id="pfx4ad35a05-0a12-8c3d-6f2b-2c7d8f41a9b0",
    session_not_on_or_after=NOW + timedelta(days=1),
    attributes_xml=statement(
        *(
            attribute(name, value, name_format=BASIC, kind="xs:string")
            for name, value in (
                ("User.email", "ada@acme.example"),
                ("User.FirstName", "Ada"),
                ("User.LastName", "Example"),
                ("memberOf", ""),
            )
        )
    ),
    edit=writing.schema_names_on_values,
    how={"key_info_xml": key_info.key_info(key_info.certificate(rsa()))},
)
TARGETED_ID = attribute(
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.10",
    f'<saml:NameID Format="{NameIDFormat.PERSISTENT}"'
    f' NameQualifier="https://idp.acme.example/idp/shibboleth" SPNameQualifier="{SP}">'
    "r2d2c3po</saml:NameID>",
    name_format=URI,
    friendly="eduPersonTargetedID",
    raw=True,
)
SHIBBOLETH = shape(
    "Shibboleth",
    issuer="https://idp.acme.example/idp/shibboleth",
    name_id="AAdzZWNyZXQxr2d2c3po",
    name_id_format=NameIDFormat.TRANSIENT,
    name_qualifier="https://idp.acme.example/idp/shibboleth",
    sp_name_qualifier=SP,
    confirmations=(Confirmation(address="198.51.100.7"),),
    attributes_xml=oids(more=TARGETED_ID),
    edit=each(
        writing.swapped(
            "<saml:AuthnContext>",
            '<saml:SubjectLocality Address="198.51.100.7"/><saml:AuthnContext>',
        ),
        writing.declared_where_used,
        writing.schema_names_on_values,
        writing.prefixes("saml2p", "saml2"),
    ),
    spoil=writing.declaration(XML),
    how={
        "inclusive_prefixes": "xs",
        "key_info_xml": key_info.key_info(key_info.certificate(rsa(), wrapped=True)),
    },
)
KEYCLOAK = shape(
    "Keycloak",
    issuer="https://login.acme.example/realms/acme",
    response_id="ID_6c5d8f4e-2a1b-4c3d-9e8f-7a6b5c4d3e2f",
    assertion_id="ID_0b1c2d3e-4f5a-4b6c-8d7e-9f0a1b2c3d4e",
    issued="2030-01-15T12:00:00.731Z",
    session_index="2f1e0d9c-8b7a-4c6d-9e5f-4a3b2c1d0e9f::7b6a5c4d-3e2f-4a1b",
    session_not_on_or_after=NOW + 10 * HOUR,
    extensions_xml="<samlp:Extensions><kckey:KeyInfo"
    ' xmlns:kckey="urn:keycloak:ext:key:1.0" MessageSigningKeyId="Kx3"/></samlp:Extensions>',
    more_conditions_xml="<saml:OneTimeUse/>",
    authn_context=AuthnContext.UNSPECIFIED,
    attributes_xml=statement(
        attribute(MAIL, "ada@acme.example", name_format=URI, friendly="email", kind="xs:string"),
        *(
            attribute("Role", role, name_format=BASIC, kind="xs:string")
            for role in ("offline_access", "uma_authorization", "finance")
        ),
    ),
    edit=writing.schema_names_on_values,
    how={
        "prefix": "dsig",
        "key_info_xml": key_info.key_info(
            key_info.key_name("Kx3"),
            key_info.certificate(rsa()),
            key_info.key_value(rsa()),
            prefix="dsig",
        ),
    },
)
SIMPLESAMLPHP = shape(
    "SimpleSAMLphp",
    issuer="https://idp.acme.example/simplesaml/saml2/idp/metadata.php",
    response_id="_8c1f2e3d4b5a69788796a5b4c3d2e1f0a9b8c7d6e5",
    assertion_id="_5e6d7c8b9a0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    sp_name_qualifier=SP,
    session_not_on_or_after=NOW + 8 * HOUR,
    attributes_xml=statement(
        attribute("uid", "ada", name_format=BASIC, kind="xs:string"),
        attribute("mail", "ada@acme.example", name_format=BASIC, kind="xs:string"),
    ),
    edit=writing.schema_names_on_assertion,
    how={"key_info_xml": "\n" + key_info.key_info(key_info.certificate(rsa()))},
)
LEMONLDAP = shape(
    "LemonLDAP::NG",
    issuer="https://auth.acme.example/saml/metadata",
    response_id="_3A9F0B1C2D4E5F60718293A4B5C6D7E8",
    assertion_id="_F7E6D5C4B3A291807F6E5D4C3B2A1908",
    attributes_xml=statement(
        attribute("mail", "ada@acme.example", name_format=BASIC, friendly="mail"),
        attribute("cn", "Ada Example", name_format=BASIC, friendly="cn"),
    ),
    edit=UNSPECIFIED_CONSENT,
    how={"prefix": "", "key_info_xml": key_info.key_info("\n", key_info.key_name("k"), prefix="")},
)
AUTHENTIK = shape(
    "authentik",
    issuer="https://authentik.acme.example/application/saml/backoffice/metadata/",
    session_not_on_or_after=NOW + 24 * HOUR,
    attributes_xml=statement(
        attribute(f"{WS}emailaddress", "ada@acme.example"),
        attribute(f"{WS}name", "Ada Example"),
        attribute("http://schemas.xmlsoap.org/claims/Group", "finance", "everyone"),
        attribute("http://schemas.goauthentik.io/2021/02/saml/username", "ada"),
        attribute("http://schemas.goauthentik.io/2021/02/saml/uid", "0a1b2c3d4e5f"),
    ),
    how={"key_info_xml": key_info.key_info(key_info.certificate(rsa()))},
)
PYSAML2 = shape(
    "pysaml2",
    issuer="https://idp.acme.example/idp.xml",
    issuer_format=NameIDFormat.ENTITY,
    response_id="id-74z44tFvN2xrzr69U",
    assertion_id="id-WlwzTKiaOnogjkC6L",
    sp_name_qualifier=SP,
    attributes_xml=oids(),
    edit=writing.prefixes("ns0", "ns1"),
    spoil=writing.declaration("<?xml version='1.0' encoding='UTF-8'?>\n"),
    how={
        "prefix": "ns2",
        "key_info_xml": key_info.key_info(key_info.certificate(rsa()), prefix="ns2"),
    },
)

ALL: tuple[Shape, ...] = (
    PLAIN,
    ENTRA,
    OKTA,
    GOOGLE,
    AD_FS,
    PING,
    ONELOGIN,
    SHIBBOLETH,
    KEYCLOAK,
    SIMPLESAMLPHP,
    LEMONLDAP,
    AUTHENTIK,
    PYSAML2,
)
