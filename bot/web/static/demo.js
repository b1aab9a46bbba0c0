// The demo's own things: the clock, the timeline that follows, and tabs where three chats do not fit side by side.
const stage = document.querySelector(".stage");
const clock = document.querySelector("[data-clock]");
const chosen = document.querySelector("[data-cases]");
const parser = new DOMParser();
const moment = document.getElementById("moment");
const note = document.querySelector("[data-note]");
let soon = 0;
let said = 0;

async function refresh() {
  const answer = await fetch(`/demo/timeline?case=${encodeURIComponent(chosen.value)}`);
  if (!answer.ok) return;
  const parts = parser.parseFromString(await answer.text(), "text/html");
  for (const part of parts.querySelectorAll("[data-for]")) {
    const place = document.getElementById(part.dataset.for);
    const open = [...place.querySelectorAll("details")].map((one) => one.open);
    if (place.innerHTML === part.innerHTML) continue;
    place.innerHTML = part.innerHTML;
    place.querySelectorAll("details").forEach((one, n) => { one.open = open[n] ?? false; });
  }
  document.querySelector("[data-case]").value = chosen.value;
}

clock.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (clock.getAttribute("aria-busy") === "true") return;
  clock.setAttribute("aria-busy", "true");
  note.textContent = "";
  const before = `${moment.textContent}${said}`;
  try {
    const answer = await fetch(clock.action, { method: "POST", body: new FormData(clock, event.submitter), headers: { "X-Page": "live" } });
    if (!answer.ok) return location.reload();
    await refresh();
    if (event.submitter?.value === "next") {
      setTimeout(() => { if (before === `${moment.textContent}${said}`) note.textContent = clock.dataset.nothing; }, 600);
    }
  } finally {
    clock.removeAttribute("aria-busy");
  }
});
chosen.addEventListener("change", refresh);
document.addEventListener("heard", (event) => {
  said += 1;
  clearTimeout(soon);
  soon = setTimeout(refresh, 250);
  const panel = document.querySelector(`[data-chat="${CSS.escape(event.detail)}"]`).closest(".panel");
  if (!panel.classList.contains("shown")) badge(panel.id, true);
});

function badge(id, on) {
  const mark = document.querySelector(`[data-tab="${CSS.escape(id)}"] .badge`);
  if (mark) mark.hidden = !on;
}

const tabs = [...document.querySelectorAll("[data-tab]")];
for (const tab of tabs) {
  tab.addEventListener("click", () => {
    for (const other of tabs) {
      const here = other === tab;
      other.setAttribute("aria-pressed", String(here));
      document.getElementById(other.dataset.tab).classList.toggle("shown", here);
    }
    badge(tab.dataset.tab, false);
  });
}
stage.classList.add("alive");
