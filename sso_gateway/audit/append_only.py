"""The triggers that make the database itself refuse to change or remove an event.

They stop an accident and an injected statement; whoever may drop triggers can still do so, which is
what sealing the log is for. A later migration that alters ``Event`` on SQLite rebuilds the table
and loses its triggers: it must end with ``RunPython(install, remove)`` again, and the tests fail
where it does not.

Removal through ``models.Pruning`` is allowed. On PostgreSQL, TRUNCATE is refused as well while
there are events; on SQLite ``INSERT OR REPLACE`` would remove a row without a DELETE trigger, so an
insert over an existing key is refused before it happens.
"""

from typing import Any

from django.db import NotSupportedError
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_SQLITE = {
    "sso_audit_no_update": """
        CREATE TRIGGER sso_audit_no_update BEFORE UPDATE ON sso_audit_event
        BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END""",
    "sso_audit_no_delete": """
        CREATE TRIGGER sso_audit_no_delete BEFORE DELETE ON sso_audit_event
        WHEN NOT EXISTS (SELECT 1 FROM sso_audit_pruning WHERE OLD.time < before)
        BEGIN SELECT RAISE(ABORT, 'audit events are never deleted one by one'); END""",
    "sso_audit_no_replace": """
        CREATE TRIGGER sso_audit_no_replace BEFORE INSERT ON sso_audit_event
        WHEN EXISTS (SELECT 1 FROM sso_audit_event WHERE id = NEW.id)
          OR EXISTS (SELECT 1 FROM sso_audit_event WHERE reference = NEW.reference)
        BEGIN SELECT RAISE(ABORT, 'audit events are never replaced'); END""",
}

_POSTGRESQL = """
    CREATE OR REPLACE FUNCTION sso_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $refuse$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF EXISTS (SELECT 1 FROM sso_audit_pruning WHERE OLD.time < before) THEN
                RETURN OLD;
            END IF;
        ELSIF TG_OP = 'TRUNCATE' THEN
            IF NOT EXISTS (SELECT 1 FROM sso_audit_event) THEN
                RETURN NULL;
            END IF;
        END IF;
        RAISE EXCEPTION 'audit events are never changed or deleted one by one'
            USING ERRCODE = 'restrict_violation';
    END $refuse$;
    CREATE OR REPLACE TRIGGER sso_audit_no_change BEFORE UPDATE OR DELETE ON sso_audit_event
        FOR EACH ROW EXECUTE FUNCTION sso_audit_refuse();
    CREATE OR REPLACE TRIGGER sso_audit_no_truncate BEFORE TRUNCATE ON sso_audit_event
        FOR EACH STATEMENT EXECUTE FUNCTION sso_audit_refuse();
    """


def install(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Put the triggers in place, whether or not they are there.

    Raises NotSupportedError for a database that has none of ours: a log that can be changed must
    not look like one that cannot.
    """
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(_POSTGRESQL, params=None)
    elif vendor == "sqlite":
        for name, statement in _SQLITE.items():
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}", params=None)
            schema_editor.execute(statement, params=None)
    else:
        raise NotSupportedError(f"the audit log needs PostgreSQL or SQLite, not {vendor}")


def remove(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away: only the reverse of a migration does this."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION sso_audit_refuse() CASCADE", params=None)
    else:
        for name in _SQLITE:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}", params=None)
