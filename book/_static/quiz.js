// Turns each quiz of the page into a form: native radio buttons or check boxes in a fieldset, a
// Check button, and a live region that reads the explanation out. Without this script the page
// keeps its list with folded explanations.
"use strict";

(() => {
  let count = 0;

  function make(tag, className, attributes = {}) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  }

  function upgrade(quiz) {
    const several = quiz.dataset.several === "true";
    const id = quiz.id || `quiz-${(count += 1)}`;
    const form = make("form", "quiz-form");
    const fieldset = make("fieldset");
    const legend = make("legend", "quiz-question");
    legend.append(...quiz.querySelector(".quiz-question").childNodes);
    fieldset.append(legend);
    if (several) {
      const hint = make("p", "quiz-hint");
      hint.textContent = "More than one may be right: choose all.";
      fieldset.append(hint);
    }

    const options = [...quiz.querySelectorAll(".quiz-option")].map((item, number) => {
      const row = make("div", "quiz-row");
      const input = make("input", "", {
        type: several ? "checkbox" : "radio",
        name: id,
        id: `${id}-${number}`,
        value: String(number),
      });
      const label = make("label", "quiz-choice", { for: input.id });
      label.append(...item.querySelector(".quiz-choice").childNodes);
      const mark = make("span", "quiz-mark", { "aria-hidden": "true" });
      row.append(input, label, mark);
      fieldset.append(row);
      const reason = item.querySelector(".quiz-reason");
      reason.querySelector("summary").remove();
      reason.querySelector(".quiz-verdict").remove();
      return { row, input, label, mark, right: item.dataset.right === "true", reason };
    });

    const button = make("button", "quiz-check", { type: "submit" });
    button.textContent = "Check";
    const feedback = make("div", "quiz-feedback", { "aria-live": "polite", role: "status" });
    form.append(fieldset, button, feedback);

    const clear = () => {
      feedback.replaceChildren();
      feedback.removeAttribute("data-verdict");
      for (const option of options) {
        option.row.removeAttribute("data-verdict");
        option.mark.textContent = "";
      }
    };
    form.addEventListener("change", clear);

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clear();
      const chosen = options.filter((option) => option.input.checked);
      if (chosen.length === 0) {
        feedback.textContent = "Choose an answer first.";
        return;
      }
      const allRight = options.every((option) => option.input.checked === option.right);
      const verdict = make("p", "quiz-verdict");
      const good = chosen.filter((option) => option.right).length;
      if (allRight) verdict.textContent = "Right.";
      else if (several && good === chosen.length) verdict.textContent = "So far right, but not all.";
      else verdict.textContent = several && good ? "Not quite." : "Not right.";
      feedback.dataset.verdict = allRight ? "right" : "wrong";
      feedback.append(verdict);
      for (const option of chosen) {
        option.row.dataset.verdict = option.right ? "right" : "wrong";
        option.mark.textContent = option.right ? "✓" : "✗";
        const reason = make("div", "quiz-reason");
        for (const child of option.reason.childNodes) reason.append(child.cloneNode(true));
        feedback.append(reason);
      }
    });

    quiz.replaceChildren(form);
    quiz.classList.add("quiz-ready");
  }

  function start() {
    document.querySelectorAll(".quiz:not(.quiz-ready)").forEach(upgrade);
  }

  // Formulas are set first: then the copies in the feedback need no second pass.
  function whenTypeset() {
    const startup = window.MathJax && window.MathJax.startup;
    if (startup && startup.promise) startup.promise.then(start, start);
    else start();
  }
  if (document.readyState === "complete") whenTypeset();
  else window.addEventListener("load", whenTypeset);
})();
