// What is being counted comes in by itself, and leaves the rest of the page as it is. Without a script the page refreshes.
const section = document.querySelector("[data-counting]");
const EVERY = 1000;

function put(place, fresh) {
  if (place.textContent !== fresh.textContent) place.replaceChildren(...fresh.childNodes);
}

async function look() {
  try {
    const answer = await fetch(section.dataset.counting, { headers: { "X-Page": "live" } });
    if (answer.status === 401) return location.reload();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector(".running");
    const [bar, now] = [section, fresh].map((one) => one.querySelector("progress"));
    const busy = "counting" in fresh.dataset;
    put(section.querySelector("[role=status]"), fresh.querySelector("[role=status]"));
    if (busy && bar && now) {
      bar.value = now.value;
      put(section.querySelector(".hint"), fresh.querySelector(".hint"));
    } else {
      put(section.querySelector(".running-more"), fresh.querySelector(".running-more"));
    }
    if (busy) setTimeout(look, EVERY);
  } catch {
    setTimeout(look, 10 * EVERY);
  }
}

setTimeout(look, EVERY);
