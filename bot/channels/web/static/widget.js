"use strict";
// Puts a button on a page of another site, and the chat in a frame behind it. Nothing is loaded before it is pressed.
(() => {
  const script = document.currentScript;
  if (!script || document.getElementById("guichet-bouton")) return;
  const origin = new URL(script.src).origin;
  // What it says: ours, unless the page of the site says it otherwise by data of the element that loads this.
  const words = { ...WORDS, ...script.dataset };
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = `${origin}/widget.css`;
  document.head.append(sheet);
  const button = document.createElement("button");
  button.id = "guichet-bouton";
  button.type = "button";
  button.textContent = words.ouvrir;
  button.setAttribute("aria-expanded", "false");
  let frame = null;
  const show = (yes) => {
    if (yes && !frame) {
      frame = document.createElement("iframe");
      frame.id = "guichet-cadre";
      frame.title = words.titre;
      frame.src = `${origin}/integre`;
      button.after(frame);
    }
    if (frame) frame.hidden = !yes;
    button.setAttribute("aria-expanded", String(yes));
    button.textContent = yes ? words.fermer : words.ouvrir;
    if (yes) frame.focus(); else button.focus();
  };
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && frame && !frame.hidden) show(false); });
  // In the frame, keys are told to it alone: it says when Escape is for here.
  window.addEventListener("message", (event) => { if (frame && event.source === frame.contentWindow && event.data === "guichet:fermer") show(false); });
  document.body.append(button);
})();
