"""Every reason to say no, by name. Codes and keys are stable: a rename is a major version."""

from enum import Enum

from sso_gateway.refusal.catalogue import (
    account,
    addressing,
    encryption,
    identity,
    message,
    outside,
    partner,
    replay,
    signature,
    timing,
    transport,
)
from sso_gateway.refusal.catalogue.row import Heading, Row


class Reason(Enum):
    """Why not. A column of the audit log, a row of the reference, a page that people see."""

    _value_: Row

    ACS_GET = transport.ACS_GET
    NO_RESPONSE_FIELD = transport.NO_RESPONSE_FIELD
    BINDING_UNSUPPORTED = transport.BINDING_UNSUPPORTED
    TOO_LARGE = transport.TOO_LARGE
    UNDECODABLE = transport.UNDECODABLE
    RATE_LIMITED = transport.RATE_LIMITED

    XML_FORBIDDEN = message.XML_FORBIDDEN
    XML_MALFORMED = message.XML_MALFORMED
    NOT_A_RESPONSE = message.NOT_A_RESPONSE
    NO_ASSERTION = message.NO_ASSERTION
    SEVERAL_ASSERTIONS = message.SEVERAL_ASSERTIONS
    SIGNATURE_WRAPPING = message.SIGNATURE_WRAPPING
    VERSION = message.VERSION
    CONDITION_UNKNOWN = message.CONDITION_UNKNOWN
    AUTHN_STATEMENT_MISSING = message.AUTHN_STATEMENT_MISSING

    ISSUER_UNKNOWN = partner.ISSUER_UNKNOWN
    ISSUER_WRONG_PARTNER = partner.ISSUER_WRONG_PARTNER
    ISSUER_MISSING = partner.ISSUER_MISSING
    PARTNER_DRAFT = partner.PARTNER_DRAFT
    PARTNER_PAUSED = partner.PARTNER_PAUSED
    METADATA_EXPIRED = partner.METADATA_EXPIRED
    IDP_INITIATED_OFF = partner.IDP_INITIATED_OFF
    ISSUER_MISMATCH = partner.ISSUER_MISMATCH
    PARTNER_UNKNOWN = partner.PARTNER_UNKNOWN

    SIGNATURE_MISSING = signature.SIGNATURE_MISSING
    ASSERTION_UNSIGNED = signature.ASSERTION_UNSIGNED
    SIGNATURE_INVALID = signature.SIGNATURE_INVALID
    KEY_UNKNOWN = signature.KEY_UNKNOWN
    CERT_EXPIRED = signature.CERT_EXPIRED
    CERT_NOT_YET = signature.CERT_NOT_YET
    ALGORITHM_WEAK = signature.ALGORITHM_WEAK
    KEY_TOO_SMALL = signature.KEY_TOO_SMALL
    SIGNATURE_SCOPE = signature.SIGNATURE_SCOPE

    ENCRYPTED_NO_KEY = encryption.ENCRYPTED_NO_KEY
    DECRYPT_FAILED = encryption.DECRYPT_FAILED
    ENCRYPTION_REQUIRED = encryption.ENCRYPTION_REQUIRED
    ENC_ALGORITHM = encryption.ENC_ALGORITHM

    TOO_EARLY = timing.TOO_EARLY
    EXPIRED = timing.EXPIRED
    ISSUE_INSTANT = timing.ISSUE_INSTANT
    SESSION_TOO_OLD = timing.SESSION_TOO_OLD

    DESTINATION_MISMATCH = addressing.DESTINATION_MISMATCH
    RECIPIENT_MISMATCH = addressing.RECIPIENT_MISMATCH
    AUDIENCE_MISMATCH = addressing.AUDIENCE_MISMATCH
    AUDIENCE_MISSING = addressing.AUDIENCE_MISSING
    REQUEST_UNKNOWN = addressing.REQUEST_UNKNOWN
    REQUEST_REUSED = addressing.REQUEST_REUSED
    NO_BEARER = addressing.NO_BEARER
    OUR_URL_WRONG = addressing.OUR_URL_WRONG
    DESTINATION_MISSING = addressing.DESTINATION_MISSING
    REQUEST_MISMATCH = addressing.REQUEST_MISMATCH

    REPLAYED = replay.REPLAYED
    REPLAYED_SAME_SESSION = replay.REPLAYED_SAME_SESSION
    REPLAY_STORE_DOWN = replay.REPLAY_STORE_DOWN

    NAMEID_MISSING = identity.NAMEID_MISSING
    NAMEID_TRANSIENT = identity.NAMEID_TRANSIENT
    NAMEID_FORMAT = identity.NAMEID_FORMAT
    ATTRIBUTE_MISSING = identity.ATTRIBUTE_MISSING
    ATTRIBUTE_EMPTY = identity.ATTRIBUTE_EMPTY
    ATTRIBUTE_INVALID = identity.ATTRIBUTE_INVALID
    EMAIL_DOMAIN = identity.EMAIL_DOMAIN
    ATTRIBUTE_AMBIGUOUS = identity.ATTRIBUTE_AMBIGUOUS
    AUTHN_TOO_WEAK = identity.AUTHN_TOO_WEAK
    NAMEID_QUALIFIER = identity.NAMEID_QUALIFIER
    SUBJECT_ID_INVALID = identity.SUBJECT_ID_INVALID

    NOT_INVITED = account.NOT_INVITED
    ACCOUNT_DISABLED = account.ACCOUNT_DISABLED
    IDENTITY_CONFLICT = account.IDENTITY_CONFLICT
    NO_ROLE = account.NO_ROLE
    NETWORK_NOT_ALLOWED = account.NETWORK_NOT_ALLOWED
    STAFF_PROTECTED = account.STAFF_PROTECTED
    RELAY_REFUSED = account.RELAY_REFUSED
    HANDOFF_FAILED = account.HANDOFF_FAILED
    HANDOFF_EXPIRED = account.HANDOFF_EXPIRED

    IDP_DENIED = outside.IDP_DENIED
    IDP_AUTHN_FAILED = outside.IDP_AUTHN_FAILED
    IDP_NO_PASSIVE = outside.IDP_NO_PASSIVE
    IDP_REQUESTER_ERROR = outside.IDP_REQUESTER_ERROR
    IDP_RESPONDER_ERROR = outside.IDP_RESPONDER_ERROR
    INTERNAL = outside.INTERNAL
    MAINTENANCE = outside.MAINTENANCE
    STORAGE_DOWN = outside.STORAGE_DOWN

    @property
    def code(self) -> int:
        """Three digits, for people and for the audit log."""
        return self._value_.code

    @property
    def key(self) -> str:
        """The member's name in lower case, for machines."""
        return self._value_.key

    @property
    def heading(self) -> Heading:
        """What the page's heading is."""
        return self._value_.heading

    @property
    def user_text(self) -> str:
        """What the person reads: English, untranslated, with ``{placeholders}``."""
        return self._value_.user

    @property
    def admin_text(self) -> str:
        """What staff read: English, untranslated, with ``{placeholders}``."""
        return self._value_.admin

    @property
    def fix(self) -> str:
        """What staff do about it: English, untranslated, with ``{placeholders}``."""
        return self._value_.fix

    @property
    def clause(self) -> str:
        """Where the rule is written: a clause of a specification, or "our rule: …"."""
        return self._value_.clause

    @property
    def status(self) -> int:
        """The HTTP status of the page."""
        return self._value_.status

    @property
    def alert(self) -> bool:
        """Whether it is a security alert."""
        return self._value_.alert

    @property
    def public_code(self) -> int:
        """The code outsiders may see. It never tells more than ``user_text`` does."""
        return self._value_.shown_as or self._value_.code

    @classmethod
    def by_code(cls, code: int) -> "Reason":
        """The reason with this code; ``KeyError`` where there is none."""
        return _BY_CODE[code]

    @classmethod
    def by_key(cls, key: str) -> "Reason":
        """The reason with this key; ``KeyError`` where there is none."""
        return _BY_KEY[key]


_BY_CODE = {reason.code: reason for reason in Reason}
_BY_KEY = {reason.key: reason for reason in Reason}
