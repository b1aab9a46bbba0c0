// The conversation, made lively. Everything here also works without it: the forms post, the server renders.
const page = document.querySelector("[data-events]");
const words = page.dataset;
const smooth = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
const rooms = new Map([...document.querySelectorAll("[data-chat]")].map((node) => [node.dataset.chat, room(node)]));
let heard = 0;

function room(node) {
  const find = (what) => node.querySelector(`[data-${what}]`);
  const log = find("log");
  const scroll = node.querySelector(".scroll");
  const composer = find("composer");
  const text = composer.querySelector("textarea");
  const typing = find("typing");
  const jump = find("jump");
  let waiting = false; // an own press or text is under way
  let keyboard = false;
  let mine = null; // what was typed just now, until the answer shows what was understood
  let release = () => {}; // gives back the buttons of the last press; they may stay, as those of a list do

  // Zoomed in far, the page scrolls as a whole and the log does not.
  const whole = () => getComputedStyle(scroll).overflowY === "visible";
  const atEnd = () => (whole()
    ? innerHeight + scrollY > document.scrollingElement.scrollHeight - 120
    : Math.abs(scroll.scrollTop) < 80);
  // At once: a scroll that is still on its way when more is said is broken off, and the answer stays below.
  const toEnd = () => (whole()
    ? composer.scrollIntoView({ block: "end" })
    : scroll.scrollTo({ top: scroll.scrollHeight }));
  if (whole() && page.classList.contains("one")) composer.scrollIntoView({ block: "end" });

  function patch(turn, fresh) {
    const kept = (part) => turn.querySelector(`:scope > [data-part="${part}"]`);
    const held = turn.contains(document.activeElement);
    for (const old of [...turn.children]) {
      if (!fresh.querySelector(`:scope > [data-part="${old.dataset.part}"]`)) old.remove();
    }
    let after = null;
    for (const part of [...fresh.children]) {
      const old = kept(part.dataset.part);
      if (old && old.outerHTML === part.outerHTML) after = old;
      else {
        if (old) old.replaceWith(part);
        else if (after) after.after(part);
        else turn.prepend(part);
        after = part;
      }
    }
    return held && !turn.contains(document.activeElement);
  }

  function show(turns) {
    const end = atEnd();
    let lost = false;
    let first = null;
    for (const { id, mark, html } of turns) {
      const known = document.getElementById(id);
      if (known?.dataset.mark === mark) continue;
      const fresh = document.createElement("div");
      fresh.className = "turn new";
      fresh.id = id;
      fresh.dataset.mark = mark;
      fresh.innerHTML = html;
      if (known) {
        const answered = !known.querySelector('[data-part="answer"]') && fresh.querySelector('[data-part="answer"]');
        lost = patch(known, fresh) || lost;
        known.dataset.mark = mark;
        if (answered) mine?.remove();
      } else {
        // What I said just now belongs under the name of the day it opened.
        const opens = mine && log.lastElementChild === mine.turn;
        log.append(fresh);
        if (opens) fresh.querySelector(':scope > [data-part="day"]')?.after(mine.bubble);
        first ??= fresh;
      }
    }
    if (!first && !lost) return;
    node.querySelector("[data-welcome]")?.remove();
    const own = waiting;
    settle();
    invite();
    if (own || lost) focus(lost);
    if (!first) return;
    if (own || end) {
      if (log.lastElementChild.getBoundingClientRect().bottom - first.getBoundingClientRect().top > scroll.clientHeight) {
        first.scrollIntoView({ block: "start", behavior: smooth });
      } else toEnd();
    } else jump.hidden = false;
    document.dispatchEvent(new CustomEvent("heard", { detail: node.dataset.chat }));
  }

  const usual = text.placeholder;
  function invite() {
    text.placeholder = log.querySelector("[data-write]") ? text.dataset.answer : usual;
  }
  invite();

  function settle() {
    waiting = false;
    release();
    typing.hidden = true;
    log.querySelectorAll(".sending").forEach((one) => one.classList.remove("sending"));
  }

  // After an answer: to the choices of the next question, by its group, so that a second Enter answers nothing.
  function focus(lost) {
    const active = document.activeElement;
    if (active && active !== document.body && !node.contains(active)) return;
    const next = log.querySelector(".turn:last-child .controls") ?? [...log.querySelectorAll(".controls")].pop();
    const writes = next?.querySelector("[data-write]");
    if (next && !writes && active !== text) next.focus({ preventScroll: true });
    else if (keyboard || active === text || writes) text.focus({ preventScroll: true });
    else if (lost) scroll.focus({ preventScroll: true });
  }

  async function post(form, data, undo) {
    data.set("once", crypto.randomUUID?.() ?? String(Math.random()).slice(2).padStart(16, "0"));
    waiting = true;
    trouble("");
    const before = heard;
    const wait = setTimeout(() => { if (waiting) { typing.hidden = false; toEnd(); } }, 150);
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-Page": "live" } });
      // The visit is over, or the page is older than it: the server says what to do next.
      if ([401, 403].includes(answer.status)) return location.reload();
      if (!answer.ok) throw new Error(String(answer.status));
      if (!words.events) return location.assign(location.pathname);
      setTimeout(() => { if (heard === before) connect(); }, source?.readyState === 1 ? 2500 : 0);
      // What was answered is said by now; where nothing new came of it, one may go on.
      setTimeout(() => { if (waiting) settle(); }, 1500);
    } catch {
      undo();
      trouble(words.failed);
      settle();
    } finally {
      clearTimeout(wait);
    }
  }

  function trouble(what) {
    find("trouble").textContent = what;
  }

  function say(what) {
    mine = document.createElement("div");
    mine.className = "turn";
    mine.innerHTML = '<div class="bubble own sending"><span class="unseen"></span> <p></p></div>';
    mine.querySelector("span").textContent = words.own;
    mine.querySelector("p").textContent = what.length > 600 ? `${what.slice(0, 600)} …` : what;
    log.append(mine);
    const turn = mine;
    const bubble = turn.firstElementChild;
    mine = { turn, bubble, remove() { turn.remove(); bubble.remove(); mine = null; } };
    toEnd();
  }

  node.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.closest(".controls") && form !== composer) return;
    event.preventDefault();
    if (waiting) return;
    const data = new FormData(form, event.submitter);
    keyboard = event.submitter === null || event.submitter.matches(":focus-visible");
    mine = null;
    release = () => {};
    if (form === composer) {
      const said = data.getAll("text").map((one) => one.trim()).filter(Boolean).pop();
      if (!said) return;
      data.set("text", said);
      say(event.submitter?.classList.contains("starter") ? event.submitter.textContent : said);
      const typed = text.value;
      text.value = "";
      post(form, data, () => { mine?.remove(); text.value = typed; });
    } else {
      const group = form.closest(".controls");
      const buttons = [...group.querySelectorAll("button")];
      buttons.forEach((button) => button.setAttribute("aria-disabled", "true"));
      group.setAttribute("aria-busy", "true");
      release = () => {
        buttons.forEach((button) => button.removeAttribute("aria-disabled"));
        group.removeAttribute("aria-busy");
      };
      post(form, data, () => {});
    }
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (text.value.trim()) composer.requestSubmit(composer.querySelector(".send"));
    }
  });
  jump.addEventListener("click", () => { toEnd(); jump.hidden = true; text.focus({ preventScroll: true }); });
  scroll.addEventListener("scroll", () => { if (atEnd()) jump.hidden = true; }, { passive: true });
  return { show, trouble };
}

let source = null;
let seen = words.seen;
let patience = 0;

function connect() {
  if (!words.events) return;
  source?.close();
  source = new EventSource(`${words.events}?seen=${encodeURIComponent(seen)}`);
  source.addEventListener("turns", (event) => {
    heard += 1;
    seen = event.lastEventId;
    for (const [key, turns] of Object.entries(JSON.parse(event.data))) rooms.get(key)?.show(turns);
  });
  source.addEventListener("clock", () => document.dispatchEvent(new CustomEvent("clock")));
  source.addEventListener("open", () => {
    patience = 0;
    for (const each of rooms.values()) each.trouble("");
  });
  source.addEventListener("error", () => {
    if (patience++ > 1) for (const each of rooms.values()) each.trouble(words.offline);
    if (source.readyState === EventSource.CLOSED) setTimeout(again, Math.min(30000, 1000 * 2 ** patience));
  });
}

// A stream that was refused: the visit may be over, and then the page says how to come back.
async function again() {
  const answer = await fetch(location.pathname, { method: "HEAD" }).catch(() => null);
  if (answer?.status === 401) location.reload();
  else connect();
}

const title = document.title;
let unread = 0;
document.addEventListener("heard", () => { if (document.hidden) document.title = `(${++unread}) ${title}`; });
document.addEventListener("visibilitychange", () => { if (!document.hidden) { unread = 0; document.title = title; } });
connect();
addEventListener("pagehide", () => source?.close());
addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
