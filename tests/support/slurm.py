"""A Slurm cluster of one node with two processors, from Debian's packages, on loopback only."""

from __future__ import annotations

import getpass
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest

from support.limits import TIMEOUT

DAEMONS = ("munged", "slurmctld", "slurmd")
"""In the order in which they start; each needs the one before."""
TOOLS = ("sbatch", "scancel", "scontrol", "sinfo", "squeue")
MEMORY = 1024
"""MiB that jobs may ask for; no limit to what they take."""
PATIENCE = 15.0
"""Seconds until a daemon has to be ready, and until all jobs have to be gone."""


class CannotStartError(RuntimeError):
    """Why there is no cluster here."""


@contextmanager
def one_at_a_time(factory: pytest.TempPathFactory) -> Iterator[None]:
    """Of the processes of one run of the tests, if there are several, one is inside."""
    import fcntl  # only where there is Slurm

    folder = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # of all workers
    with (folder / "slurm.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def slurm_cluster(folder: Path) -> Iterator[dict[str, str]]:
    """Starts a cluster that lives in an empty folder; gives the environment in which it is found."""
    path = os.pathsep.join([os.environ["PATH"], "/usr/sbin", "/sbin"])
    missing = [name for name in (*DAEMONS, *TOOLS) if shutil.which(name, path=path) is None]
    if missing:
        raise CannotStartError(f"not installed: {', '.join(missing)}")
    _configure(folder)
    environment = {
        **os.environ,
        "PATH": path,
        "SLURM_CONF": str(folder / "slurm.conf"),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    with ExitStack() as running:
        for name in DAEMONS:
            running.enter_context(_daemon(name, folder, environment))
        yield environment
        _cancel_all(environment)


def jobs_that_stay(environment: dict[str, str]) -> list[str]:
    """The jobs that still wait or run after those that were cancelled had the time to end."""
    _wait_until(lambda: not _queue(environment))
    return _queue(environment)


def _queue(environment: dict[str, str]) -> list[str]:
    return _output(environment, "squeue", "--noheader", "--array").splitlines()


def _output(environment: dict[str, str], *command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=TIMEOUT).stdout


def _cancel_all(environment: dict[str, str]) -> None:
    """Daemons that end leave the processes of their jobs behind."""
    _output(environment, "scancel", "--user", getpass.getuser())
    jobs_that_stay(environment)


def _wait_until(condition: Callable[[], bool]) -> None:
    """Returns after a while in any case."""
    end = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < end:
        time.sleep(0.1)


@contextmanager
def _daemon(name: str, folder: Path, environment: dict[str, str]) -> Iterator[None]:
    log = folder / f"{name}.out"
    with log.open("w") as out:
        command = [name, *_arguments(name, folder)]
        daemon = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environment)
    try:
        is_ready = partial(_READY[name], folder, environment)
        _wait_until(lambda: daemon.poll() is not None or is_ready())
        if daemon.poll() is not None or not is_ready():
            raise CannotStartError(f"{name} says {log.read_text()[-500:]}")
        yield
    finally:
        daemon.terminate()
        try:
            daemon.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait(PATIENCE)


def _arguments(name: str, folder: Path) -> list[str]:
    if name != "munged":
        return ["-D"]  # in the foreground
    files = [f"--{kind}-file={folder}/{kind}" for kind in ("key", "pid", "log", "seed")]
    return ["--foreground", "--force", f"--socket={folder}/socket", *files]


_READY = {
    "munged": lambda folder, environment: (folder / "socket").exists(),
    "slurmctld": lambda folder, environment: "main" in _output(environment, "sinfo"),
    "slurmd": lambda folder, environment: "idle" in _output(environment, "sinfo"),
}


def _configure(folder: Path) -> None:
    folder.chmod(0o755)  # munge wants to be reachable for everyone
    (folder / "state").mkdir()
    (folder / "spool").mkdir()
    (folder / "key").touch(mode=0o600)
    (folder / "key").write_bytes(secrets.token_bytes(64))
    host, user = socket.gethostname().split(".")[0], getpass.getuser()
    (folder / "slurm.conf").write_text(f"""\
ClusterName=one
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={_free_port()}
SlurmdPort={_free_port()}
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
AuthInfo=socket={folder}/socket
SlurmUser={user}
SlurmdUser={user}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0
KillWait=2
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory={MEMORY}
PartitionName=main Nodes=ALL Default=YES
""")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
