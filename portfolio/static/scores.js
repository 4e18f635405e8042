// The scoring sheet: subtotals and total as one types, and a computed score taken over with one click.
"use strict";

for (const table of document.querySelectorAll("table[data-scores]")) {
  const hundredths = (text) => {
    const found = /^(\d{1,4})(?:\.(\d{1,2}))?$/.exec(text.normalize("NFKC").trim());
    return found ? Number(found[1]) * 100 + Number((found[2] || "").padEnd(2, "0")) : 0;
  };
  const points = (sum) => `${Math.floor(sum / 100)}.${String(sum % 100).padStart(2, "0")}`;
  const addUp = () => {
    const sums = new Map();
    let total = 0;
    for (const input of table.querySelectorAll("[data-points]")) {
      const value = hundredths(input.value);
      sums.set(input.dataset.group, (sums.get(input.dataset.group) || 0) + value);
      total += value;
    }
    for (const cell of table.querySelectorAll("[data-subtotal]")) cell.textContent = points(sums.get(cell.dataset.subtotal) || 0);
    for (const cell of document.querySelectorAll("[data-score-total]")) cell.textContent = points(total);
  };
  table.addEventListener("input", addUp);
  table.addEventListener("click", (event) => {
    const button = event.target.closest("[data-take]");
    if (!button) return;
    const input = button.closest("tr").querySelector("[data-points]");
    input.value = button.dataset.take;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  addUp();
}
