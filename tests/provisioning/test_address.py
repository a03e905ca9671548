"""The strict address grammar, and domains as whole words."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_gateway.provisioning import address
from sso_gateway.refusal import Reason, Refusal

DOMAINS = frozenset({"acme.test", "xn--bcher-kva.example"})


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("ada@acme.test", "ada@acme.test"),
        ("Ada.Lovelace@ACME.Test", "ada.lovelace@acme.test"),
        ("ada+sso@acme.test", "ada+sso@acme.test"),
        ("0123456789@acme.test", "0123456789@acme.test"),
        ("o'neil@acme.test", "o'neil@acme.test"),
        ("!#$%&'*+-/=?^_`{|}~@acme.test", "!#$%&'*+-/=?^_`{|}~@acme.test"),
        ("a@b.c-d.e2.test", "a@b.c-d.e2.test"),
        ("\r\n\t  ada@acme.test \n", "ada@acme.test"),
        ("ada@XN--BCHER-KVA.example", "ada@xn--bcher-kva.example"),
        ("a" * 64 + "@acme.test", "a" * 64 + "@acme.test"),
        ("a@" + "b" * 63 + ".test", "a@" + "b" * 63 + ".test"),
    ],
)
def test_an_address_is_read_in_lower_case(sent: str, read: str) -> None:
    assert address.parse(sent) == read


@pytest.mark.parametrize("sent", ["", " ", "\r\n\t"])
def test_nothing_is_empty_and_not_invalid(sent: str) -> None:
    with pytest.raises(Refusal) as refused:
        address.parse(sent)
    assert refused.value.reason is Reason.ATTRIBUTE_EMPTY


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("ada", "no @"),
        ("ada@evil.test@acme.test", "more than one @"),
        ("@acme.test", "dot-atom"),
        ('"ada"@acme.test', "dot-atom"),
        (".ada@acme.test", "dot-atom"),
        ("ada.@acme.test", "dot-atom"),
        ("a..b@acme.test", "dot-atom"),
        ("ada(comment)@acme.test", "dot-atom"),
        ("Ada<ada@acme.test>", "dot-atom"),
        ("ada,eve@acme.test", "dot-atom"),
        ("ada;eve@acme.test", "dot-atom"),
        ("ada:eve@acme.test", "dot-atom"),
        ("mailto:ada@acme.test", "dot-atom"),
        ("eve\\ada@acme.test", "dot-atom"),
        ("ada@", "domain name"),
        ("ada@acme", "domain name"),
        ("ada@acme.test.", "domain name"),
        ("ada@.acme.test", "domain name"),
        ("ada@acme..test", "domain name"),
        ("ada@-acme.test", "domain name"),
        ("ada@acme-.test", "domain name"),
        ("ada@ac_me.test", "domain name"),
        ("ada@[192.0.2.1]", "domain name"),
        ("ada@192.0.2.1", "domain name"),
        ("ada@acme.test>", "domain name"),
        ("ada@acme.test(x)", "domain name"),
        ("ada@" + "b" * 64 + ".test", "domain name"),
        ("a" * 65 + "@acme.test", "65 characters before the @"),
        ("a@" + ".".join(["b" * 60] * 5), "at most 254"),
        ("ada @acme.test", "U+0020 SPACE at position 4"),
        ("ada@acme.test, eve@acme.test", "U+0020 SPACE"),
        ("ada\n@acme.test", "U+000A"),
        ("ada@acme.test\r\nBcc: eve@evil.test", "U+000D"),
        ("ada\x00@acme.test", "U+0000 control character at position 4"),
        ("ada@acme.test\x00", "U+0000"),
        ("ada@acme.test\x0b", "U+000B"),
        ("ada@acme.test\x0c", "U+000C"),
        ("ada@acme.test\x1f", "U+001F"),
        ("ada@acme.test\x7f", "U+007F"),
        ("ada@acme.test\x85", "U+0085"),
        ("ada@acme.test\u00a0", "U+00A0 NO-BREAK SPACE"),
        ("\u00a0ada@acme.test", "U+00A0 NO-BREAK SPACE at position 1"),
        ("ada@acme.test\u2003", "U+2003 EM SPACE"),
        ("ada@acme.test\u2028", "U+2028 LINE SEPARATOR"),
        ("ada@acme.test\u3000", "U+3000 IDEOGRAPHIC SPACE"),
        ("ada\u200b@acme.test", "U+200B ZERO WIDTH SPACE"),
        ("ada@ac\u200dme.test", "U+200D ZERO WIDTH JOINER"),
        ("ada@acme.test\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("\u202eada@acme.test", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\u0430da@acme.test", "U+0430 CYRILLIC SMALL LETTER A"),
        ("ad\u0131@acme.test", "U+0131 LATIN SMALL LETTER DOTLESS I"),
        ("\u212aarl@acme.test", "U+212A KELVIN SIGN"),
        ("\u017fam@acme.test", "U+017F LATIN SMALL LETTER LONG S"),
        ("\uff41da@acme.test", "U+FF41 FULLWIDTH LATIN SMALL LETTER A"),
        ("ada\uff20acme.test", "U+FF20 FULLWIDTH COMMERCIAL AT"),
        ("ada@acme\u3002test", "U+3002 IDEOGRAPHIC FULL STOP"),
        ("zo\u00eb@acme.test", "U+00EB LATIN SMALL LETTER E WITH DIAERESIS at position 3"),
    ],
)
def test_what_could_be_read_differently_elsewhere_is_refused(sent: str, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        address.parse(sent)
    assert refused.value.reason is Reason.ATTRIBUTE_INVALID
    assert said in refused.value.detail


def test_a_refusal_tells_the_domain_and_never_the_person() -> None:
    with pytest.raises(Refusal) as refused:
        address.parse("ada(lovelace)@acme.test")
    assert refused.value.received == "…@acme.test"
    assert "lovelace" not in str(refused.value) + repr(refused.value.values)


@pytest.mark.parametrize("sent", ["ada@b\u00fccher.example", "ada@stra\u00dfe.test"])
def test_a_domain_in_unicode_is_refused_with_the_word_that_helps(sent: str) -> None:
    with pytest.raises(Refusal) as refused:
        address.accept(sent, domains=DOMAINS)
    assert refused.value.reason is Reason.ATTRIBUTE_INVALID
    assert "A-label" in refused.value.detail


def test_a_domain_as_a_label_is_accepted_when_it_is_the_partners() -> None:
    sent = "ada@xn--bcher-kva.example"
    assert address.accept(sent, domains=DOMAINS) == sent


@pytest.mark.parametrize(
    "domain",
    [
        "evil.test",
        "mail.acme.test",
        "notacme.test",
        "acme.test.evil.test",
        "acme.testing",
        "acme",
        "test",
    ],
)
def test_a_domain_is_the_partners_only_when_it_is_equal(domain: str) -> None:
    with pytest.raises(Refusal) as refused:
        address.accept(f"ada@{domain}", domains=DOMAINS | {"x.test"})
    assert refused.value.reason in {Reason.EMAIL_DOMAIN, Reason.ATTRIBUTE_INVALID}


def test_a_partner_without_domains_may_assert_nobody() -> None:
    with pytest.raises(Refusal) as refused:
        address.accept("ada@acme.test", domains=frozenset())
    assert refused.value.reason is Reason.EMAIL_DOMAIN
    assert refused.value.received == "acme.test"


@pytest.mark.parametrize("stored", ["ada@acme.test", "ADA@Acme.Test"])
def test_ascii_case_makes_no_difference_between_stored_addresses(stored: str) -> None:
    assert address.same("ada@acme.test", stored)


@pytest.mark.parametrize(
    ("email", "stored"),
    [
        ("ini@acme.test", "\u0131n\u0131@acme.test"),
        ("sam@acme.test", "\u017fam@acme.test"),
        ("karl@acme.test", "\u212aarl@acme.test"),
        ("ada@acme.test", "ada@acme.test "),
        ("ada@acme.test", ""),
    ],
)
def test_what_a_database_may_fold_together_is_not_the_same(email: str, stored: str) -> None:
    assert not address.same(email, stored)


_LIKELY = st.text(
    alphabet=st.one_of(
        st.sampled_from(string.ascii_letters + string.digits + '@@@...-+_ \t\n"(),:;<>[]\\#\x00'),
        st.sampled_from("\u00a0\u200b\u202e\u0131\u017f\u212a\uff20\u3002\ufeff"),
        st.characters(),
    ),
    max_size=40,
)
_NEAR = st.builds(
    "{}{}@{}{}".format,
    _LIKELY,
    st.sampled_from(["ada", "A.B", ""]),
    st.sampled_from(
        ["acme.test", "ACME.test", "acme.test.", "x.acme.test", "xn--bcher-kva.example"]
    ),
    st.one_of(st.just(""), _LIKELY),
)


@given(st.one_of(_LIKELY, _NEAR))
def test_whatever_is_accepted_is_one_plain_address_of_the_partner(sent: str) -> None:
    try:
        read = address.accept(sent, domains=DOMAINS)
    except Refusal as refused:
        assert refused.reason in {
            Reason.ATTRIBUTE_EMPTY,
            Reason.ATTRIBUTE_INVALID,
            Reason.EMAIL_DOMAIN,
        }
        return
    local_part, at, domain = read.partition("@")
    assert read.isascii()
    assert read.isprintable()
    assert read == read.lower()
    assert at
    assert local_part
    assert " " not in read
    assert domain in DOMAINS
    assert len(read) <= 254
    assert read == sent.strip(" \t\r\n").lower()
    assert address.accept(read, domains=DOMAINS) == read
