/**
 * The page's only script, in the language of browsers. It holds no data: it reads the rows of the tables, so that what it shows can
 * be no other than what stands there. It must not hold the end of its own element.
 */
export const PAGE_SCRIPT = `"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector, within = document) => within.querySelector(selector);
  for (const element of all("[data-script]")) element.hidden = false;

  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "local time";
  const local = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  const isUtc = ["UTC", "Etc/UTC", "GMT"].includes(zone);
  one(".zone").textContent = isUtc ? "Times are UTC, which is your zone." : "Times are UTC; those of your zone, " + zone + ", stand beside them.";
  if (!isUtc) for (const time of all("time")) time.append(" (" + local.format(new Date(time.dateTime)) + " " + zone + ")");

  const copy = (from, to) => to && to.replaceChildren(...[...from.childNodes].map((node) => node.cloneNode(true)));
  const rowOf = (id) => one('tr[data-model="' + id + '"]');

  function showPrice(section, index) {
    const row = all(".by-price tbody tr", section)[index];
    const range = one(".price-range", section);
    if (!row || !range) return;
    range.value = index;
    range.setAttribute("aria-valuetext", row.dataset.price);
    const cells = [...row.cells].slice(1, -3);
    const names = all(".by-price thead th", section).slice(1, -3).map((head) => head.textContent);
    for (const cell of all("td.cost", section)) {
      const place = names.indexOf(one("th span", cell.parentNode).textContent);
      if (cells[place]) copy(cells[place], cell);
    }
    for (const text of all(".at-price", section)) text.textContent = row.dataset.price;
    one(".headline", section).textContent = one(".said", row).textContent;
    const line = one(".price-line", section);
    for (const end of ["x1", "x2"]) line.setAttribute(end, row.dataset.x);
    const summary = rowOf(section.dataset.section);
    if (!summary) return;
    const best = one(".cheapest", row).textContent;
    for (const name of ["cheapest", "against"]) copy(one("." + name, row), one("." + name, summary));
    one(".verdict", section).textContent = best + ", " + one(".against", row).textContent;
    one(".at-price", summary).textContent = row.dataset.price;
    if (cells[names.indexOf(best)]) copy(cells[names.indexOf(best)], one(".cost", summary));
    const counts = all(".policies tbody tr:not(.group)", section).find((each) => one("th span", each).textContent === best);
    for (const name of ["trainings", "spend"]) copy(one("." + name, counts), one("." + name, summary));
  }

  function showTime(section, index) {
    const rows = all(".by-time tbody tr", section);
    const row = rows[index];
    if (!row) return;
    const heads = all(".by-time thead th", section);
    const at = row.cells[0].textContent + " UTC" + (isUtc ? "" : " (" + local.format(new Date(Number(row.dataset.at))) + " " + zone + ")");
    const told = [...row.cells].slice(1).flatMap((cell, place) => cell.textContent === "–" ? [] : [[heads[place + 1].textContent, cell.textContent]]);
    one(".time-text", section).replaceChildren(...[["From", at], ...told].flatMap(([name, text]) => {
      const [item, bold] = [document.createElement("span"), document.createElement("b")];
      bold.textContent = name;
      item.append(bold, " " + text);
      return [item, " "];
    }));
    const range = one(".time-range", section);
    range.value = index;
    range.setAttribute("aria-valuetext", row.cells[0].textContent);
    const cursor = one(".cursor", section);
    cursor.hidden = false;
    cursor.style.setProperty("--left", row.dataset.left);
    cursor.style.setProperty("--width", row.dataset.width);
  }

  for (const section of all("[data-section]")) {
    one(".price-range", section)?.addEventListener("input", (event) => showPrice(section, Number(event.target.value)));
    const range = one(".time-range", section);
    const rows = all(".by-time tbody tr", section);
    range.max = rows.length - 1;
    range.addEventListener("input", () => showTime(section, Number(range.value)));
    range.addEventListener("focus", () => showTime(section, Number(range.value)));
    const chart = one(".cursor", section).parentNode;
    chart.addEventListener("pointermove", (event) => {
      const box = one(".axis", chart).getBoundingClientRect();
      const share = (event.clientX - box.left) / box.width * 100;
      const index = rows.findIndex((row) => share < parseFloat(row.dataset.left) + parseFloat(row.dataset.width));
      if (share >= 0 && index >= 0 && String(index) !== range.dataset.shown) showTime(section, index);
      range.dataset.shown = String(index);
    });
  }

  const prices = one("#all-prices");
  prices?.addEventListener("input", () => {
    for (const section of all("[data-section]")) showPrice(section, Number(prices.value));
    const row = all(".by-price tbody tr")[Number(prices.value)];
    one(".all-price").textContent = row.dataset.price;
    prices.setAttribute("aria-valuetext", row.dataset.price);
  });

  const filter = one("#filter");
  filter?.addEventListener("input", () => {
    const word = filter.value.trim().toLowerCase();
    let shown = 0;
    for (const row of all("tr[data-model]")) {
      row.hidden = !row.cells[0].textContent.toLowerCase().includes(word);
      one('[data-section="' + row.dataset.model + '"]').hidden = row.hidden;
      if (!row.hidden) shown++;
    }
    one(".found").textContent = word === "" ? "" : shown + " of " + all("tr[data-model]").length;
  });

  const openNamed = () => {
    const target = document.getElementById(location.hash.slice(1));
    const details = target?.closest("details");
    if (details) details.open = true;
    target?.scrollIntoView();
  };
  addEventListener("hashchange", openNamed);
  if (location.hash) openNamed();
})();
`;
