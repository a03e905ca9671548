"""The server's configuration: ``gunicorn -c python:sso_gateway.gunicorn sso_gateway.wsgi``."""

import gc
import os
import sys
from typing import Any

from sso_gateway.settings import PORT, SSO_BASE_URL, SSO_DEMO

bind = os.environ.get("BIND", f"127.0.0.1:{PORT}")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))

# Browsers open connections ahead of need and leave them idle; without threads a worker would wait
# on one of those.
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))

# Loaded once and shared by the workers: less memory, and a mistake in the settings stops the start.
preload_app = True

timeout = 30  # seconds
keepalive = 5  # seconds
loglevel = "warning"
accesslog = None
control_socket_disable = True


def when_ready(server: Any) -> None:
    """Says what to open, once there is somebody to open it; the workers are forked after this."""
    # What is loaded by now stays: no collection looks at it again, so the workers go on sharing it.
    gc.collect()
    gc.freeze()
    pages = {f"{SSO_BASE_URL}/": "the gateway", f"{SSO_BASE_URL}/admin/": "for staff"}
    if SSO_DEMO:
        pages = {f"http://127.0.0.1:{PORT}/demo/": "the demo partner's portal", **pages}
    lines = (f"  {address:<33} {what}\n" for address, what in pages.items())
    sys.stderr.write(f"\nOpen\n{''.join(lines)}\n")
