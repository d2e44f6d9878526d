"""Figures as SVG."""

import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

from gcsim.errors import ConfigError
from gcsim.view.film import save_picture
from gcsim.view.look import Look
from gcsim.view.palette import THEMES
from gcsim.view.svg import svg
from pictures import picture
from recordings import STEPWISE, scene

NAMESPACE = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", STEPWISE)
def test_it_is_xml_with_every_text_of_the_figure(name, theme):
    figure = picture(scene(name), 20, theme=theme)
    root = ET.fromstring(svg(figure, "a <title> & more"))  # noqa: S314 - our own
    assert [each.text for each in root.iter(f"{NAMESPACE}text")] == [label.text for label in figure.labels()]
    assert root.find(f"{NAMESPACE}title").text == "a <title> & more"
    assert (root.get("width"), root.get("height")) == ("1280", "720")


def test_every_pattern_that_is_used_is_defined():
    root = ET.fromstring(svg(picture(scene("mark-sweep-tour"), 25, theme="print")))  # noqa: S314 - our own
    defined = {f"url(#{each.get('id')})" for each in root.iter(f"{NAMESPACE}pattern")}
    used = {each.get("fill") for each in root.iter(f"{NAMESPACE}rect") if each.get("fill").startswith("url")}
    assert used == defined != set()


@pytest.mark.slow
def test_it_is_saved_without_pygame(tmp_path):
    path = tmp_path / "still.svg"
    code = f"""
import sys
sys.modules["pygame"] = None
sys.path.insert(0, "tests")
from pathlib import Path
from gcsim.view.film import save_picture
from gcsim.view.look import Look
from recordings import scene
save_picture(scene("guide-scavenge"), 24, Path({str(path)!r}), Look())
"""
    subprocess.run([sys.executable, "-c", code], check=True)
    save_picture(scene("guide-scavenge"), 24, tmp_path / "again.svg", Look())
    assert path.read_text() == (tmp_path / "again.svg").read_text()
    assert "C is copied" in path.read_text()


def test_another_kind_of_picture_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"a \.png or an \.svg, got '\.jpg'"):
        save_picture(scene("guide-scavenge"), 24, tmp_path / "still.jpg", Look())
