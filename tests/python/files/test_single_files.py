"""Single files as the engine replaces and locks them."""

from __future__ import annotations

import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from voxbrick import NotFoundError, StorageError, _core

HOLDER = """
import sys, time
from voxbrick import _core
with _core.lock_file(sys.argv[1].encode(), False, None):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "document.json"
    path.write_text("old")
    return path


def replace(path: Path, data: bytes, durable: bool = True) -> None:
    _core.replace_file(bytes(path), data, durable)


def lock(path: Path, make: bool = False, timeout: float | None = None) -> _core.FileLock | None:
    return _core.lock_file(bytes(path), make, timeout)


@pytest.mark.parametrize("durable", [False, True])
def test_a_file_is_replaced_and_nothing_is_left_beside_it(document: Path, durable: bool) -> None:
    replace(document, b"new", durable)
    assert document.read_bytes() == b"new"
    assert list(document.parent.iterdir()) == [document]


def test_a_file_is_made_with_its_folder(tmp_path: Path) -> None:
    replace(tmp_path / "a" / "b", b"text")
    assert (tmp_path / "a" / "b").read_bytes() == b"text"


def test_paths_are_relative_to_the_working_directory(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(document.parent)
    replace(Path(document.name), b"new")
    assert document.read_bytes() == b"new"


@pytest.mark.skipif(sys.platform == "win32", reason="modes and links are those of POSIX")
def test_mode_and_link_stay(document: Path) -> None:
    document.chmod(0o664)
    link = document.with_name("link")
    link.symlink_to(document)
    replace(link, b"new")
    assert link.is_symlink()
    assert document.read_bytes() == b"new"
    assert stat.S_IMODE(document.stat().st_mode) == 0o664


def test_folders_and_files_are_synced_where_they_are_there(document: Path) -> None:
    for path in (document, document.with_name("none")):
        _core.sync_file(bytes(path))
    for path in (document.parent, document.parent / "none"):
        _core.sync_folder(bytes(path))


def test_a_lock_is_held_until_it_is_released(document: Path) -> None:
    held = lock(document)
    assert held is not None
    assert lock(document, timeout=0) is None
    held.release()
    held.release()
    with lock(document, timeout=0):  # type: ignore[union-attr]
        assert lock(document, timeout=0.05) is None
    assert lock(document, timeout=0) is not None


def test_threads_that_wait_for_a_lock_let_others_run(document: Path) -> None:
    held = lock(document)
    assert held is not None
    got: list[_core.FileLock | None] = []
    thread = threading.Thread(target=lambda: got.append(lock(document)))
    thread.start()
    time.sleep(0.05)
    assert not got
    held.release()
    thread.join(30)
    assert got


def test_a_lock_outlives_the_replacement_of_its_file(document: Path) -> None:
    """Who waited meanwhile locks the new one: two holders at a time would be the end of it."""
    with lock(document):  # type: ignore[union-attr]
        replace(document, b"new")
    assert lock(document, timeout=0) is not None


def test_a_lock_dies_with_its_process(document: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(document)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    assert lock(document, timeout=0.1) is None
    process.send_signal(signal.SIGTERM)
    process.wait(30)
    assert lock(document, timeout=30) is not None
    process.stdout.close()


def test_what_is_to_be_locked_is_there_or_made(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no such file"):
        lock(tmp_path / "none")
    assert lock(tmp_path / "a" / "b", make=True) is not None
    assert (tmp_path / "a" / "b").read_bytes() == b""


@pytest.mark.skipif(sys.platform == "win32", reason="links take privileges there")
def test_nothing_is_made_where_a_link_leads(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageError, match="leads nowhere"):
        lock(tmp_path / "link", make=True)
    with pytest.raises(StorageError, match="leads nowhere"):
        replace(tmp_path / "link", b"text")
    assert list(tmp_path.iterdir()) == [tmp_path / "link"]


def test_without_file_locks_threads_still_exclude_each_other(
    document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOXBRICK_LOCKING", "none")
    held = lock(document)
    assert held is not None
    assert lock(document, timeout=0) is None
    replace(document, b"new")
