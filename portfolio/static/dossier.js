// Dossiers: the plan searched by box. All of it is extra.
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
