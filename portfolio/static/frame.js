// The frame: drawer, folded navigation, menus, going back. Without it every page still works.
"use strict";

document.documentElement.classList.add("js");

const navigation = document.getElementById("navigation");
const drawer = document.querySelector("[data-drawer]");

function openDrawer(open) {
  navigation.classList.toggle("open", open);
  drawer.setAttribute("aria-expanded", String(open));
  if (open) navigation.querySelector("a").focus();
  else drawer.focus();
}

if (navigation && drawer) {
  drawer.setAttribute("role", "button");
  drawer.setAttribute("aria-expanded", "false");
  drawer.setAttribute("aria-controls", "navigation");
  drawer.addEventListener("click", (event) => { event.preventDefault(); openDrawer(true); });
  navigation.querySelector(".nav-close").addEventListener("click", (event) => { event.preventDefault(); openDrawer(false); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && navigation.classList.contains("open")) openDrawer(false);
  });
  document.addEventListener("click", (event) => {
    const outside = !navigation.contains(event.target) && !drawer.contains(event.target);
    if (outside && navigation.classList.contains("open")) openDrawer(false);
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}

const fold = document.querySelector("[data-fold]");
if (fold) {
  const narrow = () => document.documentElement.classList.contains("nav-narrow");
  fold.setAttribute("aria-expanded", String(!narrow()));
  fold.addEventListener("click", () => {
    document.documentElement.classList.toggle("nav-narrow");
    fold.setAttribute("aria-expanded", String(!narrow()));
    document.cookie = `nav=${narrow() ? "narrow" : "wide"}; path=/; max-age=31536000; samesite=lax`;
  });
}

for (const menu of document.querySelectorAll("details.menu")) {
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) { menu.open = false; menu.querySelector("summary").focus(); }
  });
}

for (const button of document.querySelectorAll("[data-back]")) {
  if (history.length > 1) button.hidden = false;
  button.addEventListener("click", () => history.back());
}

for (const summary of document.querySelectorAll("[data-focus]")) summary.focus();

// A rail wider than the screen begins at the stage that the project is in.
for (const now of document.querySelectorAll(".rail [aria-current], .tabs [aria-current]")) {
  const frame = now.closest(".rail, .tabs");
  frame.scrollLeft = now.offsetLeft - (frame.clientWidth - now.offsetWidth) / 2;
}
