"""The two questions of a load balancer."""

import pytest
from django.db import DatabaseError
from django.test import Client


def refuse(*arguments: object) -> None:
    raise DatabaseError("gone")


def test_a_process_that_answers_is_healthy_without_its_database(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_a_process_is_ready_with_its_database(client: Client) -> None:
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_a_process_is_not_ready_without_its_database(client: Client) -> None:
    from django.db import connection

    with connection.execute_wrapper(refuse):
        answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"database\n")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_answers_are_not_kept_and_change_nothing(client: Client, path: str) -> None:
    assert "no-store" in client.get(path).headers["Cache-Control"]
    assert client.post(path).status_code == 405
