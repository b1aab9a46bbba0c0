// Two minutes before somebody of HR is signed out: a word, and a button that needs no new page.
const form = document.querySelector("[data-awake]");
const WARN = 120_000;

if (form) {
  const soon = form.querySelector("[data-awake-soon]");
  let timer = 0;

  function plan(left, until) {
    if (until) form.querySelector("[data-awake-until]").textContent = until;
    clearTimeout(timer);
    timer = setTimeout(look, Math.max(1000, left > WARN + 1000 ? left - WARN : left + 1000));
  }

  // Another page of the same person may have moved it on: ask before saying anything.
  async function look() {
    try {
      const answer = await fetch("/stay", { headers: { "X-Page": "live" } });
      if (answer.status === 401) return location.reload();
      const { left, until } = await answer.json();
      if (left * 1000 > WARN + 1000) soon.textContent = "";
      else if (!soon.textContent) soon.textContent = form.dataset.soon;
      form.classList.toggle("is-soon", soon.textContent !== "");
      plan(left * 1000, until);
    } catch {
      timer = setTimeout(look, 10_000);
    }
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const answer = await fetch("/stay", { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "X-Page": "live" } });
      if (!answer.ok) return form.submit();
      const { left, until } = await answer.json();
      form.classList.remove("is-soon");
      soon.textContent = form.dataset.stayed.replace("{}", until);
      setTimeout(() => { soon.textContent = ""; }, 10_000);
      plan(left * 1000, until);
    } catch {
      form.submit();
    }
  });
  plan(form.dataset.left * 1000);
}
