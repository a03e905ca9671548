"""From here on the database refuses to change or remove an event."""

from django.db import migrations

from sso_gateway.audit.append_only import install, remove


class Migration(migrations.Migration):
    """The triggers."""

    dependencies = (("sso_audit", "0001_event"),)
    operations = (migrations.RunPython(install, remove),)
