"""The built book in a real browser, opened from the disk with the network refused."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

WIDE, NARROW = 1280, 390

# Every piece of text on the page with a color, on the first ground behind it that is no glass.
# Disabled controls may be pale, and what lies on pictures cannot be told from here.
CONTRAST = """
() => {
  const parse = (text) => {
    const numbers = (text.match(/[\\d.]+/g) || []).map(Number);
    const rgb = text.startsWith("color(srgb") ? numbers.slice(0, 3).map((v) => v * 255) : numbers;
    return { rgb: rgb.slice(0, 3), alpha: numbers.length > 3 ? numbers[3] : 1 };
  };
  const luminance = (rgb) => rgb
    .map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, k) => sum + v * [0.2126, 0.7152, 0.0722][k], 0);
  const mix = (top, below) => top.rgb.map((v, k) => v * top.alpha + below[k] * (1 - top.alpha));
  const ground = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
      const color = parse(getComputedStyle(e).backgroundColor);
      if (color.rgb.length === 3 && color.alpha > 0) layers.push(color);
      if (color.alpha === 1 && color.rgb.length === 3) break;
    }
    return layers.reverse().reduce((below, top) => mix(top, below), [255, 255, 255]);
  };
  const poor = [];
  const content = document.querySelector(".bd-article, .bd-search-container");
  const walker = document.createTreeWalker(content, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility({ visibilityProperty: true })) continue;
    if (element.closest("svg, mjx-container, script, style, option, :disabled")) continue;
    if (element.closest(".headerlink")) continue;
    const style = getComputedStyle(element);
    const below = ground(element);
    const [a, b] = [luminance(mix(parse(style.color), below)), luminance(below)];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || parseInt(style.fontWeight, 10) >= 700;
    if (contrast < (large ? 3 : 4.0)) {
      poor.push(`${contrast.toFixed(1)}: ${node.data.trim().slice(0, 40)} <${element.className}>`);
    }
  }
  return poor;
}
"""


def built_pages() -> list[str]:
    """Pages to open, as paths inside the built book; found from the table of contents."""
    listed = re.findall(
        r"^\s*(?:-\s*)?(?:file|root):\s*(\S+)", (ROOT / "_toc.yml").read_text(), re.M
    )
    return [f"{page}.html" for page in listed] + ["search.html", "genindex.html"]


# A part of the book is a folder of chapters.
CHAPTERS = [page for page in built_pages() if page.count("/") == 2 and "/assignments/" not in page]


def tab_to(page, selector: str, limit: int = 60) -> None:
    """Press Tab until the focus is on `selector`, and see that a reader sees it there."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            break
    else:
        pytest.fail(f"Tab does not reach {selector}")
    outline = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"


def overflow(page) -> int:
    return page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


@pytest.mark.parametrize("path", built_pages())
def test_page_opens_without_a_network(visit, path):
    page = visit(path)
    assert page.title()
    assert any(heading.is_visible() for heading in page.locator("main h1").all())
    for image in page.locator("img").all():
        alt = image.get_attribute("alt") or ""
        assert alt.strip(), image.get_attribute("src")
        assert not re.search(r"\.(svg|png|jpe?g)$|^_images/", alt), "a file's name shows nothing"
        assert image.evaluate("image => image.complete && image.naturalWidth > 0")
    assert page.locator("[data-mjx-error], mjx-merror").count() == 0


@pytest.mark.parametrize("path", built_pages())
def test_page_fits_and_is_legible(visit, path):
    """Wide and narrow, light and dark; the page follows the system's colors while it is open."""
    page = visit(path)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_selector(f"html[data-theme={scheme}]")
        ground = page.evaluate(
            "() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"
        )
        assert (max(ground[:3]) < 80) == (scheme == "dark")
        assert page.evaluate(CONTRAST) == [], f"text too pale ({scheme})"
        for width in (NARROW, WIDE):
            page.set_viewport_size({"width": width, "height": 900})
            assert overflow(page) <= 0, f"page is wider than {width} pixels ({scheme})"


@pytest.mark.parametrize("path", CHAPTERS)
def test_chapter_has_its_parts(visit, path):
    page = visit(path)
    assert page.locator(".objectives li").count() >= 2
    assert "minutes" in page.locator(".objectives-facts").inner_text()
    assert page.locator(".quiz").count() >= 2
    assert page.locator("figure img").count() >= 2
    assert page.locator("div.exercise").count() >= 2
    assert page.locator("div.solution").count() >= page.locator("div.exercise").count()
    assert page.locator('article a[href*="assignments/"]').count() >= 1
    formulas = page.locator("article .math").count()
    assert 0 < formulas <= page.locator("article mjx-container").count()


@pytest.mark.parametrize("path", CHAPTERS)
def test_quizzes_work_by_keyboard(visit, path):
    page = visit(path)
    for number in range(page.locator(".quiz").count()):
        quiz = page.locator(".quiz").nth(number)
        assert quiz.locator("fieldset > legend").inner_text().strip()
        inputs = quiz.locator("input")
        several = inputs.first.get_attribute("type") == "checkbox"
        verdicts = set()
        for choice in range(inputs.count()):
            if several:
                inputs.nth(choice).focus()
                page.keyboard.press("Space")
            elif choice == 0:
                inputs.first.focus()
                page.keyboard.press("Space")
            else:
                inputs.nth(choice - 1).focus()
                page.keyboard.press("ArrowDown")
            assert inputs.nth(choice).is_checked()
            page.keyboard.press("Enter")
            feedback = quiz.locator("[aria-live]")
            assert len(feedback.inner_text()) > 8
            verdicts.add(feedback.get_attribute("data-verdict"))
            if several:
                page.keyboard.press("Space")
        assert verdicts <= {"right", "wrong"}
        assert "right" in verdicts or several


def test_quiz_is_reached_by_tab(visit):
    page = visit(CHAPTERS[0])
    page.locator(".quiz").first.scroll_into_view_if_needed()
    page.locator(".quiz input").first.evaluate(
        "input => { const before = document.createElement('button'); "
        "input.closest('.quiz').before(before); before.focus(); }"
    )
    tab_to(page, ".quiz input", limit=2)
    tab_to(page, ".quiz-check", limit=8)
    page.keyboard.press("Enter")
    assert "Choose an answer" in page.locator(".quiz [aria-live]").first.inner_text()


def test_quiz_folds_to_a_list_without_script(visit):
    page = visit(CHAPTERS[0], script=False)
    quiz = page.locator(".quiz").first
    assert quiz.locator("input, button").count() == 0
    assert quiz.locator("li").count() >= 2
    reason = quiz.locator("details").first
    assert not reason.locator(".quiz-verdict").is_visible()
    reason.locator("summary").press("Enter")
    assert reason.locator(".quiz-verdict").is_visible()


def stepper_page() -> str:
    for path in CHAPTERS:
        source = (ROOT / path).with_suffix(".md")
        if "{convolution-stepper}" in source.read_text():
            return path
    pytest.fail("no chapter has a stepper")


def result(stepper) -> float:
    text = stepper.locator(".stepper-live").inner_text()
    return float(re.search(r"add up to (\S+?)\.$", text)[1].replace("\N{MINUS SIGN}", "-"))


def numbers(stepper, grid: str) -> list[list[float]]:
    texts = stepper.locator(f".stepper-{grid} tr").evaluate_all(
        """rows => rows.map(row => [...row.cells].map(cell =>
             cell.querySelector("input")?.value ?? cell.textContent))"""
    )
    return [[float(text.replace("\N{MINUS SIGN}", "-")) for text in row] for row in texts]


def choose(stepper, label: str, value: str) -> None:
    stepper.get_by_label(label, exact=True).select_option(value)


def test_stepper_works_by_keyboard(visit):
    page = visit(stepper_page())
    stepper = page.locator(".stepper").first
    stage = stepper.locator(".stepper-stage")
    counter = stepper.locator(".stepper-counter")
    choose(stepper, "Input size", "6")
    choose(stepper, "Filter size", "3")
    choose(stepper, "Pad", "0")
    choose(stepper, "Stride", "1")
    stage.focus()
    assert counter.inner_text() == "Step 1 of 16"
    page.keyboard.press("ArrowRight")
    assert counter.inner_text() == "Step 2 of 16"
    page.keyboard.press("ArrowDown")
    assert counter.inner_text() == "Step 6 of 16"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    assert counter.inner_text() == "Step 1 of 16"
    page.keyboard.press("ArrowLeft")
    assert counter.inner_text() == "Step 1 of 16"
    page.keyboard.press("End")
    assert counter.inner_text() == "Step 16 of 16"
    tab_to(page, ".stepper-buttons button", limit=15)
    page.keyboard.press("Enter")
    assert counter.inner_text() == "Step 1 of 16"
    # The pressed button is disabled now; the focus must not fall off the figure.
    assert page.evaluate("() => document.activeElement.closest('.stepper') !== null")


@pytest.mark.parametrize("pad", ["0", "1", "2"])
@pytest.mark.parametrize("stride", ["1", "2", "3"])
def test_stepper_computes_right(visit, pad, stride):
    page = visit(stepper_page())
    stepper = page.locator(".stepper").first
    for label, value in {"Input": "random", "Input size": "7", "Filter": "random"}.items():
        choose(stepper, label, value)
    choose(stepper, "Pad", pad)
    choose(stepper, "Stride", stride)
    stepper.locator(".stepper-stage").focus()
    page.keyboard.press("End")
    A, W, Z = (numbers(stepper, grid) for grid in ("input", "filter", "output"))
    f, s = len(W), int(stride)
    n = (7 + 2 * int(pad) - f) // s + 1
    assert len(A) == 7 + 2 * int(pad)
    assert [
        [
            sum(A[h * s + i][w * s + j] * W[i][j] for i in range(f) for j in range(f))
            for w in range(n)
        ]
        for h in range(n)
    ] == Z
    assert result(stepper) == Z[-1][-1]


def test_stepper_takes_the_readers_own_filter(visit):
    page = visit(stepper_page())
    stepper = page.locator(".stepper").first
    stepper.locator(".stepper-filter input").first.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("7")
    assert stepper.get_by_label("Filter", exact=True).input_value() == "own"
    A, W = numbers(stepper, "input"), numbers(stepper, "filter")
    assert W[0][0] == 7
    f = len(W)
    assert result(stepper) == sum(A[i][j] * W[i][j] for i in range(f) for j in range(f))


def test_stepper_says_when_the_filter_is_too_large(visit):
    page = visit(stepper_page())
    stepper = page.locator(".stepper").first
    choose(stepper, "Pad", "0")
    choose(stepper, "Input size", "3")
    choose(stepper, "Filter size", "5")
    assert "larger than" in stepper.locator(".stepper-rule").inner_text()
    assert stepper.get_by_role("button", name="Next step").is_disabled()
    stepper.locator(".stepper-stage").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("End")


def test_stepper_says_a_sentence_without_script(visit):
    page = visit(stepper_page(), script=False)
    assert "needs a script" in page.locator(".stepper").first.inner_text()


def test_search_finds_pages_from_the_disk(visit):
    page = visit("search.html", query="?q=padding")
    page.wait_for_selector("#search-results li a")
    links = page.locator("#search-results li a").evaluate_all("links => links.map(a => a.href)")
    assert any("foundations/padding" in link for link in links)
    assert all(link.startswith("file://") for link in links)


def test_drawings_follow_the_colors_of_the_page(visit):
    """The page's own switch counts, not the system's setting."""
    page = visit(CHAPTERS[0])
    drawing = page.locator('figure img[src$=".svg"]').first
    drawing.scroll_into_view_if_needed()
    shots = []
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        source = drawing.evaluate("image => getComputedStyle(image).colorScheme")
        assert source == theme
        shots.append(drawing.screenshot())
    assert shots[0] != shots[1]


def test_links_inside_the_book_lead_somewhere(html):
    missing = []
    for path in built_pages():
        text = (html / path).read_text(encoding="utf-8")
        for link in re.findall(r'(?:href|src)="([^"#?]+)[^"]*"', text):
            if re.match(r"[a-z]+:", link):
                continue
            if not (html / path).parent.joinpath(link).exists():
                missing.append(f"{path}: {link}")
    assert not missing


def test_nothing_is_loaded_from_elsewhere(html):
    foreign = []
    for file in html.rglob("*.html"):
        for tag in re.findall(r"<(?:script|link|img|iframe|source)\b[^>]*>", file.read_text()):
            if re.search(r"""(?:src|href)=["'](?:https?:)?//""", tag):
                foreign.append(f"{file.name}: {tag}")
        assert "unpkg.com" not in file.read_text()
    assert not foreign


def test_no_path_of_this_machine_is_in_the_book(html):
    here = str(ROOT)
    for file in [*html.rglob("*.html"), html / "searchindex.js"]:
        assert here not in file.read_text(encoding="utf-8"), file
