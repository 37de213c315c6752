"""The threshold to drag: what it writes into a page, and the page in a real browser."""

from __future__ import annotations

import html as text
import json
import re

import numpy as np
import pytest
from test_book import NARROW, overflow, tab_to

from coursekit.faces.slider import ThresholdSlider

PAGE = "book/faces/one-shot-learning.html"


def slider(distances, same, pairs=0):
    pictures = np.random.default_rng(0).integers(0, 256, (pairs, 2, 8, 8, 3), np.uint8)
    return ThresholdSlider(distances, same, pictures, 0.4, "Which <pairs>?")


def data_of(written: str) -> dict:
    return json.loads(text.unescape(re.search(r'data-threshold="([^"]*)"', written)[1]))


def test_counts_are_those_of_the_comparison():
    """At every setting as many as `distance <= threshold`, distances that fall on it included."""
    rng = np.random.default_rng(0)
    distances = np.concatenate([rng.random(200) * 2, 0.02 * rng.integers(0, 90, 50), [0, 0.06]])
    same = rng.random(len(distances)) < 0.5
    data = data_of(slider(distances, same)._repr_html_())
    settings = data["step"] * np.arange(len(data["genuine"]))
    for kind, which in (("genuine", same), ("impostor", ~same)):
        accepted = (distances[which] <= settings[:, None]).sum(axis=1)
        np.testing.assert_array_equal(np.cumsum(data[kind]), accepted)
        assert sum(data[kind]) == which.sum()


def test_pairs_stand_in_the_order_of_their_distance_with_words_for_their_pictures():
    written = slider([0.9, 0.1, 0.5, 0.2], [False, True, True, False], pairs=3)._repr_html_()
    assert re.findall(r'data-distance="([^"]*)" data-same="(.)"', written) == [
        ("0.1", "1"),
        ("0.5", "1"),
        ("0.9", "0"),
    ]
    assert len(re.findall(r'<img [^>]*alt="[^"]+"', written)) == 6
    assert "Which &lt;pairs&gt;?" in written


@pytest.mark.parametrize(
    ("distances", "same", "pairs", "said"),
    [
        ([0.1, 0.2], [True], 0, "one length"),
        ([-0.1, 0.2], [True, False], 0, "from 0 on"),
        ([np.nan, 0.2], [True, False], 0, "from 0 on"),
        ([0.1, 0.2], [True, True], 0, "different people"),
        ([0.1, 0.2], [True, False], 3, "pictures of 3 pairs"),
    ],
)
def test_what_does_not_fit_is_said(distances, same, pairs, said):
    with pytest.raises(ValueError, match=said):
        slider(distances, same, pairs)


@pytest.fixture
def figure(visit):
    page = visit(PAGE)
    return page.locator(".threshold").first


def state(figure) -> dict:
    """What the figure shows: threshold, numbers of mistakes, and the pairs on either side."""
    numbers = [
        int(re.search(r": ([\d,]+) of", line)[1].replace(",", ""))
        for line in figure.locator(".threshold-rates li").all_inner_texts()
    ]
    sides = figure.locator(".threshold-side").evaluate_all(
        """sides => sides.map(side => [...side.querySelectorAll(".threshold-pair")].map(pair => ({
             distance: Number(pair.dataset.distance), same: pair.dataset.same === "1",
             wrong: pair.classList.contains("is-wrong"),
             verdict: pair.querySelector(".threshold-verdict").textContent})))"""
    )
    return {
        "threshold": float(figure.locator("output").inner_text()),
        "false_accepts": numbers[0],
        "false_rejects": numbers[1],
        "accepted": sides[0],
        "rejected": sides[1],
    }


def expected(figure, threshold: float) -> dict:
    """The numbers of mistakes at a setting, from the data in the page."""
    data = json.loads(figure.get_attribute("data-threshold"))
    at = round(threshold / data["step"])
    return {
        "false_accepts": sum(data["impostor"][: at + 1]),
        "false_rejects": sum(data["genuine"][at + 1 :]),
    }


def test_threshold_moves_by_keyboard(figure):
    page = figure.page
    figure.scroll_into_view_if_needed()
    figure.evaluate(
        "figure => { const before = document.createElement('button'); "
        "figure.before(before); before.focus(); }"
    )
    tab_to(page, ".threshold input", limit=2)
    start = state(figure)["threshold"]
    page.keyboard.press("ArrowRight")
    assert state(figure)["threshold"] == pytest.approx(start + 0.02)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert state(figure)["threshold"] == pytest.approx(start - 0.02)
    said = figure.locator("input").get_attribute("aria-valuetext")
    assert float(said) == pytest.approx(start - 0.02)


def test_numbers_and_pairs_follow_the_threshold(figure):
    figure.locator("input").focus()
    seen = []
    for keys in (["Home"], ["End"], ["PageDown"] * 3, ["PageDown"] * 3, ["ArrowLeft"] * 5):
        for key in keys:
            figure.page.keyboard.press(key)
        shown = state(figure)
        at = shown["threshold"]
        assert {key: shown[key] for key in ("false_accepts", "false_rejects")} == expected(
            figure, at
        )
        for side, accepted in (("accepted", True), ("rejected", False)):
            distances = [pair["distance"] for pair in shown[side]]
            assert distances == sorted(distances)
            for pair in shown[side]:
                assert (pair["distance"] <= at) == accepted
                assert pair["wrong"] == (pair["same"] != accepted)
                assert ("wrong" in pair["verdict"]) == pair["wrong"]
        seen.append(shown)
    none, everybody = seen[:2]
    assert none["false_accepts"] == 0
    assert not none["accepted"]
    assert everybody["false_rejects"] == 0
    assert not everybody["rejected"]
    assert len(none["rejected"]) == len(everybody["accepted"]) >= 10
    # In between some pairs lie on either side: the example shows what it is for.
    assert any(shown["accepted"] and shown["rejected"] for shown in seen[2:])


def test_pairs_near_the_start_change_sides(figure):
    """Both kinds of mistake are among the pictures where the slider stands at first."""
    shown = state(figure)
    assert any(pair["wrong"] for pair in shown["accepted"])
    assert any(pair["wrong"] for pair in shown["rejected"])
    figure.locator("input").focus()
    for _ in range(5):
        figure.page.keyboard.press("ArrowLeft")
    assert len(state(figure)["accepted"]) < len(shown["accepted"])


def test_slider_stays_in_sight_on_a_phone(figure):
    page = figure.page
    page.set_viewport_size({"width": NARROW, "height": 700})
    figure.locator(".threshold-pair").last.scroll_into_view_if_needed()
    box = figure.locator("input").bounding_box()
    assert 0 <= box["y"] < 200
    assert overflow(page) <= 0


def test_pairs_stand_in_a_list_without_script(visit):
    figure = visit(PAGE, script=False).locator(".threshold").first
    assert figure.locator("input, svg").count() == 0
    texts = figure.locator(".threshold-pair").all_inner_texts()
    distances = [float(re.search(r"distance ([\d.]+)", line)[1]) for line in texts]
    assert len(distances) >= 10
    assert distances == sorted(distances)
    assert figure.locator("figcaption").inner_text().strip()
