// A threshold to drag: pairs of pictures move between accepted and rejected, and the rates of the
// two mistakes follow. The page holds the measured distances; without this script it shows the
// pairs in the order of their distance.
"use strict";

(() => {
  const HALF = 85, TOP = 18;
  const EDGE = 10;  // the middle of the slider's knob stays so far inside of its ends
  const SVG = "http://www.w3.org/2000/svg";
  const percent = (part, all) => {
    const share = (100 * part) / all;
    return `${share === 0 || share >= 1 ? share.toFixed(1) : share.toFixed(2)} %`;
  };
  const whole = (number) => number.toLocaleString("en-US");
  const sum = (counts) => counts.reduce((a, b) => a + b, 0);
  let figures = 0;

  function make(tag, className = "", attributes = {}, ...children) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  function draw(tag, attributes, into, text = "") {
    const element = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text) element.textContent = text;
    into.append(element);
    return element;
  }

  function build(figure) {
    const { step, start, genuine, impostor } = JSON.parse(figure.dataset.threshold);
    const body = figure.querySelector(".threshold-body");
    const pairs = [...figure.querySelectorAll(".threshold-pair")];
    const id = `threshold-${(figures += 1)}`;
    const n = genuine.length - 1;  // the last setting; count k is of pairs that setting k accepts first
    // As wide as its place, so that its text has the same size on a phone.
    const WIDTH = Math.max(260, Math.min(640, body.clientWidth));

    const slider = make("input", "ck-range", {
      type: "range", id, min: 0, max: n, step: 1, value: Math.round(start / step),
    });
    const shown = make("output", "", { for: id });
    const control = make("div", "threshold-control", {},
      make("label", "", { for: id }, "Threshold \u03c4"), shown, slider);

    // Same person above the axis, different people below, each kind on a scale of its own. Heights
    // are square roots: the few pairs near the threshold are what matters.
    const chart = document.createElementNS(SVG, "svg");
    chart.setAttribute("class", "threshold-chart");
    chart.setAttribute("viewBox", `0 0 ${WIDTH} ${2 * (HALF + TOP) + 34}`);
    chart.setAttribute("role", "img");
    chart.setAttribute("aria-label",
      "Two histograms of the distance: pairs of the same person above the axis, pairs of "
      + "different people below it, and a line at the threshold. Heights are square roots of counts.");
    const axis = TOP + HALF;
    const x = (bin) => EDGE + (bin * (WIDTH - 2 * EDGE)) / n;
    function bars(counts, kind, up) {
      const most = Math.max(...counts);
      return counts.map((count, bin) => {
        const height = HALF * Math.sqrt(count / most);
        return draw("rect", {
          class: kind, x: x(bin - 1), width: Math.max(x(1) - x(0) - 0.6, 0.5), height,
          y: up ? axis - height : axis,
        }, chart);
      });
    }
    const above = bars(genuine, "is-genuine", true);
    const below = bars(impostor, "is-impostor", false);
    draw("line", { x1: 0, x2: WIDTH, y1: axis, y2: axis }, chart);
    const line = draw("line", { class: "threshold-at", y1: 4, y2: 2 * axis - 4 }, chart);
    draw("text", { x: WIDTH, y: TOP, "text-anchor": "end" }, chart, "same person");
    draw("text", { x: 0, y: axis + HALF + 4 }, chart, "different people");
    for (let d = 0; d <= n * step; d += 0.5) {
      draw("line", { x1: x(d / step), x2: x(d / step), y1: axis - 3, y2: axis + 3 }, chart);
      draw("text", { x: x(d / step), y: 2 * axis + 12, "text-anchor": "middle" }, chart, d.toFixed(1));
    }
    draw("text", { x: WIDTH / 2, y: 2 * axis + 30, "text-anchor": "middle" }, chart, "squared distance");

    const rejected = make("li"), accepted = make("li");
    const rates = make("ul", "threshold-rates", { role: "status", "aria-live": "polite" }, accepted, rejected);
    const lists = { true: make("ul", "threshold-pairs"), false: make("ul", "threshold-pairs") };
    const side = (name, list) => make("div", "threshold-side", {}, make("h4", "", {}, name), list);
    const sides = make("div", "threshold-sides", {},
      side("Accepted: distance \u2264 \u03c4", lists.true), side("Rejected: distance > \u03c4", lists.false));
    for (const pair of pairs) {
      pair.querySelector("span").prepend(make("span", "threshold-verdict"));
    }

    const totals = { genuine: sum(genuine), impostor: sum(impostor) };
    function update() {
      const bin = Number(slider.value);
      const tau = bin * step;
      shown.textContent = tau.toFixed(2);
      slider.setAttribute("aria-valuetext", tau.toFixed(2));
      line.setAttribute("x1", x(bin));
      line.setAttribute("x2", x(bin));
      above.forEach((bar, k) => bar.classList.toggle("is-wrong", k > bin));
      below.forEach((bar, k) => bar.classList.toggle("is-wrong", k <= bin));
      const falseRejects = sum(genuine.slice(bin + 1));
      const falseAccepts = sum(impostor.slice(0, bin + 1));
      accepted.textContent = `False accepts: ${whole(falseAccepts)} of ${whole(totals.impostor)} pairs of different people, ${percent(falseAccepts, totals.impostor)}`;
      rejected.textContent = `False rejects: ${whole(falseRejects)} of ${whole(totals.genuine)} pairs of the same person, ${percent(falseRejects, totals.genuine)}`;
      for (const pair of pairs) {
        const isIn = Number(pair.dataset.distance) <= tau;
        const right = isIn === (pair.dataset.same === "1");
        pair.classList.toggle("is-wrong", !right);
        pair.querySelector(".threshold-verdict").textContent = right ? "\u2713 right" : "\u2717 wrong";
        // Only what changes sides moves; the order within a side stays that of the distances.
        if (pair.parentNode !== lists[isIn]) {
          const after = [...lists[isIn].children]
            .find((other) => Number(other.dataset.distance) > Number(pair.dataset.distance));
          lists[isIn].insertBefore(pair, after || null);
        }
      }
    }
    slider.addEventListener("input", update);
    body.replaceChildren(control, chart, rates, sides);
    figure.classList.add("threshold-ready");
    update();
  }

  const begin = () => document.querySelectorAll(".threshold:not(.threshold-ready)").forEach(build);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
