// Saves round trips; every page works without it.
"use strict";

// After an answer the eye and the reader go to what was found.
const found = document.querySelector("#findings, #trial, #quote");
if (found && !location.hash) found.focus();

// A form is sent once: the key in it makes a repeat harmless, a disabled button makes it rare.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", () => setTimeout(() => {
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  }));
}
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button:disabled")) button.disabled = false;
});

// Codes show what they mean, and commodity codes are looked up while one types.
const meaningOf = (input) => document.querySelector(`[data-meaning="${CSS.escape(input.id)}"]`);
function mean(input) {
  const place = meaningOf(input);
  if (!place || !input.list) return;
  const option = [...input.list.options].find((o) => o.value === input.value.trim());
  if (option) place.textContent = option.textContent;
  else if (!input.dataset.lookup || input.value.trim().length < 10) place.textContent = "";
}
let waiting = 0;
function look(input) {
  clearTimeout(waiting);
  const wish = input.value.trim();
  if (wish.length < 2) return;
  waiting = setTimeout(async () => {
    const answer = await fetch(`${input.dataset.lookup}?q=${encodeURIComponent(wish)}`);
    if (!answer.ok || input.value.trim() !== wish) return;
    const goods = await answer.json();
    input.list.replaceChildren(...goods.map((g) => new Option(g.name, g.code)));
    mean(input);
    const exact = goods.find((g) => g.code === wish);
    if (exact) units(input, exact);
  }, 150);
}
function units(input, goods) {
  const line = input.name.replace(/commodity_code$/, "");
  for (const [name, unit] of [["first_unit", goods.unit_1], ["second_unit", goods.unit_2]]) {
    const field = document.getElementsByName(line + name)[0];
    if (field && unit && !field.value) { field.value = unit; mean(field); }
  }
}
document.addEventListener("input", (event) => {
  if (!event.target.list) return;
  mean(event.target);
  if (event.target.dataset.lookup) look(event.target);
});

// A line is added in place; without script the server adds it.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add]");
  if (!button) return;
  const lines = document.querySelectorAll("fieldset.line");
  const last = lines[lines.length - 1];
  const number = lines.length;
  event.preventDefault();
  const copy = last.cloneNode(true);
  copy.id = `f-lines-${number}`;
  const legend = copy.querySelector("legend");
  legend.textContent = legend.textContent.replace(/\d+/, number + 1);
  for (const note of copy.querySelectorAll(".error, button")) note.remove();
  for (const wrong of copy.querySelectorAll(".wrong")) wrong.classList.remove("wrong");
  for (const part of copy.querySelectorAll("[id], [for], [name], [data-meaning]")) {
    for (const name of ["id", "for", "data-meaning"]) {
      const value = part.getAttribute(name);
      if (value) part.setAttribute(name, value.replace(/^f-lines-\d+/, `f-lines-${number}`));
    }
    if (part.name) part.name = part.name.replace(/^lines\.\d+/, `lines.${number}`);
    part.removeAttribute("aria-invalid");
    part.removeAttribute("aria-describedby");
    if (part.dataset.meaning) part.textContent = "";
  }
  const keep = /\.(currency|origin|destination|duty_mode|district)$/;
  for (const field of copy.querySelectorAll("input, select")) if (!keep.test(field.name)) field.value = "";
  last.after(copy);
  copy.querySelector("input").focus();
});

// Officers' lists by keyboard: j, k, Enter.
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, select, textarea, button") || event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = [...document.querySelectorAll("table[data-keys] tbody tr:not(.why)")];
  if (!rows.length || !["j", "k", "Enter"].includes(event.key)) return;
  const here = rows.findIndex((row) => row.classList.contains("here"));
  if (event.key === "Enter") {
    if (here >= 0 && event.target === document.body) rows[here].querySelector("a")?.click();
    return;
  }
  const next = Math.max(0, Math.min(rows.length - 1, here + (event.key === "j" ? 1 : -1)));
  rows[here]?.classList.remove("here");
  rows[next].classList.add("here");
  rows[next].scrollIntoView({ block: "nearest" });
});

// While the bank settles, the page looks again by itself, a few times.
const again = document.querySelector("[data-again]");
if (again) {
  let times = 0;
  const look = async () => {
    const answer = await fetch(location.pathname);
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!page.querySelector("[data-again]")) return document.querySelector("main").replaceWith(page.querySelector("main"));
    }
    if (++times < 20) setTimeout(look, 500);
  };
  setTimeout(look, 300);
}
