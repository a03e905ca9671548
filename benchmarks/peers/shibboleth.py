"""Shibboleth SP as Debian packages it (libapache2-mod-shib), configured into a folder of ours.

Its defaults are kept: signatures checked, replay cache and sessions in memory, a text log. There
is no database of users behind it.
"""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks import messages, servers
from benchmarks.messages import BASE

MODULES: Final = Path("/usr/lib/apache2/modules")
APACHE: Final = Path("/usr/sbin/apache2")
SHIBD: Final = Path("/usr/sbin/shibd")
CONFIGURATION: Final = Path("/etc/shibboleth")

ENTITY_ID: Final = f"{BASE}/shibboleth"
PATH: Final = "/Shibboleth.sso/SAML2/POST"

_SP = """\
<SPConfig xmlns="urn:mace:shibboleth:3.0:native:sp:config" clockSkew="180">
  <OutOfProcess logger="{folder}/shibd.logger" tranLogFormat="%u|%s"/>
  <InProcess logger="{folder}/native.logger"/>
  <UnixListener address="{folder}/shibd.sock"/>
  <StorageService type="Memory" id="mem" cleanupInterval="900"/>
  <SessionCache type="StorageService" StorageService="mem" cacheTimeout="3600"
    inprocTimeout="900" cleanupInterval="900"/>
  <ReplayCache StorageService="mem"/>
  <ApplicationDefaults entityID="{entity_id}" REMOTE_USER="mail" homeURL="{base}/">
    <Sessions lifetime="28800" timeout="3600" relayState="ss:mem" checkAddress="false"
      consistentAddress="true" handlerSSL="true" cookieProps="https" handlerURL="/Shibboleth.sso">
      <md:AssertionConsumerService xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
        Location="/SAML2/POST" index="1"
        Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"/>
    </Sessions>
    <Errors supportContact="root@localhost"/>
    <MetadataProvider type="XML" validate="true" path="{folder}/idp.xml"/>
    <AttributeExtractor type="XML" validate="true" path="{etc}/attribute-map.xml"/>
    <AttributeFilter type="XML" validate="true" path="{etc}/attribute-policy.xml"/>
    <CredentialResolver type="File" key="{folder}/sp.key" certificate="{folder}/sp.crt"/>
  </ApplicationDefaults>
  <SecurityPolicyProvider type="XML" validate="true" path="{etc}/security-policy.xml"/>
  <ProtocolProvider type="XML" validate="true" path="{etc}/protocols.xml"/>
</SPConfig>
"""
_SHIBD_LOGGER = """\
log4j.rootCategory=WARN, out
log4j.category.Shibboleth-TRANSACTION=INFO, transactions
log4j.additivity.Shibboleth-TRANSACTION=false
log4j.appender.out=org.apache.log4j.FileAppender
log4j.appender.out.fileName={folder}/shibd.log
log4j.appender.out.layout=org.apache.log4j.BasicLayout
log4j.appender.transactions=org.apache.log4j.FileAppender
log4j.appender.transactions.fileName={folder}/transactions.log
log4j.appender.transactions.layout=org.apache.log4j.BasicLayout
"""
_NATIVE_LOGGER = """\
log4j.rootCategory=WARN, out
log4j.appender.out=org.apache.log4j.FileAppender
log4j.appender.out.fileName={folder}/native.log
log4j.appender.out.layout=org.apache.log4j.BasicLayout
"""
_APACHE = """\
ServerRoot {folder}
PidFile {folder}/apache.pid
DefaultRuntimeDir {folder}
Listen 127.0.0.1:{port}
ServerName {base}:443
UseCanonicalName On
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authn_core_module {modules}/mod_authn_core.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule authz_user_module {modules}/mod_authz_user.so
LoadModule mod_shib {modules}/mod_shib.so
{identity}
StartServers {workers}
ServerLimit {workers}
ThreadsPerChild 25
MaxRequestWorkers 50
MaxKeepAliveRequests 0
ErrorLog {folder}/apache.log
LogLevel warn
ShibConfig {folder}/shibboleth2.xml
ShibURLScheme https
<Location />
  AuthType shibboleth
  ShibRequestSetting requireSession false
  Require shibboleth
</Location>
"""


def absent() -> str | None:
    """Why it cannot run here, or None."""
    needed = (APACHE, SHIBD, MODULES / "mod_shib.so", CONFIGURATION / "attribute-map.xml")
    missing = [str(path) for path in needed if not path.exists()]
    return f"libapache2-mod-shib is not installed ({missing[0]})" if missing else None


@contextmanager
def serving(folder: Path, port: int) -> Iterator[list[int]]:
    """The process numbers of apache2 and shibd, both ready."""
    folder.chmod(0o755)  # apache's workers are another user
    _write(folder, port)
    shibd = [str(SHIBD), "-F", "-f", "-c", str(folder / "shibboleth2.xml")]
    shibd += ["-p", str(folder / "shibd.pid"), "-w", "30"]
    apache = [str(APACHE), "-DFOREGROUND", "-f", str(folder / "apache.conf")]
    with (
        servers.running(
            shibd, environment={}, awaits=folder / "shibd.sock", log=folder / "shibd.out"
        ) as daemon,
        servers.running(apache, environment={}, awaits=port, log=folder / "apache.out") as front,
    ):
        (folder / "shibd.sock").chmod(0o777)
        yield [daemon, front]


def counted(folder: Path) -> dict[str, int]:
    """Sessions by the transaction log."""
    lines = (folder / "transactions.log").read_text(encoding="utf-8").splitlines()
    return {"transactions": len(lines)}


def _write(folder: Path, port: int) -> None:
    root = os.geteuid() == 0
    values = {
        "folder": folder,
        "port": port,
        "base": BASE,
        "entity_id": ENTITY_ID,
        "etc": CONFIGURATION,
        "modules": MODULES,
        "workers": servers.WORKERS,
        "identity": "User www-data\nGroup www-data" if root else "",
    }
    (folder / "idp.xml").write_text(messages.metadata(), encoding="utf-8")
    for name, template in (
        ("shibboleth2.xml", _SP),
        ("shibd.logger", _SHIBD_LOGGER),
        ("native.logger", _NATIVE_LOGGER),
        ("apache.conf", _APACHE),
    ):
        (folder / name).write_text(template.format(**values), encoding="utf-8")
    (folder / "native.log").touch()
    if root:
        os.chown(folder / "native.log", pwd.getpwnam("www-data").pw_uid, -1)
