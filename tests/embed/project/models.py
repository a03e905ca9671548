"""People, known by their e-mail address: no username, no first name, no last login."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models


class People(BaseUserManager["Person"]):
    """Creates people."""

    def create_user(self, mail: str, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(mail=mail, **fields)
        person.set_password(password)
        person.save()
        return person

    def create_superuser(self, mail: str, password: str, **fields: Any) -> "Person":
        return self.create_user(mail, password, is_staff=True, is_superuser=True, **fields)


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody with a desk."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    mail = models.EmailField(unique=True)
    display_name = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    last_login = None

    USERNAME_FIELD = "mail"
    EMAIL_FIELD = "mail"

    objects: ClassVar[People] = People()

    class Meta:
        app_label = "project"
