"""Every setting of the stand-alone gateway, from the environment: docs/reference/settings.md.

A value that could weaken a check does not exist here; there is no DEBUG to turn on.
"""

from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from sso_gateway.defaults import APP_NAME, CLOCK_SKEW, LOGO_SIZE, MAX_MESSAGE_BYTES, METADATA_DIR
from sso_gateway.environment import process_environment

BASE_DIR = Path(__file__).resolve().parent.parent
env = process_environment(BASE_DIR)

# --- The gateway ---

PORT = env.number("PORT", 8000, least=1, most=65535)
SSO_BASE_URL = env.origin("SSO_BASE_URL", f"http://localhost:{PORT}")
SSO_DEMO = env.flag("SSO_DEMO")
SSO_CERTS_DIR = env.path("SSO_CERTS_DIR", BASE_DIR / "certs")
SSO_METADATA_DIR = env.path("SSO_METADATA_DIR", BASE_DIR / METADATA_DIR)
SSO_CLOCK_SKEW = env.number("SSO_CLOCK_SKEW", **CLOCK_SKEW)
SSO_MAX_MESSAGE_BYTES = env.number("SSO_MAX_MESSAGE_BYTES", **MAX_MESSAGE_BYTES)
SSO_TRUSTED_PROXIES = env.networks("SSO_TRUSTED_PROXIES")
SSO_APP_NAME = env.text("SSO_APP_NAME", APP_NAME)
SSO_SUPPORT_CONTACT = env.text("SSO_SUPPORT_CONTACT")
SSO_LOGO_URL = env.https("SSO_LOGO_URL")
SSO_LOGO_SIZE = env.size("SSO_LOGO_SIZE", LOGO_SIZE)
SSO_INFORMATION_URL = env.https("SSO_INFORMATION_URL")
SSO_PRIVACY_URL = env.https("SSO_PRIVACY_URL")

HTTPS = SSO_BASE_URL.startswith("https://")
if SSO_DEMO and HTTPS:
    raise ImproperlyConfigured(
        "SSO_DEMO brings an identity provider that signs in anybody; "
        "it does not run under an https SSO_BASE_URL."
    )
if not SSO_DEMO and not HTTPS:
    raise ImproperlyConfigured(
        f"SSO_BASE_URL must begin with https://, not {SSO_BASE_URL!r}. "
        "(Only SSO_DEMO=1 does without.)"
    )

# --- Django ---

SECRET_KEY = env.secret("SECRET_KEY")
if len(SECRET_KEY) < 32:
    raise ImproperlyConfigured(
        "SECRET_KEY is absent or shorter than 32 characters. "
        "`python -m sso_gateway.bootstrap` writes a good one into .env."
    )
SECRET_KEY_FALLBACKS = env.secret("SECRET_KEY_FALLBACKS").split()
DEBUG = False
ROOT_URLCONF = "sso_gateway.urls"
WSGI_APPLICATION = "sso_gateway.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
    "sso_gateway",
    "sso_gateway.audit",
    "sso_gateway.partners",
    "sso_gateway.provisioning",
    "sso_gateway.signon",
    *(["sso_gateway.demo"] if SSO_DEMO else []),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Out here, so that answers of the middleware further in have its header too.
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sso_gateway.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sso_gateway.signon.middleware.GatewaySessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Who may sign in: partners' users through the gateway, staff with a password ---

AUTHENTICATION_BACKENDS = [
    "sso_gateway.signon.backend.GatewayBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# --- What must last ---

DATABASE_URL = env.secret("DATABASE_URL", f"sqlite:///{quote(str(BASE_DIR))}/gateway.sqlite3")
DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(DATABASE_URL, conn_max_age=600, conn_health_checks=True)
}
SQLITE_OPTIONS = {
    # A login reads before it writes. A deferred transaction would ask for the lock half-way, where
    # SQLite answers "database is locked" at once instead of waiting for its turn.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,  # seconds
    # FULL: a claimed assertion is still claimed after a power cut; it could be replayed otherwise.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"].setdefault("OPTIONS", {}).update(SQLITE_OPTIONS)

CACHE_URL = env.secret("CACHE_URL")
SHARED_CACHE = CACHE_URL.startswith(("redis://", "rediss://", "unix://"))
if CACHE_URL and not SHARED_CACHE:
    raise ImproperlyConfigured("CACHE_URL must begin with redis://, rediss:// or unix://.")
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": "sso",
        # A cache that hangs must not hang the request: the database has everything it has.
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
    if SHARED_CACHE
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# --- Cookies. The prefix makes browsers refuse them from elsewhere: Secure, path /, no Domain ---

COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_ENGINE = (
    "sso_gateway.signon.session_store" if SHARED_CACHE else "django.contrib.sessions.backends.db"
)
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sso-session"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}sso-csrf"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}sso-language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = LANGUAGE_COOKIE_PATH = "/"
# The admin's notes to whoever is signed in; else they would travel in a cookie without the prefix.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- What browsers are told ---

# Our address is configured and never read from a request; wsgi.py does the same for its scheme.
HOST = urlsplit(SSO_BASE_URL).hostname or ""
ALLOWED_HOSTS = [f"[{HOST}]" if ":" in HOST else HOST]
if SSO_DEMO:
    # The demo portal lives at 127.0.0.1, so that its POST to localhost comes from another site.
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
USE_X_FORWARDED_HOST = False
CSRF_TRUSTED_ORIGINS = [SSO_BASE_URL]
CSRF_FAILURE_VIEW = "sso_gateway.signon.views.csrf_failure"

SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # HSTS for subdomains: they are not ours to decide about.
    "security.W008",  # The redirect to https belongs to whoever ends TLS in front of us.
    "security.W021",  # Preload: as W005.
]

STATIC_URL = "/static/"
# Our few files are served from the packages they came in: there is no step that could be forgotten.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 300

# A form field carries Base64, a third longer than its message, which is measured when decoded.
DATA_UPLOAD_MAX_MEMORY_SIZE = max(2621440, 4 * SSO_MAX_MESSAGE_BYTES)

# --- Words and times ---

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "sso_gateway" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Logs: to stderr; never the contents of a message (sso_gateway/logs.py) ---

LOG_FORMAT = env.choice("SSO_LOG_FORMAT", "plain", "json")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "sso_gateway.logs.PlainFormatter"},
        "json": {"()": "sso_gateway.logs.JsonFormatter"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # Django's own handlers would mail the request to ADMINS.
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        # Whoever scans us for addresses would fill the log with them; 5xx stay.
        "django.request": {"level": "ERROR"},
        "sso_gateway": {"level": "INFO"},
        # pysaml2 writes whole messages into its log.
        "saml2": {"level": "CRITICAL"},
    },
}

env.refuse_unknown("SSO_")
