// What the desk does beside its forms, which work without it: news, a countdown, keys. It sends nothing by itself.
"use strict";

const news = document.querySelector("[data-news]");

function tellNews({ subjects, abouts }) {
  const show = news.querySelector("[data-show]");
  const here = news.dataset.about;
  const isHere = here !== undefined && abouts.includes(here);
  const count = subjects.length;
  show.hidden = count === 0 || (here !== undefined && !isHere);
  if (show.hidden) return;
  const words = show.dataset;
  show.textContent = isHere ? words.here : count === 1 ? words.one : words.many.replace("{n}", count);
  show.href = location.pathname + location.search;
}

// Who else has this page before them. That one writes is told by what the page listens to, not sent.
const around = document.querySelector("[data-around]");

function listen(isWritten) {
  const asked = new URLSearchParams({ vu: news.dataset.news });
  if (news.dataset.about) asked.set("sur", news.dataset.about);
  if (isWritten) asked.set("ecrit", "");
  const source = new EventSource(`/bureau/flux?${asked}`);
  source.addEventListener("nouveau", (event) => tellNews(JSON.parse(event.data)));
  source.addEventListener("autour", (event) => { if (around) around.textContent = JSON.parse(event.data); });
  addEventListener("pagehide", () => source.close(), { once: true });
  return source;
}

if (news && "EventSource" in window) {
  let source = listen(false), wasWriting = false;
  if (around) addEventListener("input", () => {
    if (isWriting() === wasWriting) return;
    wasWriting = !wasWriting;
    source.close();
    source = listen(wasWriting);
  });
}
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// The page as it now is, where its reader was: it may itself be the answer to a form, and is not asked for again so.
function showAgain(path) {
  try { sessionStorage.setItem(PLACE, JSON.stringify([path, scrollY])); } catch { /* then from its top */ }
  location.replace(path);
}

const PLACE = "guichet-bureau-place";
try {
  const [path, top] = JSON.parse(sessionStorage.getItem(PLACE) ?? "[]");
  sessionStorage.removeItem(PLACE);
  if (path === location.pathname && !location.hash) scrollTo({ top, behavior: "instant" });
} catch { /* nothing was kept */ }

// Seconds until an answer leaves. When it has, the page says so where nobody is writing.
for (const shown of document.querySelectorAll("[data-due]")) {
  const end = Date.now() + Number(shown.dataset.due) * 1000;
  const tick = setInterval(() => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    shown.textContent = String(left);
    if (left > 0) return;
    clearInterval(tick);
    setTimeout(() => { if (!isWriting()) showAgain(shown.dataset.base); }, 1500);
  }, 250);
}

// What is begun is kept by the server after a pause, and when the page is left: for its writer, in whatever browser.
const PAUSE = 1200;
const unkept = new Set();

for (const form of document.querySelectorAll("form[data-draft]")) {
  const field = form.querySelector("textarea"), told = form.querySelector("[data-draft-told]");
  form.querySelector("[data-keep-draft]").hidden = true;
  let timer = 0, last = field.value, isSent = false, sending;
  const keep = async () => {
    clearTimeout(timer);
    if (isSent || field.value === last) return;
    const words = field.value, mine = sending = new AbortController();
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" },
        keepalive: words.length < 20000, signal: mine.signal,
      });
      if (answer.status === 409) { isSent = true; told.textContent = await answer.json().catch(() => told.dataset.outdated); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      last = words;
      if (field.value === words) unkept.delete(form);
      const at = new Date().toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" });
      told.textContent = words.trim() ? told.dataset.kept.replace("{at}", at) : "";
    } catch (error) {
      if (mine.signal.aborted) return;
      told.textContent = error.message === "401" ? told.dataset.ended : told.dataset.failed;
      if (error.message !== "401") timer = setTimeout(keep, 5000);
    }
  };
  form.addEventListener("input", () => { unkept.add(form); clearTimeout(timer); timer = setTimeout(keep, PAUSE); });
  form.addEventListener("submit", () => { isSent = true; clearTimeout(timer); sending?.abort(); });
  addEventListener("pagehide", keep);
}

function isWriting(isMeant = () => true) {
  const fields = [...document.querySelectorAll("textarea")];
  return fields.some((each) => each.value !== each.defaultValue && !each.readOnly && isMeant(each));
}

// What is being written is not lost by a slip: what the server keeps can be left without a question.
let isSending = false;
const isUnkept = (each) => !each.form?.dataset.draft || unkept.has(each.form);
addEventListener("submit", ({ submitter }) => {
  isSending = true;
  if (submitter?.dataset.busy) submitter.textContent = submitter.dataset.busy;
});
addEventListener("beforeunload", (event) => { if (!isSending && isWriting(isUnkept)) event.preventDefault(); });

const all = document.querySelector("[data-tick-all]");
if (all) {
  all.hidden = false;
  all.querySelector("input").addEventListener("change", (event) => {
    for (const each of document.querySelectorAll(".tick input:not(:disabled)")) each.checked = event.target.checked;
  });
}

// All pages of the list, instead of the rows that are ticked here.
const wholeList = document.querySelector("[data-all-pages]");
if (wholeList) wholeList.addEventListener("change", () => {
  const which = document.querySelector("[data-which]");
  which.textContent = wholeList.checked ? which.dataset.whole : which.dataset.ticked;
  for (const each of document.querySelectorAll(".tick input")) each.indeterminate = wholeList.checked;
});

// An order for a whole list: how far it has come.
if (document.querySelector("[data-running]")) setTimeout(() => location.reload(), 2000);

// Keys: none of them sends anything; they rest while something is written, and can be put off.
const OFF = "guichet-bureau-touches";
const help = document.querySelector("[data-keys]");
const isOff = () => { try { return localStorage.getItem(OFF) === "non"; } catch { return false; } };

function move(step) {
  const items = [...document.querySelectorAll("[data-list] .item")];
  if (items.length === 0) return;
  const at = items.findIndex((each) => each.contains(document.activeElement));
  items[Math.min(items.length - 1, Math.max(0, at + step))].querySelector("a.item-main").focus();
}

function goTo(selector) {
  const found = document.querySelector(selector);
  if (found) found.focus();
  return Boolean(found);
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  "/": () => goTo("#mots") || (location.href = "/bureau#mots"),
  b: () => { location.href = document.querySelector(".back a")?.href ?? "/bureau"; },
  r: () => goTo("#reponse"),
  n: () => goTo("#note"),
  "?": () => help.showModal(),
};

addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  const act = event.key === "?" || !isOff() ? KEYS[event.key] : undefined;
  if (!act) return;
  event.preventDefault();
  act();
});

const opener = document.querySelector("[data-open-keys]");
opener.hidden = false;
opener.addEventListener("click", () => help.showModal());
const box = help.querySelector("input");
box.checked = !isOff();
box.addEventListener("change", () => { try { localStorage.setItem(OFF, box.checked ? "oui" : "non"); } catch { /* only for now */ } });
