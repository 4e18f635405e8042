// Dossiers: the plan searched by box, uploads with their progress. All of it is extra.
"use strict";

// --- an item of the plan: narrowed by box and by words, the choice itself stays a select field --------------

for (const select of document.querySelectorAll("select[data-search]")) {
  const every = [...select.querySelectorAll("option")].map((option) => ({ option, group: option.closest("optgroup") }));
  const groups = [...select.querySelectorAll("optgroup")];
  const tools = document.getElementById(`${select.id}-search`);
  const words = tools.querySelector("input");
  const box = tools.querySelector("select");
  const boxes = new Map();
  for (const { option, group } of every) if (group && !boxes.has(option.dataset.box)) boxes.set(option.dataset.box, group.label.split(" · ")[0]);
  for (const [code, label] of boxes) box.add(new Option(label, code));
  const narrow = () => {
    const wanted = words.value.normalize("NFKC").trim().toLowerCase();
    const chosen = select.value;
    for (const group of groups) group.remove();
    for (const { option, group } of every) {
      option.remove();
      const fits = !group || ((!box.value || option.dataset.box === box.value) && option.text.toLowerCase().includes(wanted));
      if (!fits && option.value !== chosen) continue;
      if (group && !group.isConnected) select.append(group);
      (group || select).append(option);
    }
    select.value = chosen;
    tools.querySelector("[data-found]").textContent = String([...select.options].filter((option) => option.parentElement !== select).length);
  };
  tools.hidden = false;
  select.size = 8;
  words.addEventListener("input", narrow);
  box.addEventListener("input", narrow);
  narrow();
}

// --- an upload shows how far it has come --------------------------------------------------------------------

for (const progress of document.querySelectorAll("[data-upload]")) {
  const form = progress.closest("form");
  const said = form.querySelector("[data-upload-said]");
  const complain = (text) => {
    said.textContent = text;
    said.hidden = false;
    progress.hidden = true;
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  };
  form.addEventListener("submit", (event) => {
    const file = form.elements.file.files[0];
    if (!file || event.defaultPrevented) return;
    event.preventDefault();
    said.hidden = true;
    if (file.size > Number(progress.dataset.upload) * 1024 * 1024) { complain(progress.dataset.tooLarge); return; }
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    progress.hidden = false;
    request.upload.addEventListener("progress", (step) => {
      const percent = step.lengthComputable ? Math.floor((step.loaded * 100) / step.total) : 0;
      progress.querySelector("progress").value = percent;
      progress.querySelector("[data-upload-percent]").textContent = `${percent}%`;
    });
    request.addEventListener("error", () => complain(progress.dataset.lost));
    request.addEventListener("load", () => {
      const result = request.response || {};
      if (request.status === 200 && result.address) { window.location.assign(result.address); return; }
      complain([result.what || progress.dataset.lost, result.remedy].filter(Boolean).join(" "));
    });
    request.send(new FormData(form));
  });
}
