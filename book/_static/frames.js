// Frames to scroll through: one is seen, a slider chooses which, and a button plays them. The page
// holds the pictures; without this script it shows them all in a strip.
"use strict";

(() => {
  const PAUSE = 180;  // milliseconds from frame to frame
  let figures = 0;

  function make(tag, className, attributes, ...children) {
    const element = document.createElement(tag);
    element.className = className;
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  function build(figure) {
    const body = figure.querySelector(".frames-body");
    const strip = figure.querySelector(".frames-strip");
    const frames = [...figure.querySelectorAll(".frames-one")];
    const labels = frames.map((frame) => frame.querySelector("span").textContent);
    const { name, start } = figure.dataset;
    const id = `frames-${(figures += 1)}`;
    const slider = make("input", "ck-range", {
      type: "range", id, min: 0, max: frames.length - 1, step: 1, value: start,
    });
    const shown = make("output", "", { for: id });
    const play = make("button", "frames-play", { type: "button" }, "Play");
    const control = make("div", "frames-control", {},
      make("label", "", { for: id }, name[0].toUpperCase() + name.slice(1)), shown, play, slider);
    let timer = 0;

    function update() {
      const at = Number(slider.value);
      frames.forEach((frame, k) => { frame.hidden = k !== at; });
      shown.textContent = labels[at];
      slider.setAttribute("aria-valuetext", labels[at]);
    }
    function stop() {
      clearInterval(timer);
      timer = 0;
      play.textContent = "Play";
    }
    function go() {
      if (Number(slider.value) === frames.length - 1) slider.value = 0;
      update();
      play.textContent = "Pause";
      timer = setInterval(() => {
        slider.value = Number(slider.value) + 1;
        update();
        if (Number(slider.value) === frames.length - 1) stop();
      }, PAUSE);
    }
    play.addEventListener("click", () => (timer ? stop() : go()));
    slider.addEventListener("input", () => { stop(); update(); });
    body.prepend(control);
    strip.classList.add("frames-stage");
    figure.classList.add("frames-ready");
    update();
  }

  const begin = () => document.querySelectorAll(".frames:not(.frames-ready)").forEach(build);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
