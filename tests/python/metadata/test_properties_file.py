"""The properties on disk: nothing is lost, whoever else writes them."""

from __future__ import annotations

import json
import multiprocessing
import os
import stat
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from support.limits import TIMEOUT
from voxbrick import Dataset
from voxbrick.errors import (
    AlreadyExistsError,
    InvalidMetadataError,
    NameNotFoundError,
    NotFoundError,
    ReadOnlyError,
    StorageError,
)
from voxbrick.files.locking import replace_text
from voxbrick.geometry import BoundingBox
from voxbrick.metadata.changes import Document
from voxbrick.metadata.defaults import PROPERTIES_FILE_NAME
from voxbrick.metadata.json import Node, text_of
from voxbrick.metadata.properties import LayerProperties, parse_layer
from voxbrick.metadata.properties_file import PropertiesFile
from voxbrick.metadata.types import DataFormat, VoxelSize


@pytest.fixture
def file(tmp_path: Path) -> PropertiesFile:
    file = PropertiesFile(tmp_path)
    file.create(Document.new("brain", VoxelSize((1.0, 1.0, 1.0))))
    return file


def layer(name: str) -> LayerProperties:
    return LayerProperties(name, "color", BoundingBox.empty(), "uint8", DataFormat.WKW)


def add_and_grow(folder: Path, worker: int) -> None:
    """Adds a layer and grows the box of a shared one, step by step."""
    file = PropertiesFile(folder)
    file.change(lambda document: document.add_layer(layer(f"layer{worker}")))
    for step in range(5):
        reached = BoundingBox((worker, 0, 0), (1, step + 1, worker + 1))

        def grow(document: Document, reached: BoundingBox = reached) -> None:
            box = BoundingBox.from_wkw_dict(document.layer("shared")["boundingBox"])
            document.set_bounding_box("shared", box.extended_by(reached))

        file.change(grow)


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_many_writers_lose_nothing(
    file: PropertiesFile, pool: type[ThreadPoolExecutor] | type[ProcessPoolExecutor]
) -> None:
    file.change(lambda document: document.add_layer(layer("shared")))
    folders = [file.path.parent] * 8
    with pool(8) as executor:
        list(executor.map(add_and_grow, folders, range(8)))
    shared, *others = file.read().data_layers
    assert sorted(other.name for other in others) == [f"layer{worker}" for worker in range(8)]
    assert shared.bounding_box == BoundingBox((0, 0, 0), (8, 5, 8))
    assert list(file.path.parent.iterdir()) == [file.path]


def hold_for_ever(folder: Path, inside: multiprocessing.synchronize.Event) -> None:
    def wait(document: Document) -> None:
        inside.set()
        time.sleep(10 * TIMEOUT)

    PropertiesFile(folder).change(wait)


def test_a_lock_dies_with_its_holder(file: PropertiesFile) -> None:
    inside = multiprocessing.Event()
    holder = multiprocessing.Process(target=hold_for_ever, args=(file.path.parent, inside))
    holder.start()
    assert inside.wait(TIMEOUT)
    holder.kill()
    holder.join(TIMEOUT)
    file.change(lambda document: document.set_name("freed"))
    assert file.read().name == "freed"


def test_a_failing_change_leaves_the_file(file: PropertiesFile) -> None:
    before = file.path.read_bytes()
    with pytest.raises(NameNotFoundError):
        file.change(lambda document: document.remove_layer("nobody"))
    with pytest.raises(InvalidMetadataError, match="dataLayers"):
        file.change(lambda document: document.json.update(dataLayers=1))
    assert file.path.read_bytes() == before
    assert list(file.path.parent.iterdir()) == [file.path]


def test_the_mode_of_the_file_stays(file: PropertiesFile) -> None:
    file.path.chmod(0o640)
    file.change(lambda document: document.set_name("other"))
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o640


def test_a_link_to_the_file_stays_a_link(file: PropertiesFile, tmp_path: Path) -> None:
    linked = PropertiesFile(tmp_path / "linked")
    linked.path.parent.mkdir()
    linked.path.symlink_to(file.path)
    linked.change(lambda document: document.set_name("through the link"))
    assert linked.path.is_symlink()
    assert file.read().name == "through the link"


def test_of_two_who_create_one_fails(file: PropertiesFile) -> None:
    with pytest.raises(AlreadyExistsError):
        file.create(Document.new("other", VoxelSize((1.0, 1.0, 1.0))))
    assert file.read().name == "brain"


def test_no_dataset(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "nowhere", tmp_path / "file"):
        with pytest.raises(NotFoundError, match="no dataset"):
            PropertiesFile(folder).read()
    with pytest.raises(NotFoundError):
        PropertiesFile(tmp_path).change(lambda document: None)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_file_that_may_not_be_written(file: PropertiesFile) -> None:
    file.path.chmod(0o400)
    with pytest.raises(ReadOnlyError, match="cannot change"):
        file.change(lambda document: document.set_name("other"))


def test_a_folder_that_cannot_take_the_file(tmp_path: Path) -> None:
    (tmp_path / "no_folder").touch()
    with pytest.raises(StorageError, match="no_folder"):
        replace_text(tmp_path / "no_folder" / "file", "text")


def test_numbers_stay_what_they_are(file: PropertiesFile) -> None:
    document = json.loads(file.path.read_text())
    document.update(scale=[1, 2.0, 3], future=2**70)
    replace_text(file.path, json.dumps(document))
    file.change(lambda document: document.set_name("other"))
    text = file.path.read_text()
    assert [type(number) for number in json.loads(text)["scale"]] == [int, float, int]
    assert json.loads(text)["future"] == 2**70


def test_what_a_killed_writer_left_is_taken_over(file: PropertiesFile) -> None:
    neighbour = file.path.with_name(f".{file.path.name}.voxbrick_tmp")
    neighbour.write_text("{" * 100_000)
    file.change(lambda document: document.set_name("alive"))
    assert file.read().name == "alive"
    assert list(file.path.parent.iterdir()) == [file.path]


# -- many layers -----------------------------------------------------------------------------------


@pytest.fixture
def many(tmp_path: Path) -> Dataset:
    dataset = Dataset(tmp_path / "many", (1, 1, 1))
    for number in range(20):
        dataset.add_layer(f"layer{number}", "color").add_mag(1)
    return dataset


def test_a_change_parses_what_it_changed(many: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    many.get_layer("layer3").bounding_box = BoundingBox((0, 0, 0), (1, 1, 1))
    parsed: list[str] = []

    def counting(node: Node) -> LayerProperties:
        parsed.append(node.value["name"])
        return parse_layer(node)

    monkeypatch.setattr("voxbrick.metadata.properties_file.parse_layer", counting)
    many.get_layer("layer3").bounding_box = BoundingBox((0, 0, 0), (2, 2, 2))
    assert parsed == ["layer3"]


def test_what_is_known_is_written_as_if_it_was_not(many: Dataset) -> None:
    many.get_layer("layer3").bounding_box = BoundingBox((0, 0, 0), (1, 1, 1))
    text = (many.path / PROPERTIES_FILE_NAME).read_text()
    assert text == text_of(json.loads(text))


@pytest.mark.parametrize("value", [1, 1.0, True, [1], {"a": 1.0}])
def test_equal_values_that_are_not_the_same_are_kept(many: Dataset, value: Any) -> None:
    path = many.path / PROPERTIES_FILE_NAME
    for other in (1, value):  # as another program would change it
        document = json.loads(path.read_text())
        document["dataLayers"][0]["note"] = other
        path.write_text(json.dumps(document))
        many.get_layer("layer3").bounding_box = BoundingBox((0, 0, 0), (2, 2, 2))
    assert repr(json.loads(path.read_text())["dataLayers"][0]["note"]) == repr(value)
