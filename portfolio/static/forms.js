// Forms: sent once, saved by themselves, sums as one types, a paste from a spreadsheet. All of it is extra.
"use strict";

// --- sent once: a second click while the first is under way does nothing -----------------------------------

for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
  });
}
// The back button shows the page as it was left: it may be sent again then, and the server decides.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});

for (const select of document.querySelectorAll("[data-send-on-change]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

// --- saved by themselves: the form is posted to its own draft address some seconds after the last key ------

const PAUSE = 3000;

for (const form of document.querySelectorAll("form[data-autosave]")) {
  let timer = 0;
  let running = false;
  let typed = 0;
  let pressed = null;
  const later = () => { clearTimeout(timer); timer = setTimeout(save, PAUSE); };
  const said = form.querySelector("[data-saved]");
  const save = async () => {
    if (form.dataset.sent) return;
    if (running) { later(); return; }
    running = true;
    const before = typed;
    const fields = new FormData(form);
    for (const [name, value] of [...fields]) if (value instanceof File) fields.delete(name);
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST", body: fields, headers: { Accept: "application/json" }, redirect: "error",
      });
      const result = await answer.json();
      if (said) said.textContent = answer.ok ? result.said : [result.what, result.remedy].filter(Boolean).join(" ");
      if (answer.ok && result.version !== undefined && form.elements.version) form.elements.version.value = result.version;
      if (answer.ok && typed === before) delete form.dataset.changed;
    } catch {
      // Offline or logged out: what was typed stays in the page, and sending it keeps it.
    }
    running = false;
    if (pressed) form.requestSubmit(pressed);
    pressed = null;
  };
  // Sending waits for a draft that is under way: the two must not take one another for somebody else.
  form.addEventListener("submit", (event) => {
    if (!running) return;
    event.preventDefault();
    delete form.dataset.sent;
    pressed = event.submitter;
  });
  form.addEventListener("input", () => {
    form.dataset.changed = "yes";
    typed += 1;
    later();
  });
  window.addEventListener("beforeunload", (event) => {
    if (form.dataset.changed && !form.dataset.sent) event.preventDefault();
  });
}

// --- sums as one types: exact, in hundredths of a fen, so that nothing is rounded on the way ---------------

const SCALE = 8;

function toUnits(text) {
  const cleaned = text.normalize("NFKC").replaceAll(",", "").trim();
  const found = /^([+-]?)(\d{1,15})(?:\.(\d{1,8}))?$/.exec(cleaned);
  if (!found) return null;
  const units = BigInt(found[2] + (found[3] || "").padEnd(SCALE, "0"));
  return found[1] === "-" ? -units : units;
}

function fromUnits(units) {
  const digits = (units < 0n ? -units : units).toString().padStart(SCALE + 1, "0");
  const whole = digits.slice(0, -SCALE).replace(/\B(?=(\d{3})+$)/g, ",");
  const rest = digits.slice(-SCALE).replace(/0+$/, "").padEnd(2, "0");
  return `${units < 0n ? "-" : ""}${whole}.${rest}`;
}

function addUp(table) {
  for (const name of (table.dataset.sums || "").split(" ").filter(Boolean)) {
    let sum = 0n;
    for (const input of table.querySelectorAll(`tbody [data-column="${CSS.escape(name)}"]`)) sum += toUnits(input.value) ?? 0n;
    const cell = table.querySelector(`[data-sum="${CSS.escape(name)}"]`);
    if (cell) cell.textContent = fromUnits(sum).replace("whole" in cell.dataset ? /\.00$/ : /$/, "");
  }
}

// --- a table grows with its last row; a paste from a spreadsheet fills it from the cell where it was made ----

function inputsOf(row) { return [...row.querySelectorAll("input:not([type=hidden]), select, textarea")]; }

function addRow(body) {
  if (body.rows.length >= Number(body.closest("table").dataset.rows || Infinity)) return null;
  const row = body.rows[body.rows.length - 1].cloneNode(true);
  const number = body.rows.length;
  for (const element of row.querySelectorAll("[name], [id]")) {
    for (const key of ["name", "id"]) {
      if (element[key]) element[key] = element[key].replace(/-\d+-/, `-${number}-`);
    }
    if ("value" in element) element.value = element.tagName === "SELECT" ? element.options[0].value : "";
  }
  for (const error of row.querySelectorAll(".error")) error.remove();
  body.append(row);
  return row;
}

function choose(input, text) {
  if (input.tagName !== "SELECT") { input.value = text; return; }
  const option = [...input.options].find((one) => one.text.trim() === text || one.value === text);
  if (option) input.value = option.value;
}

for (const table of document.querySelectorAll("table[data-rows]")) {
  const body = table.tBodies[0];
  table.addEventListener("input", (event) => {
    addUp(table);
    const last = body.rows[body.rows.length - 1];
    if (last.contains(event.target) && event.target.value) addRow(body);
  });
  table.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (!/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const cell = event.target;
    const from = [...body.rows].indexOf(cell.closest("tr"));
    const column = inputsOf(body.rows[from]).indexOf(cell);
    text.replace(/\r/g, "").replace(/\n$/, "").split("\n").forEach((line, down) => {
      const row = body.rows[from + down] || addRow(body);
      if (!row) return;
      const inputs = inputsOf(row);
      line.split("\t").forEach((value, across) => { if (inputs[column + across]) choose(inputs[column + across], value.trim()); });
    });
    addUp(table);
    cell.dispatchEvent(new Event("input", { bubbles: true }));
  });
  addUp(table);
}
