"""What a user gets: the version, the types, a light import, and packages with everything in them."""

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

import gcsim

ROOT = Path(__file__).parents[2]
CORE = {"attr", "attrs", "gcsim"}
NEW_MODULES = "import sys; old = set(sys.modules); import gcsim; print(*set(sys.modules) - old)"


def test_one_version_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert gcsim.__version__ == metadata.version("gcsim") == project["version"]


def test_every_public_name_exists():
    assert [name for name in gcsim.__all__ if not hasattr(gcsim, name)] == []


def test_importing_gcsim_loads_attrs_and_the_standard_library_alone():
    command = [sys.executable, "-I", "-c", NEW_MODULES]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    loaded = {name.partition(".")[0] for name in printed.split()}
    assert loaded - CORE - sys.stdlib_module_names == set()


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder with a wheel and a source distribution of the project as it is."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", folder]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


def test_the_wheel_holds_the_package_and_nothing_else(built):
    (path,) = built.glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        inside = {name for name in wheel.namelist() if ".dist-info/" not in name}
    files = {path for path in (ROOT / "gcsim").rglob("*") if path.is_file() and path.parent.name != "__pycache__"}
    assert inside == {path.relative_to(ROOT).as_posix() for path in files}
    assert "gcsim/py.typed" in inside


def test_the_source_distribution_can_be_tested(built):
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as source:
        inside = {name.partition("/")[2] for name in source.getnames()}
    assert {"README.md", "LICENSE", "CHANGELOG.md", "pyproject.toml", "gcsim/py.typed"} <= inside
    assert {"tests/conftest.py", "tests/gates.py", "tests/packaging/test_packaging.py"} <= inside
    assert any(name.startswith("examples/") for name in inside)
