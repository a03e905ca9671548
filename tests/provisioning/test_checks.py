"""Whether a project's user model can hold a partner's user."""

from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Group, User
from django.db import models
from django.test.utils import isolate_apps

from sso_gateway.provisioning import checks


def found(monkeypatch: pytest.MonkeyPatch, model: type[AbstractBaseUser]) -> list[Any]:
    for room in ("checks", "accounts"):
        monkeypatch.setattr(f"sso_gateway.provisioning.{room}.get_user_model", lambda: model)
    return checks.user_model(None)


def test_djangos_own_user_will_do() -> None:
    assert checks.user_model(None) == []


@isolate_apps("tests.provisioning")
def test_a_model_without_an_address_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Nameless(AbstractBaseUser):
        badge = models.CharField(max_length=20, unique=True)
        USERNAME_FIELD = "badge"

        class Meta:
            app_label = "provisioning"

    [error] = found(monkeypatch, Nameless)
    assert (error.id, "EMAIL_FIELD" in error.hint) == ("sso_gateway.E301", True)


@isolate_apps("tests.provisioning")
def test_fields_that_a_new_account_would_lack_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Demanding(AbstractBaseUser):
        email = models.EmailField(unique=True)
        USERNAME_FIELD = "email"
        team = models.ForeignKey(Group, models.CASCADE)
        born = models.DateField()
        badge = models.CharField(max_length=20, unique=True)
        nickname = models.CharField(max_length=20)
        since = models.DateTimeField(auto_now_add=True)
        level = models.IntegerField(default=0)
        score = models.IntegerField(db_default=0)
        left = models.DateField(null=True)

        class Meta:
            app_label = "provisioning"

    [warning] = found(monkeypatch, Demanding)
    assert (warning.id, warning.is_serious()) == ("sso_gateway.W301", False)
    assert warning.msg.endswith("no value for team, born, badge.")


@isolate_apps("tests.provisioning")
def test_a_model_that_extends_another_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    class Colleague(User):
        floor = models.IntegerField(default=0)

        class Meta:
            app_label = "provisioning"

    assert found(monkeypatch, Colleague) == []
