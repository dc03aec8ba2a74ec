"""A whole Postfix as relay: it takes mail, tries the next hop, and mails a report to the sender when that refuses."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from harness import eventually, free_port

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/lib
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
myhostname = mail.example.com
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
relayhost = [127.0.0.1]:{hop}
smtp_host_lookup = native
smtputf8_enable = no
smtp_tls_security_level = none
virtual_mailbox_domains = example.com
virtual_mailbox_base = {folder}
virtual_mailbox_maps = static:bounces/
virtual_uid_maps = static:{user}
virtual_gid_maps = static:{group}
recipient_delimiter = +
"""
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """`hop`: the port that it hands everything to but mail to example.com, which goes into `maildir`."""

    def __init__(self, hop: int) -> None:
        if os.geteuid():
            pytest.skip("only root can start a Postfix of its own")
        self.folder = Path(tempfile.mkdtemp(prefix="usher-postfix-"))
        self.folder.chmod(0o755)
        self.port = free_port()
        self.url = f"smtp://127.0.0.1:{self.port}?tls=off"
        self.maildir = self.folder / "bounces"
        user, group = os.stat("/var/lib/postfix").st_uid, os.stat("/var/lib/postfix").st_gid
        for name in ("conf", "queue", "lib", "bounces", "bounces/new", "bounces/cur", "bounces/tmp"):
            (self.folder / name).mkdir()
        shutil.chown(self.folder / "lib", user, group)
        for folder in (self.maildir, *self.maildir.iterdir()):
            shutil.chown(folder, user, group)
        values = {"folder": self.folder, "hop": hop, "port": self.port, "user": user, "group": group}
        (self.folder / "conf/main.cf").write_text(MAIN.format(**values))
        (self.folder / "conf/master.cf").write_text(MASTER.format(**values))
        self.process = subprocess.Popen(
            ["/usr/sbin/postfix", "-c", str(self.folder / "conf"), "start-fg"], stdout=subprocess.DEVNULL,
            stderr=(self.folder / "errors").open("w"), start_new_session=True)
        eventually(self._answers)

    def _answers(self) -> bool:
        """postfix answers"""
        log = self.folder / "postfix.log"
        told = "".join(file.read_text() for file in (self.folder / "errors", log) if file.exists())
        assert self.process.poll() is None, told
        with socket.socket() as connection:
            connection.settimeout(5)
            return connection.connect_ex(("127.0.0.1", self.port)) == 0 and connection.recv(3) == b"220"

    def unread(self) -> list[Path]:
        return list((self.maildir / "new").iterdir())

    def set_aside(self) -> list[Path]:
        return list((self.maildir / "cur").iterdir())

    def __enter__(self) -> Postfix:
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(["/usr/sbin/postfix", "-c", str(self.folder / "conf"), "stop"], capture_output=True)
        self.process.wait(60)
        shutil.rmtree(self.folder, ignore_errors=True)
