"""Bad configurations (CRS-21, AUT-25): each ends the start with 78 and a sentence that names the setting, before
anything listens, and without a secret on any stream."""

import os
import stat
from dataclasses import dataclass, field

import pytest

from harness import Usher

SECRET = "hunter2hunter2"
GOOD_KEY = "q3Jm0V9x1sYt7Rk2Zp8Lw5Nb4Hc6Df_Gu-EaMiOyTvA"
PRODUCTION = {
    "USHER_ENV": "production", "USHER_PUBLIC_URL": "https://usher.example.com",
    "USHER_SMTP_URL": f"smtp://usher:{SECRET}@relay.example.com:587", "USHER_MAIL_FROM": "invitations@example.com",
    "USHER_SERVER_KEY": GOOD_KEY,
}


@dataclass
class Bad:
    """Settings on top of good development ones; None takes one away. `names` is what the sentence must contain."""

    label: str
    env: dict
    names: list[str]
    files: dict[str, bytes] = field(default_factory=dict)
    args: tuple[str, ...] = ()


def setting(name: str, *values: str) -> list[Bad]:
    return [Bad(f"{name}={value}", {name: value}, [name]) for value in values]


def production(label: str, names: list[str], **env) -> Bad:
    return Bad(f"production: {label}", PRODUCTION | env, names)


CASES = [
    *setting(
        "USHER_LISTEN", "nonsense", "127.0.0.1", "127.0.0.1:", "127.0.0.1:8O80", "127.0.0.1:70000", "127.0.0.1:-1",
        ":8080", "http://127.0.0.1:8080"),
    *setting(
        "USHER_PUBLIC_URL", "usher.example.com", "ftp://usher.example.com", "javascript:alert(1)", "http://",
        "https://usher.example.com/path", "https://usher.example.com/?a=b", "https://usher.example.com/#a",
        "https://ush er.example.com", f"https://admin:{SECRET}@usher.example.com"),
    *setting(
        "USHER_DATABASE_URL", "nonsense", f"mysql://root:{SECRET}@db/usher", "sqlite://", "sqlite:///tmp/",
        "usher.sqlite"),
    *setting(
        "USHER_SMTP_URL", "relay", "http://relay:25", "smtp://", "smtp://relay:99999", "smtp://relay:0",
        f"smtp://usher:{SECRET}@relay:port", "smtp://relay:25?tls=maybe", "smtps://relay:465?tls=off",
        "smtp://relay:25?certificate=none", f"smtp://usher:{SECRET}@relay:25/path", f"smtp://usher:{SECRET}%0d@relay"),
    *setting(
        "USHER_MAIL_FROM", "nobody", "a@b@example.com", "invitations@", "@example.com",
        "x@example.com\r\nBcc: y@example.com", "x@example.com, y@example.com"),
    *setting(
        "USHER_ALLOWED_ORIGINS", "*", "null", "app.example.com", "https://app.example.com/path", "https://*.example.com",
        "https://app.example.com,javascript:alert(1)"),
    *setting("USHER_ENV", "prod", "staging", "test"),
    *setting("USHER_LIMITS", "maybe", "0", "false"),
    Bad("key: short", {"USHER_SERVER_KEY": SECRET}, ["key"]),
    Bad("key: placeholder", {"USHER_SERVER_KEY": "changeme" + "x" * 35}, ["key"]),
    Bad("key: one character", {"USHER_SERVER_KEY": "A" * 43}, ["key"]),
    Bad("key file: empty", {}, ["key"], {"server.key": b""}),
    Bad("key file: short", {}, ["key"], {"server.key": SECRET.encode()}),
    Bad("key file: two lines", {}, ["key"], {"server.key": f"{GOOD_KEY}\n{GOOD_KEY}\n".encode()}),
    Bad("file of a secret: not there", {"USHER_SMTP_URL_FILE": "/nonexistent/relay"}, ["USHER_SMTP_URL_FILE"]),
    Bad("usher.yaml: not there", {}, ["absent.yaml"], args=("--config", "absent.yaml")),
    Bad("usher.yaml: not YAML", {}, ["usher.yaml"], {"../usher.yaml": b"listen: [\n"}),
    Bad("usher.yaml: no settings", {}, ["usher.yaml"], {"../usher.yaml": b"- listen\n"}),
    Bad("usher.yaml: unknown", {}, ["usher.yaml", "lisen"], {"../usher.yaml": b"lisen: 127.0.0.1:8080\n"}),
    Bad("mailbox for everybody", {"USHER_LISTEN": "0.0.0.0:0"}, ["USHER_SMTP_URL"]),
    Bad("public and unprepared", {"USHER_ENV": None, "USHER_PUBLIC_URL": "https://usher.example.com"},
        ["USHER_SMTP_URL", "USHER_SERVER_KEY"]),
    production("no TLS", ["USHER_PUBLIC_URL"], USHER_PUBLIC_URL="http://usher.example.com"),
    production("limits off", ["USHER_LIMITS"], USHER_LIMITS="off"),
    production("no relay", ["USHER_SMTP_URL"], USHER_SMTP_URL=None),
    production("no sender", ["USHER_MAIL_FROM"], USHER_MAIL_FROM=None),
    production("no key", ["USHER_SERVER_KEY"], USHER_SERVER_KEY=None),
    production("placeholder key", ["key"], USHER_SERVER_KEY="changeme" + "x" * 35),
    Bad("production: everything missing is named at once", {
        "USHER_ENV": "production", "USHER_PUBLIC_URL": None, "USHER_SMTP_URL": None, "USHER_MAIL_FROM": None,
    }, ["USHER_PUBLIC_URL", "USHER_SMTP_URL", "USHER_MAIL_FROM", "USHER_SERVER_KEY"]),
    Bad("several bad ones are named at once", {"USHER_ENV": "prod", "USHER_LIMITS": "no", "USHER_MAIL_FROM": "x"},
        ["USHER_ENV", "USHER_LIMITS", "USHER_MAIL_FROM"]),
]


def test_there_are_at_least_forty() -> None:
    assert len(CASES) >= 40


def listeners(pid: int) -> list[str]:
    """Inodes of the process's sockets that listen."""
    own = set()
    for entry in os.scandir(f"/proc/{pid}/fd"):
        target = os.readlink(entry.path)
        if target.startswith("socket:["):
            own.add(target[8:-1])
    with open("/proc/net/tcp") as table:
        return [line.split()[9] for line in table if line.split()[3] == "0A" and line.split()[9] in own]


@pytest.mark.parametrize("bad", CASES, ids=lambda bad: bad.label)
def test_a_bad_configuration_ends_the_start(bad):
    with Usher("sqlite", **bad.env) as usher:
        for name, content in bad.files.items():
            file = usher.data / name
            file.write_bytes(content)
            file.chmod(0o600)
        result = usher.run("serve", *bad.args, timeout=60)
        said = result.stdout + result.stderr
        assert result.returncode == 78, said
        for name in bad.names:
            assert name in said
        assert SECRET not in said and GOOD_KEY not in said and "hunter2" not in said
        assert "serving" not in said and "Fatal" not in said
        assert 1 <= len(result.stderr.strip().splitlines()) <= 8, "sentences, not a dump"
        assert not (usher.data / "usher.sqlite").exists(), "nothing was made"


def test_a_key_file_that_others_can_read_is_refused():
    with Usher("sqlite") as usher:
        file = usher.data / "server.key"
        file.write_text(GOOD_KEY + "\n")
        file.chmod(0o644)
        result = usher.run("serve", timeout=60)
        assert result.returncode == 78
        assert f"chmod 600 {file}" in result.stderr
        assert GOOD_KEY not in result.stderr
        assert stat.S_IMODE(file.stat().st_mode) == 0o644, "it is the operator's to mend"


def test_the_settings_in_force_are_shown_without_secrets():
    relay = f"smtp://usher:{SECRET}@127.0.0.1:2525?tls=off"
    with Usher("sqlite", relay) as usher:
        shown = usher.command("config", "show", "--origin")
        assert f"USHER_LISTEN=127.0.0.1:{usher.port}" in shown and f"# USHER_LISTEN" in shown
        assert SECRET not in shown
        flag = usher.command("config", "show", "--origin", "--listen", "127.0.0.1:1")
        assert "USHER_LISTEN=127.0.0.1:1  # --listen" in flag


def test_a_secret_is_read_from_its_file():
    with Usher("sqlite", USHER_DATABASE_URL=None) as usher:
        file = usher.folder / "url"
        file.write_text(f"sqlite://{usher.folder}/elsewhere.sqlite\n")
        usher.env["USHER_DATABASE_URL_FILE"] = str(file)
        usher.command("migrate", "up")
        assert (usher.folder / "elsewhere.sqlite").exists()
