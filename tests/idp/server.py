"""pysaml2's ``Server`` as an identity provider that owes nothing to our own code."""

import shutil
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import time_machine
from cryptography.utils import CryptographyDeprecationWarning
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.config import IdPConfig
from saml2.md import NAMESPACE as MD
from saml2.metadata import entity_descriptor
from saml2.saml import NAMEID_FORMAT_EMAILADDRESS, NameID
from saml2.samlp import NAMESPACE as SAMLP
from saml2.samlp import LogoutRequest, LogoutResponse
from saml2.sigver import RSACrypto
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

from tests.idp.backend import AES256_GCM, InProcessBackend, ProgramBackend
from tests.idp.keys import KeyPair, key_pair

with warnings.catch_warnings():
    # pysaml2 names a cipher where cryptography no longer keeps it; nothing here uses it.
    warnings.simplefilter("ignore", CryptographyDeprecationWarning)
    from saml2.server import Server

XMLSEC1 = shutil.which("xmlsec1")
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
NAME_FORMAT = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"


class IdentityProviderStandIn:
    """An IdP with its own metadata, key and clock.

    ``signer`` is ``in-process`` (python-xmlsec) or ``xmlsec1`` (the program, where it is
    installed). pysaml2 reads keys from files, so the stand-in keeps a directory of its own, gone
    with :meth:`close`.
    """

    def __init__(
        self,
        entity_id: str = "https://idp.acme.example/metadata",
        key: KeyPair | None = None,
        *,
        signer: str = "in-process",
        sign_on: str = "https://idp.acme.example/sso",
        lifetime: timedelta = timedelta(minutes=5),
    ) -> None:
        self.entity_id = entity_id
        self.key = key or key_pair("rsa-2048", "idp")
        self._signer = signer
        self._folder = tempfile.TemporaryDirectory(prefix="idp-")
        self._config = self._configure(sign_on, lifetime)
        self._server = Server(config=self._config)
        # For query signatures, which pysaml2 makes and verifies apart from those of XML.
        self._server.sec.sec_backend = RSACrypto(self.key.private_key)

    def close(self) -> None:
        self._server.close()
        self._folder.cleanup()

    def __enter__(self) -> "IdentityProviderStandIn":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def metadata(self) -> bytes:
        """The IdP's EntityDescriptor, unsigned."""
        return bytes(entity_descriptor(self._config).to_string())

    def response(
        self,
        *,
        sp_entity_id: str,
        acs_url: str,
        email: str,
        in_response_to: str | None = None,
        sign_assertion: bool = True,
        sign_response: bool = False,
        encrypt_for: KeyPair | None = None,
        data_encryption: str = AES256_GCM,
        attributes: Mapping[str, Sequence[str]] | None = None,
        name_id: str | None = None,
        name_id_format: str = NAMEID_FORMAT_EMAILADDRESS,
        session_not_on_or_after: datetime | None = None,
        authn_context: str = PASSWORD,
        now: datetime | None = None,
        sign_alg: str = SIG_RSA_SHA256,
        digest_alg: str = DIGEST_SHA256,
    ) -> bytes:
        """A signed Response as XML, issued at ``now`` (by default, this moment)."""
        self._server.sec.crypto = self._backend(data_encryption)
        self._server.metadata.load("inline", _introduction(sp_entity_id, acs_url))
        return self._issued(
            now or datetime.now(UTC),
            authn_context,
            identity={"mail": [email]} if attributes is None else dict(attributes),
            in_response_to=in_response_to,
            destination=acs_url,
            sp_entity_id=sp_entity_id,
            name_id=_name_id(name_id_format, sp_entity_id, name_id or email),
            sign_assertion=sign_assertion,
            sign_response=sign_response,
            encrypt_assertion=encrypt_for is not None,
            encrypt_cert_assertion=encrypt_for and encrypt_for.certificate_pem.decode(),
            session_not_on_or_after=_instant(session_not_on_or_after),
            sign_alg=sign_alg,
            digest_alg=digest_alg,
        )

    def know(self, sp_metadata: bytes) -> None:
        """Reads a service provider's metadata: its addresses and its keys."""
        self._server.metadata.load("inline", sp_metadata.decode())

    def logout_request(
        self, *, sp_entity_id: str, name_id: NameID, session_index: str, relay_state: str
    ) -> str:
        """The address at the service provider that carries a signed LogoutRequest to it."""
        (service,) = self._server.metadata.single_logout_service(
            sp_entity_id, BINDING_HTTP_REDIRECT, "spsso"
        )
        _, request = self._server.create_logout_request(
            service["location"], sp_entity_id, name_id=name_id, session_indexes=[session_index]
        )
        return self._redirected(str(request), service["location"], relay_state)

    def answer_logout(self, query: str) -> tuple[LogoutRequest, str]:
        """The LogoutRequest in a query that we sent to it, and the address of its answer."""
        said = {name: values[0] for name, values in parse_qs(query).items()}
        request = self._server.parse_logout_request(
            said["SAMLRequest"], BINDING_HTTP_REDIRECT, said.get("RelayState"),
            said["SigAlg"], said["Signature"],
        )  # fmt: skip
        answer = self._server.create_logout_response(request.message, [BINDING_HTTP_REDIRECT])
        relay_state = said.get("RelayState", "")
        return request.message, self._redirected(
            str(answer), answer.destination, relay_state, response=True
        )

    def read_logout_answer(self, query: str) -> LogoutResponse:
        """The LogoutResponse in a query that answers what it asked."""
        said = {name: values[0] for name, values in parse_qs(query).items()}
        found = self._server.parse_logout_request_response(
            said["SAMLResponse"], BINDING_HTTP_REDIRECT
        )
        return found.response

    def _redirected(
        self, message: str, destination: str, relay_state: str, *, response: bool = False
    ) -> str:
        http = self._server.apply_binding(
            BINDING_HTTP_REDIRECT, message, destination, relay_state, response=response, sign=True,
            sigalg=SIG_RSA_SHA256,
        )  # fmt: skip
        return str(dict(http["headers"])["Location"])

    def _issued(self, moment: datetime, authn_context: str, **wishes: Any) -> bytes:
        with time_machine.travel(moment, tick=False):
            made = self._server.create_authn_response(
                authn=_authn(authn_context, moment),
                encrypt_assertion_self_contained=True,
                **wishes,
            )
        return str(made).encode()

    def _backend(self, data_encryption: str) -> InProcessBackend | ProgramBackend:
        if self._signer == "in-process":
            return InProcessBackend(data_encryption)
        assert XMLSEC1 is not None
        return ProgramBackend(XMLSEC1, data_encryption)

    def _configure(self, sign_on: str, lifetime: timedelta) -> IdPConfig:
        folder = Path(self._folder.name)
        (folder / "idp.key").write_bytes(self.key.private_pem)
        (folder / "idp.crt").write_bytes(self.key.certificate_pem)
        endpoints = [(sign_on, BINDING_HTTP_REDIRECT), (f"{sign_on}/post", BINDING_HTTP_POST)]
        logout = [(f"{sign_on}/logout", BINDING_HTTP_REDIRECT)]
        idp: dict[str, Any] = {
            "endpoints": {"single_sign_on_service": endpoints, "single_logout_service": logout},
            "policy": {
                "default": {
                    "lifetime": {"seconds": int(lifetime.total_seconds())},
                    "attribute_restrictions": None,
                    "name_form": NAME_FORMAT,
                }
            },
            "name_id_format": [NAMEID_FORMAT_EMAILADDRESS],
            "want_authn_requests_signed": True,
        }
        return IdPConfig().load(
            {
                "entityid": self.entity_id,
                "service": {"idp": idp},
                "key_file": str(folder / "idp.key"),
                "cert_file": str(folder / "idp.crt"),
                "crypto_backend": "XMLSecurity",
                "metadata": {"inline": []},
                "delete_tmpfiles": True,
            }
        )


def _introduction(entity_id: str, acs_url: str) -> str:
    """The least that pysaml2 wants to know of a service provider before it answers one."""
    return (
        f'<EntityDescriptor xmlns="{MD}" entityID="{entity_id}"><SPSSODescriptor'
        f' protocolSupportEnumeration="{SAMLP}"><AssertionConsumerService index="0"'
        f' Binding="{BINDING_HTTP_POST}" Location="{acs_url}"/></SPSSODescriptor>'
        "</EntityDescriptor>"
    )


def _name_id(name_id_format: str, sp_entity_id: str, text: str) -> NameID:
    return NameID(format=name_id_format, sp_name_qualifier=sp_entity_id, text=text)


def _authn(context: str, moment: datetime) -> dict[str, str | int]:
    return {"class_ref": context, "authn_instant": int(moment.timestamp())}


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
