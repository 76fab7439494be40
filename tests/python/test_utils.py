"""The small things that scripts import from `voxbrick.utils`."""

from __future__ import annotations

import logging
import pickle
import warnings
from argparse import ArgumentParser, Namespace
from operator import neg
from pathlib import Path

import pytest

import voxbrick
from voxbrick import utils
from voxbrick.errors import UnsupportedError


def scaled(number: int, factor: int = 1) -> int:
    """A function that a pool of processes can import."""
    return number * factor


def test_named_partial_keeps_the_name_and_pickles() -> None:
    double = utils.named_partial(scaled, factor=2)
    assert double.__name__ == "scaled"
    assert double.__doc__ == scaled.__doc__
    assert pickle.loads(pickle.dumps(double))(21) == 42


def test_deprecations_point_at_the_line_outside() -> None:
    with pytest.warns(DeprecationWarning, match="`old` is deprecated, please use `new`") as caught:
        utils.warn_deprecated("old", "new")
    assert caught[0].filename == __file__


def test_deprecations_point_at_folders_that_begin_like_the_package() -> None:
    script = str(Path(utils.__file__).parent) + "_scripts/mine.py"
    with pytest.warns(DeprecationWarning, match="`old`") as caught:
        exec(compile("warn('old', 'new')", script, "exec"), {"warn": utils.warn_deprecated})
    assert caught[0].filename == script


def test_deprecations_are_shown_once_set_up() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        utils.setup_warnings()
        utils.warn_deprecated("old", "new")
    assert len(caught) == 1


@pytest.mark.parametrize(
    ("snake", "camel"), [("four_bit", "fourBit"), ("a", "a"), ("is_in_edit_mode", "isInEditMode")]
)
def test_camel_case(snake: str, camel: str) -> None:
    assert utils.snake_to_camel_case(snake) == camel


def test_chunks() -> None:
    assert list(utils.get_chunks([1, 2, 3, 4, 5], 2)) == [[1, 2], [3, 4], [5]]


def test_timing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    utils.time_start("work")
    utils.time_stop("work")
    assert "work took" in caplog.text
    assert utils.time_since_epoch_in_ms() > 1_600_000_000_000


def test_verbose_flag() -> None:
    parser = ArgumentParser()
    utils.add_verbose_flag(parser)
    assert parser.parse_args(["--verbose"]).verbose
    utils.setup_logging(parser.parse_args([]))


@pytest.mark.parametrize("strategy", ["sequential", "multiprocessing"])
def test_executors_understand_the_calls_of_a_cluster(strategy: str) -> None:
    args = Namespace(distribution_strategy=strategy, jobs=2)
    with utils.get_executor_for_args(args) as executor:
        futures = executor.map_to_futures(neg, [1, 2, 3])  # type: ignore[attr-defined]
        assert utils.wait_and_ensure_success(futures, executor, "negating [/all]") == [-1, -2, -3]
        assert sorted(executor.map_unordered(neg, [1, 2])) == [-2, -1]  # type: ignore[attr-defined]
        failing = [executor.submit(neg, 1), executor.submit(divmod, 1, 0)]
        with pytest.raises(ZeroDivisionError):
            utils.wait_and_ensure_success(failing, executor)


def test_an_executor_that_is_given_is_used() -> None:
    with (
        utils.get_executor_for_args(Namespace(distribution_strategy="sequential")) as outer,
        utils.get_executor_for_args(None, outer) as inner,
    ):
        assert inner is outer


def test_unknown_strategies_are_named() -> None:
    with pytest.raises(UnsupportedError, match="abacus"):
        utils.get_executor_for_args(Namespace(distribution_strategy="abacus"))


@pytest.mark.parametrize("relative", [False, True])
def test_folders_of_links(tmp_path: Path, relative: bool) -> None:
    source, target = tmp_path / "source", tmp_path / "deep" / "target"
    (source / "folder").mkdir(parents=True)
    (source / "file").write_text("text")
    (source / "ignored").touch()
    target.mkdir(parents=True)
    utils.copy_directory_with_symlinks(source, target, ["ignored"], relative)
    assert sorted(link.name for link in target.iterdir()) == ["file", "folder"]
    assert (target / "file").read_text() == "text"
    assert (target / "file").readlink().is_absolute() is not relative


def test_lazy_dictionary() -> None:
    lazy = utils.LazyReadOnlyDict({"a": 1, "b": 2}, neg)
    assert dict(lazy) == {"a": -1, "b": -2}
    assert len(lazy) == 2


def test_folders(tmp_path: Path) -> None:
    folder, copy = tmp_path / "folder", tmp_path / "copy"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "file").write_text("text")
    for _ in range(2):
        utils.copytree(folder, copy)
    assert (copy / "inner" / "file").read_text() == "text"
    utils.rmtree(copy)
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]
    assert utils.is_fs_path(tmp_path)
    assert not utils.is_fs_path("s3://bucket/key")  # type: ignore[arg-type]
    assert utils.strip_trailing_slash(Path("/a/b")) == Path("/a/b")
    assert utils.strip_trailing_slash("/a/b/") == "/a/b"  # type: ignore[arg-type, comparison-overlap]


def test_the_executors_of_the_package() -> None:
    assert utils.get_executor is voxbrick.get_executor
    with pytest.raises(AttributeError, match="no attribute 'executors'"):
        _ = utils.executors
