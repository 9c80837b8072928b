"use strict";
// Read before anything is shown, while the script that makes the page lively is still on its way: what is sent meanwhile
// waits for that script. Should it not come, the form is sent without it, or its text is kept if the network is gone.
(() => {
  if (!window.fetch || !window.DOMParser) return;
  const LIVELY = "script[data-lively]";
  const isLively = (event) => event.target instanceof Element && event.target.matches(LIVELY);
  let waiting = null, failed = false;

  const draft = (value) => {
    const name = `guichet-brouillon${document.getElementById("log").dataset.base}`;
    try { value ? sessionStorage.setItem(name, value) : sessionStorage.removeItem(name); } catch { /* the browser keeps nothing */ }
  };
  const write = (event) => { if (event.target.id === "texte") draft(event.target.value); };
  const hold = (event) => {
    const form = event.target.closest("[data-send]");
    if (!form) return;
    event.preventDefault();
    waiting = { form, button: event.submitter };
    if (failed) load();
  };
  const send = () => {
    document.removeEventListener("submit", hold);
    document.removeEventListener("input", write);
    if (waiting && waiting.form.isConnected) waiting.form.requestSubmit(waiting.button);
    waiting = null;
  };
  const load = () => {
    const old = document.querySelector(LIVELY), fresh = document.createElement("script");
    failed = false;
    fresh.src = old.src;
    fresh.dataset.lively = "";
    old.replaceWith(fresh);
  };
  const giveUp = async () => {
    failed = true;
    if (!waiting) return;
    try {
      await fetch(waiting.form.getAttribute("action"), { method: "HEAD" });
      draft("");
      send();
    } catch {
      const fault = document.getElementById("fault"), text = document.getElementById("texte");
      fault.textContent = text.form.dataset.cut;
      fault.hidden = false;
      text.setAttribute("aria-invalid", "true");
      text.focus();
      waiting = null;
    }
  };
  document.addEventListener("submit", hold);
  document.addEventListener("input", write);
  document.addEventListener("guichet:lively", send);
  document.addEventListener("error", (event) => { if (isLively(event)) giveUp(); }, true);
  document.addEventListener("load", (event) => { if (isLively(event)) send(); }, true);
})();
