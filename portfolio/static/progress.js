// Long work keeps its progress bars up to date; without this, the page is brought up to date by opening it again.
const PAUSE = 1500;
const PATIENCE = 400; // questions, then the reader may ask for themselves

async function look(section, left) {
  const open = section.querySelectorAll("[data-open]");
  if (!open.length || !left) return;
  try {
    const answer = await fetch(section.dataset.progress, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { requests } = await answer.json();
    for (const row of open) {
      const known = requests.find((one) => String(one.id) === row.dataset.request);
      if (!known || known.ended) { location.reload(); return; }
      const bar = row.querySelector("progress");
      if (!bar || !known.total) continue;
      bar.max = known.total;
      bar.value = known.done;
      row.querySelector("[data-said]").textContent = known.said;
    }
  } catch {
    // The network may be back at the next question.
  }
  setTimeout(look, PAUSE, section, left - 1);
}

const section = document.querySelector("[data-progress]");
if (section) setTimeout(look, PAUSE, section, PATIENCE);
