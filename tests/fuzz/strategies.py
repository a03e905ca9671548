"""Messages that nobody sent: genuine ones changed, and odd ones built field by field."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from hypothesis import strategies as st

from tests.fuzz import genuine
from tests.fuzz.mutations import change_field, change_octets, change_tree
from tests.fuzz.words import NUMBERS, TEXTS, TIMES
from tests.idp.recipe import NOW, Confirmation, Recipe

_CHANCE = st.randoms(use_true_random=False)
_XML = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"
)


def _named(messages: Mapping[str, bytes]) -> st.SearchStrategy[bytes]:
    # By name, so that what fails is reported by name and not by its octets.
    return st.sampled_from(sorted(messages)).map(messages.__getitem__)


@st.composite
def changed(draw: st.DrawFn, messages: Mapping[str, bytes]) -> bytes:
    """One of ``messages`` with changes to its tree, parts of the others among them."""
    return change_tree(draw(_CHANCE), draw(_named(messages)), sorted(messages.values()))


@st.composite
def damaged(draw: st.DrawFn, messages: Mapping[str, bytes]) -> bytes:
    """One of ``messages`` with changes to its octets."""
    return change_octets(draw(_CHANCE), draw(_named(messages)))


def hostile(messages: Mapping[str, bytes]) -> st.SearchStrategy[bytes]:
    """One of ``messages``, changed somehow; now and then, anything at all."""
    return st.one_of(
        changed(messages), changed(messages), damaged(messages), st.binary(max_size=99)
    )


def _moments() -> st.SearchStrategy[Any]:
    near = st.integers(-1_000, 1_000).map(lambda seconds: NOW + timedelta(seconds=seconds))
    return st.one_of(st.none(), near, st.sampled_from(TIMES), st.sampled_from(TIMES), _texts())


def _texts() -> st.SearchStrategy[str]:
    return st.sampled_from(TEXTS) | st.text(_XML, max_size=20)


def _lists(of: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(of, max_size=3)


_PRESENT_OR_NOT = st.none() | _texts()
_CONFIRMED = st.builds(replace, st.just(Confirmation()), not_on_or_after=_moments())
_CONFIRMATIONS = st.builds(
    replace,
    st.just(Confirmation()),
    recipient=st.just(Confirmation().recipient) | _PRESENT_OR_NOT,
    not_on_or_after=_moments(),
    not_before=st.none() | _moments(),
    in_response_to=_PRESENT_OR_NOT,
)
NUMBERS_AND_TIMES: Final[Mapping[str, st.SearchStrategy[Any]]] = {
    **dict.fromkeys(
        ("response_issued", "assertion_issued", "not_before", "not_on_or_after",
         "authn_instant", "session_not_on_or_after"),
        _moments(),
    ),
    "confirmations": _CONFIRMED.map(lambda each: (each,)),
    "more_conditions_xml": (st.sampled_from(NUMBERS) | _texts()).map(
        lambda text: f"<saml:ProxyRestriction Count={quoteattr(text)}/>"
    ),
}  # fmt: skip
"""Fields of a recipe, and odd values for them."""
TEXTS_AND_LISTS: Final[Mapping[str, st.SearchStrategy[Any]]] = {
    **dict.fromkeys(
        ("response_id", "response_version", "destination", "response_in_response_to",
         "response_issuer", "response_issuer_format", "status_message", "assertion_id",
         "assertion_version", "assertion_issuer", "assertion_issuer_format", "name_id",
         "name_id_format", "name_qualifier", "sp_name_qualifier", "session_index",
         "authn_context"),
        _PRESENT_OR_NOT,
    ),
    "status": _lists(_texts()),
    "audiences": _lists(_lists(_texts())),
    "confirmations": _lists(_CONFIRMATIONS),
    "attributes": st.dictionaries(_texts(), _lists(_texts()), max_size=3),
}  # fmt: skip


@st.composite
def unsigned_responses(draw: st.DrawFn, odd: Mapping[str, st.SearchStrategy[Any]]) -> bytes:
    """A response with one or two odd fields, not signed."""
    names = draw(st.lists(st.sampled_from(sorted(odd)), min_size=1, max_size=2, unique=True))
    return genuine.unsigned(replace(Recipe(), **{name: draw(odd[name]) for name in names}))


@st.composite
def fields(draw: st.DrawFn) -> bytes:
    """A form field, as UTF-8: a message encoded and wrapped somehow, damaged, or any text."""
    message = draw(
        st.sampled_from((b"<a/>", b"\xef\xbb\xbf<a/>", b"{}", b"")) | st.binary(max_size=60)
    )
    encode = draw(st.sampled_from((base64.b64encode, base64.encodebytes, base64.urlsafe_b64encode)))
    whole = draw(st.sampled_from((encode(message), *map(str.encode, genuine.fields().values()))))
    damaged_field = change_field(draw(_CHANCE), whole)
    return draw(st.sampled_from((whole, damaged_field, draw(st.text(max_size=60)).encode())))


@st.composite
def queries(draw: st.DrawFn) -> bytes:
    """A query string: genuine parameters shuffled, repeated, renamed, emptied; then damaged."""
    pairs = sorted({pair for query in genuine.queries().values() for pair in query.split("&")})
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=6)) + draw(
        st.sampled_from([query.split("&") for query in genuine.queries().values()])
    )
    # The whole of one query stands last, so that it shrinks to that.
    query = "&".join(draw(st.permutations(chosen)) if draw(st.booleans()) else chosen).encode()
    return change_field(draw(_CHANCE), query) if draw(st.booleans()) else query
