"""What JSON is refused before it is parsed."""

import tracemalloc
from pathlib import Path

import pytest

from voxbrick import errors
from voxbrick.metadata.json import parse_object, read_object

MOST_MEMORY = 32 * 2**20


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (b"[" * 2**20, "nested more than 128 levels deep"),
        (b'{"a":' * 129, "nested more than 128 levels deep"),
        (b'{"a": [0' + b",[]" * 2**21 + b"]}", "more than 2097152 values"),
        (b'"' + b'\\"' * 2**20, "not JSON"),
        (b'"\\' * 2**20, "not JSON"),
    ],
)
def test_what_would_take_much_time_or_memory_is_refused(text: bytes, refusal: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(errors.InvalidMetadataError, match=refusal):
            parse_object(text, "document")
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


def test_a_file_is_read_no_further_than_a_document_can_be_long(tmp_path: Path) -> None:
    path = tmp_path / "document.json"
    with path.open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(errors.InvalidMetadataError, match="more than 67108864 bytes"):
        read_object(path, "document")


def test_brackets_and_commas_in_strings_are_no_structure() -> None:
    text = b'{"a": "' + b'[{,\\"' * 2**19 + b'", "b": ' + b"[" * 127 + b"]" * 127 + b"}"
    assert set(parse_object(text, "document").members()) == {"a", "b"}
