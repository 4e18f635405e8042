// Trying a selection: what it takes of each source, what is left and what it is worth, as one ticks.
"use strict";

for (const table of document.querySelectorAll("table[data-choice]")) {
  const form = table.closest("form");
  const wan = (fen) => {
    const hundredths = Math.round(Math.abs(fen) / 10000);
    const words = (hundredths / 100).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    return fen < 0 && hundredths ? `-${words}` : words;
  };
  const chosen = () => {
    const found = [...form.querySelectorAll("input[data-kept]")].map((input) => ({ value: input.dataset.value, takes: input.dataset.takes }));
    for (const row of table.querySelectorAll("tbody tr")) {
      if (!row.querySelector("input[name=chosen]").checked) continue;
      found.push({ value: row.dataset.value, takes: row.querySelector("select[name=basis]").selectedOptions[0].dataset.takes });
    }
    return found;
  };
  const addUp = () => {
    const sums = new Map();
    const rows = chosen();
    for (const row of rows) {
      for (const part of row.takes.split(" ").filter(Boolean)) {
        const [source, fen] = part.split(":");
        sums.set(source, (sums.get(source) || 0) + Number(fen));
      }
    }
    for (const row of form.querySelectorAll("table[data-usage] tr[data-source]")) {
      const takes = sums.get(row.dataset.source) || 0;
      row.querySelector("[data-takes]").textContent = wan(takes);
      if (row.dataset.room === undefined) continue;
      const left = Number(row.dataset.room) - takes;
      const cell = row.querySelector("[data-left]");
      cell.textContent = wan(left);
      cell.classList.toggle("negative", left < 0);
    }
    const points = rows.reduce((sum, row) => sum + Number(row.value), 0) / 100;
    form.querySelector("[data-points]").textContent = points.toLocaleString("en", { maximumFractionDigits: 4 });
    form.querySelector("[data-count]").textContent = String(rows.length);
  };
  table.addEventListener("change", addUp);
  addUp();
}
