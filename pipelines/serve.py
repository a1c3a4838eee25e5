"""Start the app: Streamlit as a child process, on an address that may be used, on a port that is free."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import webbrowser
from collections.abc import Callable
from pathlib import Path

from pipelines.errors import PipelineError
from pipelines.settings import SETTINGS_FILE, Settings
from pipelines.sign_in import require_complete, secrets_file

APP = Path(__file__).resolve().parent.parent / "dashboard" / "app.py"
WAIT_SECONDS = 60
OWN_NAMES = ("localhost", "127.0.0.1", "[::1]")


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach `address`."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def port_holder(port: int) -> str:
    """Who listens on a port: program and process number as far as the system tells, else an empty text."""
    import psutil

    try:
        for link in psutil.net_connections("tcp"):
            if link.status == psutil.CONN_LISTEN and link.laddr and link.laddr.port == port and link.pid:
                return f"{psutil.Process(link.pid).name()} (PID {link.pid})"
    except psutil.Error:
        return ""
    return ""


def require_free_port(address: str, port: int) -> None:
    """Say who holds the port when it is taken.

    Raises:
        PipelineError: `port_busy`, `port_invalid`, or `address_unusable` when this machine has no such address.
    """
    if not 1 <= port <= 65535:
        raise PipelineError("port_invalid", where="--port", port=port)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name != "nt":  # there, the option would let two servers share a port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except socket.gaierror:
            raise PipelineError("address_unknown", where=address) from None
        except OSError as fault:
            holder = port_holder(port)
            if holder or fault.errno in (98, 48, 10048, 10013, 13):
                raise PipelineError("port_busy", where=f"{address}:{port}", port=port, holder=holder or "?") from None
            raise PipelineError("address_unusable", where=address, reason=fault.strerror or str(fault)) from None


def own_app(address: str, port: int) -> str:
    """Address of the app when it is Anlan that answers at a port already; an empty text when nobody or another does."""
    shown = "127.0.0.1" if address in ("0.0.0.0", "::") else address
    url = f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
    holder = _listener(port)
    if holder is None or str(APP) not in holder:
        return ""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}/_stcore/health", timeout=2):
            return url
    except OSError:
        return ""


def _listener(port: int) -> list[str] | None:
    """The command line of the process that listens on a port, as far as the system tells."""
    import psutil

    try:
        for link in psutil.net_connections("tcp"):
            if link.status == psutil.CONN_LISTEN and link.laddr and link.laddr.port == port and link.pid:
                return psutil.Process(link.pid).cmdline()
    except psutil.Error:
        return None
    return None


def office_shown(port: int) -> Path | None:
    """The office whose data are shown at a port, as far as the system tells of the environment of the app there."""
    import psutil

    try:
        for link in psutil.net_connections("tcp"):
            if link.status == psutil.CONN_LISTEN and link.laddr and link.laddr.port == port and link.pid:
                said = psutil.Process(link.pid).environ().get("ANLAN_ROOT")
                return Path(said) if said else None
    except psutil.Error:
        return None
    return None


def require_permitted_address(address: str, without_sign_in: bool, has_sign_in: bool = False) -> None:
    """Refuse to show an office's records to a whole network by mistake.

    Raises:
        PipelineError: `open_address` when others could reach the address, nobody signs in, and nobody said that this is
            meant; `address_unknown` for a name that stands for no address.
    """
    try:
        socket.getaddrinfo(address, None)
    except (socket.gaierror, UnicodeError):
        raise PipelineError("address_unknown", where=address) from None
    if not is_loopback(address) and not without_sign_in and not has_sign_in:
        raise PipelineError("open_address", where=address, address=address)


def serve(
    settings: Settings,
    *,
    address: str,
    port: int,
    without_sign_in: bool = False,
    open_browser: bool = False,
    tell: Callable[[str], None] = lambda url: None,
) -> int:
    """Run the app until it is stopped, and return its exit code.

    Args:
        settings: The office's settings; their root becomes the app's ANLAN_ROOT.
        address: Where to listen.
        port: TCP port.
        without_sign_in: Somebody said in so many words that an open address is meant.
        open_browser: Open the page in this machine's browser once it answers.
        tell: Called with the page's address as soon as it answers.
    """
    require_complete(settings, is_loopback(address))
    require_permitted_address(address, without_sign_in, has_sign_in=settings.sign_in.method == "oidc")
    require_known_regions(settings)
    require_free_port(address, port)
    end_on_request()
    child = start_app(settings, address, port)
    try:
        shown = "127.0.0.1" if address in ("0.0.0.0", "::") else address
        url = f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
        if _answers(url, child):
            tell(url)
            if open_browser:
                webbrowser.open(url)
        return child.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()


def start_app(settings: Settings, address: str, port: int) -> subprocess.Popen:
    """Start the app's process, which answers once it has loaded and drawn its pages (`dashboard.start`)."""
    command = [sys.executable, "-m", "dashboard.start", "run", str(APP), "--server.address", address]
    command += ["--server.port", str(port), "--server.headless", "true", "--logger.level", "warning"]
    command += streamlit_options(settings, address)
    environment = {**os.environ, "ANLAN_ROOT": str(settings.root), "PYTHONUTF8": "1"}
    return subprocess.Popen(command, env=environment, cwd=APP.parent.parent, stdout=subprocess.DEVNULL)


def end_on_request() -> None:
    """Let a service manager's request to end take the app with it; else the app would stay behind on its port."""

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, end)


def streamlit_options(settings: Settings, address: str) -> list[str]:
    """What Streamlit must be told because of how people sign in.

    Where nobody signs in, only this machine's own names are answered: else a page of another site could lead its own
    name to this machine and read the records through the browser of whoever opens it (DNS rebinding).
    """
    if settings.sign_in.method == "oidc":
        return ["--secrets.files", str(secrets_file(settings))]
    if settings.sign_in.method == "none" and is_loopback(address):
        return [word for host in dict.fromkeys((*OWN_NAMES, address)) for word in ("--server.allowedHosts", host)]
    return []


def require_known_regions(settings: Settings) -> None:
    """Refuse a role for a region that is not in the code list: whoever has it would see nothing and not know why.

    Raises:
        PipelineError: `role_region_unknown`, with every such role.
    """
    from pipelines.sources.codes import read_codes

    codes = {code for role in settings.roles.values() for code in role.regions} - {"*"}
    if not codes:
        return
    known = read_codes(settings.path("codes")).regions.codes
    rows = [
        f"[roles.{name}] {code}"
        for name, role in sorted(settings.roles.items())
        for code in role.regions
        if code != "*" and code not in known
    ]
    if rows:
        raise PipelineError("role_region_unknown", where=SETTINGS_FILE, rows=rows, n=len(rows))


def _answers(url: str, child: subprocess.Popen) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never ask an office's proxy for loopback
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline and child.poll() is None:
        try:
            with opener.open(f"{url}/_stcore/health", timeout=2):
                return True
        except OSError:
            time.sleep(0.2)
    return False


def has_desktop() -> bool:
    """Whether somebody sits in front of this machine who would see a browser open."""
    if os.environ.get("CI") or not sys.stdout.isatty():
        return False
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
