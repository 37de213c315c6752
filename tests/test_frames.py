"""Frames to scroll through: what is written into a page, and the page in a real browser."""

from __future__ import annotations

import base64
import html as text
import io
import re

import numpy as np
import pytest
from PIL import Image
from test_book import NARROW, overflow, tab_to

from coursekit.frames import FrameSlider

PAGE = "book/style/finding-g.html"


def slider(frames, labels=("a", "b"), start=-1):
    return FrameSlider(frames, labels, "step", "A <b> picture", "What <changes>?", start)


def pictures_of(written: str) -> list[np.ndarray]:
    return [
        np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))
        for data in re.findall(r'src="data:image/jpeg;base64,([^"]*)"', written)
    ]


@pytest.mark.parametrize("shape", [(2, 8, 12), (2, 8, 12, 3)])
@pytest.mark.parametrize("dtype", [np.uint8, float])
def test_frames_are_written_in_their_order(shape, dtype):
    frames = np.zeros(shape, dtype)
    frames[1] = 255 if dtype is np.uint8 else 1.0
    written = slider(frames)._repr_html_()
    dark, light = pictures_of(written)
    assert dark.shape == light.shape == shape[1:]
    assert dark.max() < 4
    assert light.min() > 251
    assert re.findall(r"<span>(.*?)</span>", written) == ["a", "b"]
    alts = [text.unescape(alt) for alt in re.findall(r'alt="([^"]*)"', written)]
    assert alts == ["A <b> picture: a", "A <b> picture: b"]
    assert "What &lt;changes&gt;?" in written
    assert 'data-start="1"' in written


def test_first_frame_may_be_seen_first():
    assert 'data-start="0"' in slider(np.zeros((2, 4, 4)), start=0)._repr_html_()


@pytest.mark.parametrize(
    ("frames", "labels", "start", "said"),
    [
        (np.zeros((2, 4)), ("a", "b"), 0, "(m, n_H, n_W)"),
        (np.zeros((2, 4, 4, 4)), ("a", "b"), 0, "(m, n_H, n_W)"),
        (np.zeros((1, 4, 4)), ("a",), 0, "two frames or more"),
        (np.zeros((2, 0, 4)), ("a", "b"), 0, "two frames or more"),
        (np.full((2, 4, 4), 1.5), ("a", "b"), 0, "lie from 0 to 1"),
        (np.full((2, 4, 4), np.nan), ("a", "b"), 0, "lie from 0 to 1"),
        (np.full((2, 4, 4), 256), ("a", "b"), 0, "lie from 0 to 255"),
        (np.zeros((2, 4, 4)), ("a",), 0, "2 frames need as many labels, not 1"),
        (np.zeros((2, 4, 4)), ("a", "b"), 2, "no frame 2 among 2"),
    ],
)
def test_what_does_not_fit_is_said(frames, labels, start, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        slider(frames, labels, start)


@pytest.fixture
def figure(visit):
    return visit(PAGE).locator(".frames").first


def seen(figure) -> list[str]:
    """The labels of the frames that can be seen."""
    return [
        item.locator("span").text_content()
        for item in figure.locator(".frames-one").all()
        if item.is_visible()
    ]


def test_slider_shows_one_frame_and_says_which(figure):
    labels = figure.locator(".frames-one span").all_text_contents()
    assert len(set(labels)) == len(labels) >= 8
    knob = figure.locator("input")
    knob.scroll_into_view_if_needed()
    figure.evaluate(
        "figure => { const before = document.createElement('button'); "
        "figure.before(before); before.focus(); }"
    )
    tab_to(figure.page, ".frames input", limit=3)
    for key, at in (("Home", 0), ("ArrowRight", 1), ("End", len(labels) - 1)):
        figure.page.keyboard.press(key)
        assert seen(figure) == [labels[at]]
        assert figure.locator("output").inner_text() == labels[at]
        assert knob.get_attribute("aria-valuetext") == labels[at]
    assert figure.locator(".frames-one img").first.get_attribute("alt").endswith(labels[0])


def test_frames_play_to_the_end(figure):
    labels = figure.locator(".frames-one span").all_text_contents()
    button = figure.locator("button")
    button.click()
    assert button.inner_text() == "Pause"
    figure.page.wait_for_function(
        "() => document.querySelector('.frames button').textContent === 'Play'"
    )
    assert seen(figure) == [labels[-1]]
    button.click()
    button.click()
    assert button.inner_text() == "Play"


def test_one_frame_fits_a_phone(figure):
    page = figure.page
    page.set_viewport_size({"width": NARROW, "height": 700})
    assert overflow(page) <= 0
    picture = figure.locator(".frames-one:not([hidden]) img").bounding_box()
    assert picture["width"] > NARROW / 2


def test_all_frames_stand_in_a_strip_without_script(visit):
    figure = visit(PAGE, script=False).locator(".frames").first
    assert figure.locator("input, button").count() == 0
    assert len(seen(figure)) == figure.locator(".frames-one").count() >= 8
    assert figure.locator("figcaption").inner_text().strip()
