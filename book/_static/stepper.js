// The interactive figure of the chapters: a filter moves across an input, one step at a time.
// Plain script; every setting is a native control, every step also a key. Without this script
// the page shows a sentence in its place.
"use strict";

(() => {
  const MINUS = "\u2212";
  const NUMBER = new Intl.NumberFormat("en", { maximumFractionDigits: 2, useGrouping: false });
  const show = (value) => NUMBER.format(value === 0 ? 0 : value).replace("-", MINUS);
  const range = (n) => Array.from({ length: n }, (_, i) => i);
  const fill = (n_H, n_W, of) => range(n_H).map((i) => range(n_W).map((j) => of(i, j)));
  let figures = 0;

  function random(seed) {
    // A small generator, so that everybody sees the same numbers.
    let state = seed;
    return () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 4294967296;
    };
  }

  const INPUTS = {
    half: ["bright left half", (n) => fill(n, n, (i, j) => (j < n / 2 ? 10 : 0))],
    corner: ["bright corner", (n) => fill(n, n, (i, j) => (i < n / 2 && j < n / 2 ? 10 : 0))],
    ramp: ["ramp", (n) => fill(n, n, (i, j) => j)],
    random: ["random", (n) => {
      const next = random(7 * n);
      return fill(n, n, () => Math.floor(10 * next()));
    }],
  };

  const across = (f) => (j) => Math.sign((f - 1) / 2 - j);
  const vertical = (f) => (f === 1 ? [[1]] : fill(f, f, (i, j) => across(f)(j)));
  const middle = (f) => Math.floor((f - 1) / 2);
  const weighted = (weights) => (f) =>
    f === 3 ? fill(3, 3, (i, j) => weights[i] * across(3)(j)) : vertical(f);
  const PRESETS = {
    vertical: ["vertical edges", vertical],
    horizontal: ["horizontal edges", (f) => (f === 1 ? [[1]] : fill(f, f, (i) => across(f)(i)))],
    sobel: ["Sobel", weighted([1, 2, 1])],
    scharr: ["Scharr", weighted([3, 10, 3])],
    blur: ["blur (mean)", (f) => fill(f, f, () => 1 / (f * f))],
    sharpen: ["sharpen", (f) => fill(f, f, (i, j) => {
      const distance = Math.abs(i - middle(f)) + Math.abs(j - middle(f));
      if (f < 3) return distance === 0 ? 1 : 0;
      return distance === 0 ? 5 : distance === 1 ? -1 : 0;
    })],
    identity: ["identity", (f) =>
      fill(f, f, (i, j) => (i === middle(f) && j === middle(f) ? 1 : 0))],
    random: ["random", (f) => {
      const next = random(31 * f);
      return fill(f, f, () => Math.floor(5 * next()) - 2);
    }],
  };

  // Orange, pale, blue: the colors of the book's figures.
  const ANCHORS = [[168, 72, 10], [232, 149, 90], [244, 243, 240], [110, 174, 222], [16, 96, 159]];
  function paint(cell, value, largest) {
    const place = 2 + 2 * Math.max(-1, Math.min(1, largest ? value / largest : 0));
    const left = Math.min(3, Math.floor(place));
    const rgb = ANCHORS[left].map((from, k) =>
      Math.round(from + (place - left) * (ANCHORS[left + 1][k] - from)));
    const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    cell.style.backgroundColor = `rgb(${rgb.join(" ")})`;
    cell.style.color = 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000000" : "#ffffff";
  }

  function make(tag, className = "", attributes = {}, ...children) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  function build(figure) {
    const body = figure.querySelector(".stepper-body");
    const id = figure.id || `stepper-${(figures += 1)}`;
    const number = (key, otherwise) => Number(figure.dataset[key] || otherwise);
    const state = {
      size: number("size", 6),
      f: number("filterSize", 3),
      pad: number("pad", 0),
      stride: number("stride", 1),
      input: figure.dataset.input || "half",
      preset: figure.dataset.preset || "vertical",
      step: 0,
      seen: 0, // outputs computed so far
      timer: 0,
    };
    let X, W, Z, n_out;

    // Controls
    const controls = make("div", "stepper-controls");
    function choose(key, text, options) {
      const select = make("select", "", { id: `${id}-${key}` });
      for (const [value, name] of options) {
        select.append(make("option", "", { value: String(value) }, String(name)));
      }
      select.value = String(state[key]);
      select.addEventListener("change", () => {
        state[key] = typeof state[key] === "number" ? Number(select.value) : select.value;
        if (key === "f" && state.preset === "own") setPreset("vertical");
        restart(key !== "preset" || state.preset !== "own");
      });
      controls.append(
        make("span", "stepper-control", {}, make("label", "", { for: select.id }, text), select));
      return select;
    }
    choose("input", "Input", Object.entries(INPUTS).map(([key, [name]]) => [key, name]));
    choose("size", "Input size", range(7).map((k) => [k + 3, `${k + 3} × ${k + 3}`]));
    const presetSelect = choose("preset", "Filter",
      [...Object.entries(PRESETS).map(([key, [name]]) => [key, name]), ["own", "your own numbers"]]);
    choose("f", "Filter size", range(5).map((k) => [k + 1, `${k + 1} × ${k + 1}`]));
    choose("pad", "Pad", range(4).map((k) => [k, k]));
    choose("stride", "Stride", range(4).map((k) => [k + 1, k + 1]));
    function setPreset(name) {
      state.preset = name;
      presetSelect.value = name;
    }

    // Stage
    const rule = make("p", "stepper-rule");
    const stage = make("div", "stepper-stage", {
      tabindex: "0", role: "group", id: `${id}-stage`,
      "aria-label": "Convolution, step by step. Left and right arrow keys step, up and down "
        + "arrow keys move a row, Home and End go to the first and last step.",
    });
    const sum = make("p", "stepper-sum");
    const buttons = make("div", "stepper-buttons");
    const live = make("p", "stepper-live", { role: "status", "aria-live": "polite" });
    function button(text, label, action) {
      const element = make("button", "", { type: "button", "aria-label": label, title: label }, text);
      element.addEventListener("click", action);
      buttons.append(element);
      return element;
    }
    const total = () => n_out * n_out;
    const toFirst = button("First", "First step", () => go(0));
    const toPrevious = button("Back", "Step back", () => go(state.step - 1));
    const play = button("Play", "Play", () => (state.timer ? pause() : start()));
    const toNext = button("Next", "Next step", () => go(state.step + 1));
    const toLast = button("Last", "Last step", () => go(total() - 1));
    const counter = make("span", "stepper-counter");
    buttons.append(counter);

    const KEYS = {
      ArrowRight: () => state.step + 1,
      ArrowLeft: () => state.step - 1,
      ArrowDown: () => state.step + n_out,
      ArrowUp: () => state.step - n_out,
      Home: () => 0,
      End: () => total() - 1,
    };
    stage.addEventListener("keydown", (event) => {
      // Within a number field of the filter the arrows belong to the field.
      if (event.target !== stage || !KEYS[event.key] || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      const step = KEYS[event.key]();
      if (step >= 0 && step < total()) go(step);
    });

    function start() {
      if (total() === 0) return;
      if (state.step >= total() - 1) go(0, false);
      play.textContent = "Pause";
      play.setAttribute("aria-label", "Pause");
      play.title = "Pause";
      state.timer = window.setInterval(() => {
        go(state.step + 1, false);
        if (state.step >= total() - 1) pause();
      }, 650);
    }
    function pause() {
      window.clearInterval(state.timer);
      state.timer = 0;
      play.textContent = "Play";
      play.setAttribute("aria-label", "Play");
      play.title = "Play";
      announce();
    }

    // Grids
    function grid(name, caption, into = stage) {
      const table = make("table", `stepper-grid stepper-${name}`);
      const holder = make("div", "stepper-part", {}, table);
      table.append(make("caption", "", {}, caption));
      table.append(make("tbody"));
      into.append(holder);
      return table;
    }
    function symbol(text) {
      stage.append(make("span", "stepper-symbol", { "aria-hidden": "true" }, text));
    }
    const inputGrid = grid("input", "Input");
    symbol("∗");
    const middleColumn = make("div", "stepper-middle");
    stage.append(middleColumn);
    const filterGrid = grid("filter", "Filter", middleColumn);
    const productGrid = grid("products", "Products", middleColumn);
    symbol("→");
    const outputGrid = grid("output", "Output");

    function rows(table, n_H, n_W, of) {
      const made = fill(n_H, n_W, (i, j) => of(make("td"), i, j));
      table.tBodies[0].replaceChildren(...made.map((cells) => make("tr", "", {}, ...cells)));
      return made;
    }

    let inputCells, productCells, outputCells;
    function restart(newFilter) {
      if (state.timer) pause();
      if (newFilter && state.preset !== "own") W = PRESETS[state.preset][1](state.f);
      const plain = INPUTS[state.input][1](state.size);
      const n = state.size + 2 * state.pad;
      const inside = (k) => k >= state.pad && k < state.pad + state.size;
      X = fill(n, n, (i, j) =>
        inside(i) && inside(j) ? plain[i - state.pad][j - state.pad] : 0);
      n_out = state.f > n ? 0 : Math.floor((n - state.f) / state.stride) + 1;
      state.step = 0;
      state.seen = n_out ? 1 : 0;

      const largest = Math.max(1, ...X.flat().map(Math.abs));
      const reach = n_out ? (n_out - 1) * state.stride + state.f : 0;
      // With a wide input all cells are small, so that the output still fits beside them.
      stage.classList.toggle("is-large", n > 8);
      inputCells = rows(inputGrid, n, n, (cell, i, j) => {
        cell.textContent = show(X[i][j]);
        paint(cell, X[i][j], largest);
        if (!inside(i) || !inside(j)) cell.classList.add("is-pad");
        if (i >= reach || j >= reach) cell.classList.add("is-unread");
        return cell;
      });
      rows(filterGrid, state.f, state.f, (cell, i, j) => {
        const field = make("input", "", {
          type: "number", step: "any", value: String(Math.round(100 * W[i][j]) / 100),
          "aria-label": `Filter, row ${i + 1}, column ${j + 1}`,
        });
        field.addEventListener("input", () => {
          const value = Number(field.value);
          if (field.value === "" || !Number.isFinite(value)) return;
          W[i][j] = value;
          setPreset("own");
          paintFilter();
          convolve();
          draw();
        });
        cell.append(field);
        return cell;
      });
      paintFilter();
      productCells = rows(productGrid, state.f, state.f, (cell) => cell);
      outputCells = rows(outputGrid, n_out, n_out, (cell, i, j) => {
        cell.addEventListener("click", () => go(i * n_out + j));
        return cell;
      });

      const padded = state.pad ? ` + 2·${state.pad}` : "";
      const unread = n - reach;
      rule.textContent = n_out
        ? `Output size: ⌊(${state.size}${padded} ${MINUS} ${state.f}) / ${state.stride}⌋ + 1 = ${n_out}.`
          + (unread ? ` The filter never reads the last ${unread === 1 ? "row and column" : `${unread} rows and columns`} (hatched).` : "")
        : `The ${state.f} × ${state.f} filter is larger than the ${n} × ${n} input: there is no output.`;
      for (const element of [toFirst, toPrevious, play, toNext, toLast]) element.disabled = !n_out;
      convolve();
      draw();
    }

    function paintFilter() {
      const largest = Math.max(...W.flat().map(Math.abs), 1e-9);
      [...filterGrid.querySelectorAll("td")].forEach((cell, k) =>
        paint(cell, W[Math.floor(k / state.f)][k % state.f], largest));
    }

    function convolve() {
      Z = fill(n_out, n_out, (i, j) => products(i, j).flat().reduce((a, b) => a + b, 0));
    }
    function products(i, j) {
      return fill(state.f, state.f, (k, l) =>
        X[i * state.stride + k][j * state.stride + l] * W[k][l]);
    }

    function draw() {
      if (!n_out) {
        counter.textContent = "";
        sum.textContent = "";
        announce();
        return;
      }
      const row = Math.floor(state.step / n_out);
      const col = state.step % n_out;
      const top = row * state.stride;
      const left = col * state.stride;
      inputCells.forEach((cells, i) => cells.forEach((cell, j) => {
        const within = i >= top && i < top + state.f && j >= left && j < left + state.f;
        cell.classList.toggle("in-window", within);
        cell.classList.toggle("at-top", within && i === top);
        cell.classList.toggle("at-bottom", within && i === top + state.f - 1);
        cell.classList.toggle("at-left", within && j === left);
        cell.classList.toggle("at-right", within && j === left + state.f - 1);
      }));
      const terms = products(row, col);
      const largestTerm = Math.max(...terms.flat().map(Math.abs), 1e-9);
      productCells.forEach((cells, i) => cells.forEach((cell, j) => {
        cell.textContent = show(terms[i][j]);
        paint(cell, terms[i][j], largestTerm);
      }));
      const largest = Math.max(...Z.flat().map(Math.abs), 1e-9);
      outputCells.forEach((cells, i) => cells.forEach((cell, j) => {
        const known = i * n_out + j < state.seen;
        cell.textContent = known ? show(Z[i][j]) : "";
        cell.classList.toggle("is-current", i === row && j === col);
        if (known) paint(cell, Z[i][j], largest);
        else cell.style.backgroundColor = cell.style.color = "";
      }));
      const written = terms.flat().map((term, k) =>
        (k === 0 ? show(term) : `${term < 0 ? MINUS : "+"} ${show(Math.abs(term))}`)).join(" ");
      sum.textContent = `Z[${row}, ${col}] = ${written} = ${show(Z[row][col])}`;
      counter.textContent = `Step ${state.step + 1} of ${total()}`;
      toFirst.disabled = toPrevious.disabled = state.step === 0;
      toNext.disabled = toLast.disabled = state.step === total() - 1;
      if (!state.timer) announce();
    }

    function announce() {
      if (!n_out) {
        live.textContent = rule.textContent;
        return;
      }
      const row = Math.floor(state.step / n_out);
      const col = state.step % n_out;
      live.textContent =
        `Z at row ${row}, column ${col}: the ${state.f * state.f} products add up to ${show(Z[row][col])}.`;
    }

    function go(step) {
      if (!n_out || step < 0 || step >= total()) return;
      state.step = step;
      state.seen = Math.max(state.seen, step + 1);
      // A button that grows disabled under the finger must not lose the focus of the keyboard.
      const focused = document.activeElement;
      draw();
      if (focused && focused.disabled && buttons.contains(focused)) stage.focus();
    }

    body.replaceChildren(controls, stage, sum, rule, buttons, live);
    figure.classList.add("stepper-ready");
    restart(true);
  }

  const begin = () => document.querySelectorAll(".stepper:not(.stepper-ready)").forEach(build);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
