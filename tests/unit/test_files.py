"""Files and folders that are written whole or not at all."""

import pytest

from gcsim.errors import ConfigError
from gcsim.files import replaced_folder, replaced_path


def test_a_file_takes_its_place_at_the_end(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text("old")
    with replaced_path(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
        assert temporary.suffix == path.suffix
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_after_an_error_nothing_has_changed(tmp_path):
    path = tmp_path / "out.txt"
    with pytest.raises(ZeroDivisionError), replaced_path(path) as temporary:
        temporary.write_text(f"half {1 / 0}")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_takes_its_place_at_the_end(tmp_path):
    with replaced_folder(tmp_path / "out") as folder:
        (folder / "a").touch()
        assert not (tmp_path / "out").exists()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a"]
    assert len(list(tmp_path.iterdir())) == 1


def test_an_empty_folder_is_replaced(tmp_path):
    (tmp_path / "out").mkdir()
    with replaced_folder(tmp_path / "out") as folder:
        (folder / "a").touch()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a"]


def test_after_an_error_there_is_no_folder(tmp_path):
    with pytest.raises(ZeroDivisionError), replaced_folder(tmp_path / "out"):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_written_one_line_says_so(tmp_path):
    with pytest.raises(ConfigError, match="cannot be written"), replaced_path(tmp_path / "no" / "out.txt") as temporary:
        temporary.write_text("x")
    with pytest.raises(ConfigError, match="cannot be written"), replaced_folder(tmp_path / "no" / "out"):
        pass
