// Forms: sent once, saved by themselves, sums as one types, a paste from a spreadsheet, files with their
// progress. All of it is extra.
"use strict";

// --- sent once: a second click while the first is under way does nothing; left unsent: the browser asks ----

function once(form) {
  form.addEventListener("input", () => { if (!form.querySelector("[type=password]")) form.dataset.changed = "yes"; });
  window.addEventListener("beforeunload", (event) => {
    if (form.isConnected && form.dataset.changed && !form.dataset.sent) event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
  });
}

function again(form) {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
}

for (const form of document.querySelectorAll("form[data-once]")) once(form);
// The back button shows the page as it was left: it may be sent again then, and the server decides.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    again(form);
    delete form.dataset.changed;
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
    typed += 1;
    later();
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
    element.removeAttribute("aria-invalid");
    if ("value" in element) element.value = element.tagName === "SELECT" ? element.options[0].value : "";
  }
  for (const error of row.querySelectorAll(".error")) error.remove();
  body.append(row);
  return row;
}

// Cells stand between tabs, rows between line ends, a cell that holds either in quotes; an amount comes as it
// is shown there, with the sign of its currency.
const CELL = /(?:"((?:[^"]|"")*)"(?=[\t\n]|$)|([^\t\n]*))([\t\n]|$)/g;

function cellsOf(text) {
  const rows = [[]];
  for (const [, quoted, plain, end] of text.replace(/\r\n?/g, "\n").replace(/\n$/, "").matchAll(CELL)) {
    const cell = quoted === undefined ? plain : quoted.replaceAll('""', '"');
    rows.at(-1).push(cell.trim().replace(/^[¥￥]\s*(?=[\d.-])/, ""));
    if (end === "\n") rows.push([]);
    if (!end) break;
  }
  return rows;
}

// A cost is called 监理 in one office and 监理费 in another.
const PLAIN = /\s|[费費]$/g;

function optionFor(input, text) {
  const options = [...input.options].filter((one) => one.value);
  const called = (one) => one.text.replace(PLAIN, "");
  const word = text.replace(PLAIN, "");
  const begin = options.filter((one) => called(one).startsWith(word));
  return options.find((one) => one.text.trim() === text || one.value === text)
    || options.find((one) => called(one) === word)
    || (word.length > 1 && begin.length === 1 ? begin[0] : null);
}

// Puts what a cell says into a field; whether the field could take it.
function choose(input, text) {
  if (input.tagName !== "SELECT") {
    input.value = input.tagName === "INPUT" ? text.replace(/\s*\n\s*/g, " ") : text;
    return true;
  }
  const option = text ? optionFor(input, text) : input.options[0];
  input.value = option ? option.value : input.options[0].value;
  if (option) input.removeAttribute("aria-invalid");
  else input.setAttribute("aria-invalid", "true");
  return Boolean(option);
}

// What was pasted and is none of the choices is named above the table: it would be lost without a word.
function sayUnknown(table, unknown) {
  const said = table.closest(".table-frame").previousElementSibling;
  if (!said || !("pasteUnknown" in said.dataset)) return;
  said.hidden = !unknown.length;
  said.textContent = unknown.length ? said.dataset.pasteUnknown + [...new Set(unknown)].join("、") : "";
}

function grows(table) {
  const body = table.tBodies[0];
  table.addEventListener("change", (event) => {
    if (event.target.tagName === "SELECT" && event.target.value) event.target.removeAttribute("aria-invalid");
  });
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
    const unknown = [];
    cellsOf(text).forEach((cells, down) => {
      const row = body.rows[from + down] || addRow(body);
      if (!row) return;
      const inputs = inputsOf(row);
      cells.forEach((value, across) => {
        const input = inputs[column + across];
        if (input && !choose(input, value)) unknown.push(value);
      });
    });
    sayUnknown(table, unknown);
    addUp(table);
    cell.dispatchEvent(new Event("input", { bubbles: true }));
  });
  addUp(table);
}

for (const table of document.querySelectorAll("table[data-rows]")) grows(table);

// --- files: too large is said at the field, the rest shows how far it has come -----------------------------

const MEGABYTE = 1024 * 1024;

function filesOf(form) { return [...form.querySelectorAll("input[type=file]")]; }

function sizeOf(input) { return [...input.files].reduce((sum, file) => sum + file.size, 0); }

function complainAt(input, text) {
  const id = `${input.id}-size`;
  document.getElementById(id)?.remove();
  const others = (input.getAttribute("aria-describedby") || "").split(" ").filter((one) => one && one !== id);
  input.setAttribute("aria-describedby", [...others, ...(text ? [id] : [])].join(" "));
  if (!text) { input.removeAttribute("aria-invalid"); return; }
  const said = document.createElement("p");
  said.id = id;
  said.className = "error";
  said.setAttribute("role", "alert");
  said.textContent = text;
  input.setAttribute("aria-invalid", "true");
  input.after(said);
}

// The fields whose files cannot be sent, each with its message; the others lose theirs.
function tooLarge(form) {
  const most = Number(form.dataset.upload) * MEGABYTE;
  const inputs = filesOf(form);
  for (const input of inputs) complainAt(input, sizeOf(input) > most ? form.dataset.tooLarge : "");
  const wrong = inputs.filter((input) => sizeOf(input) > most);
  const sum = inputs.reduce((sum, input) => sum + sizeOf(input), 0);
  if (wrong.length || sum <= most) return wrong;
  const last = inputs.findLast((input) => input.files.length);
  complainAt(last, form.dataset.tooMuch);
  return [last];
}

// A form that came back takes the old one's place; files that the server has not kept stay chosen.
function comeBack(page, form) {
  const main = document.querySelector("main");
  const chosen = new Map(filesOf(form).map((input) => [input.id, input.files]));
  main.replaceChildren(...page.querySelector("main").childNodes);
  for (const input of main.querySelectorAll("input[type=file]")) {
    const kept = input.form.elements.namedItem(`${input.name}_kept`);
    if (chosen.has(input.id) && !(kept && kept.value)) input.files = chosen.get(input.id);
  }
  for (const one of main.querySelectorAll("form[data-once]")) once(one);
  for (const one of main.querySelectorAll("table[data-rows]")) grows(one);
  for (const one of main.querySelectorAll("form[data-upload]")) uploads(one);
  for (const one of main.querySelectorAll("[data-focus]")) one.focus();
}

function send(form, fields) {
  const progress = form.querySelector("[data-upload-progress]");
  const said = form.querySelector("[data-upload-said]");
  const complain = (words) => {
    said.textContent = words.filter(Boolean).join(" ");
    said.hidden = false;
    progress.hidden = true;
    again(form);
  };
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("X-Upload", "yes");
  said.hidden = true;
  progress.hidden = false;
  request.upload.addEventListener("progress", (step) => {
    const percent = step.lengthComputable ? Math.floor((step.loaded * 100) / step.total) : 0;
    progress.querySelector("progress").value = percent;
    progress.querySelector("[data-upload-percent]").textContent = `${percent}%`;
  });
  request.addEventListener("error", () => complain([form.dataset.lost]));
  request.addEventListener("load", () => {
    // The session has ended: sent as it always was, the form comes back on a page that keeps what was typed.
    if (request.status === 400 || request.status === 401) { form.submit(); return; }
    if ((request.getResponseHeader("Content-Type") || "").startsWith("text/html")) {
      comeBack(new DOMParser().parseFromString(request.responseText, "text/html"), form);
      return;
    }
    let result = {};
    try { result = JSON.parse(request.responseText); } catch { /* cut off on the way */ }
    if (result.address) window.location.assign(result.address);
    else complain([result.what || form.dataset.lost, result.remedy]);
  });
  request.send(fields);
}

function uploads(form) {
  for (const input of filesOf(form)) input.addEventListener("change", () => tooLarge(form));
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const [wrong] = tooLarge(form);
    if (wrong) {
      event.preventDefault();
      again(form);
      wrong.focus();
    } else if (filesOf(form).some((input) => input.files.length)) {
      event.preventDefault();
      const fields = new FormData(form);
      if (event.submitter?.name) fields.append(event.submitter.name, event.submitter.value);
      send(form, fields);
    }
  });
}

for (const form of document.querySelectorAll("form[data-upload]")) uploads(form);
