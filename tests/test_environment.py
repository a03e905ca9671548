"""Reading the environment: what is taken, what wins, what is refused."""

from ipaddress import ip_network
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from sso_gateway.environment import Environment, read_env_file


@pytest.mark.parametrize(
    ("value", "flag"), [("1", True), ("on", True), ("Yes", True), ("0", False), ("", False)]
)
def test_a_flag_is_on_or_off(value: str, flag: bool) -> None:
    assert Environment({"SSO_DEMO": value}).flag("SSO_DEMO") is flag


def test_a_flag_is_not_guessed() -> None:
    with pytest.raises(ImproperlyConfigured, match="SSO_DEMO must be 1 or 0, not 'maybe'"):
        Environment({"SSO_DEMO": "maybe"}).flag("SSO_DEMO")


@pytest.mark.parametrize("value", ["-1", "301", "1.5", "three", "٣", "1e2"])
def test_a_number_outside_its_bounds_is_refused(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="from 0 to 300"):
        Environment({"N": value}).number("N", 180, least=0, most=300)


@pytest.mark.parametrize("value", ["0", "300"])
def test_the_bounds_of_a_number_belong_to_it(value: str) -> None:
    assert Environment({"N": value}).number("N", 180, least=0, most=300) == int(value)


def test_networks_may_be_separated_by_commas_and_spaces() -> None:
    found = Environment({"N": "10.0.0.0/8, 192.0.2.1 ::1"}).networks("N")
    assert found == (ip_network("10.0.0.0/8"), ip_network("192.0.2.1/32"), ip_network("::1/128"))


@pytest.mark.parametrize("value", ["10.0.0.1/8", "proxy.example", "10.0.0.0/33"])
def test_a_network_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^N: "):
        Environment({"N": value}).networks("N")


@pytest.mark.parametrize(
    "value",
    ["https://sso.example.com", "http://localhost:8000", "https://[2001:db8::1]:8443"],
)
def test_an_origin_is_scheme_host_and_port(value: str) -> None:
    assert Environment({"N": value}).origin("N", "") == value


def test_an_origin_loses_its_trailing_slash() -> None:
    assert (
        Environment({"N": "https://sso.example.com/"}).origin("N", "") == "https://sso.example.com"
    )


@pytest.mark.parametrize(
    "value",
    [
        "sso.example.com",
        "ftp://sso.example.com",
        "https://",
        "https://sso.example.com/app",
        "https://sso.example.com?x=1",
        "https://user@sso.example.com",
        "https://SSO.example.com",
        "https://sso.example.com:443",
        "https://sso.example.com:port",
        "https://sso.example.com:",
        "https://ssö.example.com",
        "https://[::1",
    ],
)
def test_an_origin_that_partners_could_spell_differently_is_refused(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^N\b"):
        Environment({"N": value}).origin("N", "")


def test_a_choice_is_one_of_its_words() -> None:
    assert Environment({}).choice("N", "plain", "json") == "plain"
    with pytest.raises(ImproperlyConfigured, match="plain or json, not 'xml'"):
        Environment({"N": "xml"}).choice("N", "plain", "json")


def test_a_secret_is_read_from_the_file_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n", encoding="utf-8")
    environment = Environment({"KEY_FILE": str(tmp_path / "secret")})
    assert environment.secret("KEY") == "s3cret"


def test_a_secret_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="KEY_FILE cannot be read: No such file"):
        Environment({"KEY_FILE": str(tmp_path / "absent")}).secret("KEY")


def test_an_empty_secret_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").touch()
    with pytest.raises(ImproperlyConfigured, match="KEY_FILE is empty"):
        Environment({"KEY_FILE": str(tmp_path / "secret")}).secret("KEY")


def test_a_secret_given_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("one", encoding="utf-8")
    with pytest.raises(ImproperlyConfigured, match="not both"):
        Environment({"KEY": "two", "KEY_FILE": str(tmp_path / "secret")}).secret("KEY")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("A=file\nB=file\n", encoding="utf-8")
    environment = Environment({"A": "environment"}, file)
    assert (environment.text("A"), environment.text("B")) == ("environment", "file")


def test_an_unknown_name_is_refused_with_the_nearest_one() -> None:
    environment = Environment({"SSO_CLOCK_SKEWS": "60", "OTHER": "x"})
    environment.number("SSO_CLOCK_SKEW", 180, least=0, most=300)
    with pytest.raises(ImproperlyConfigured, match=r"Did you mean SSO_CLOCK_SKEW\?"):
        environment.refuse_unknown("SSO_")


def test_an_unknown_name_in_the_file_is_refused_too(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("SSO_DEBUG=1\n", encoding="utf-8")
    with pytest.raises(ImproperlyConfigured, match="There is no setting SSO_DEBUG"):
        Environment({}, file).refuse_unknown("SSO_")


def test_names_that_were_asked_for_are_known() -> None:
    environment = Environment({"SSO_A": "x", "OTHER": "x"})
    environment.text("SSO_A")
    environment.refuse_unknown("SSO_")


def test_an_env_file_has_comments_blank_lines_quotes_and_equals_signs(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# a comment\n\nA = 'one two'\nB=\"x=y\"\nC=\nD='\n", encoding="utf-8")
    assert read_env_file(file) == {"A": "one two", "B": "x=y", "C": "", "D": "'"}


def test_an_absent_env_file_has_no_values(tmp_path: Path) -> None:
    assert read_env_file(tmp_path / ".env") == {}


@pytest.mark.parametrize("line", ["export A=1", "A", "=1", "A B=1"])
def test_a_line_that_is_no_setting_is_refused_by_its_number(tmp_path: Path, line: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f"A=1\n{line}\n", encoding="utf-8")
    with pytest.raises(ImproperlyConfigured, match=r"\.env, line 2: expected NAME=value"):
        read_env_file(file)
