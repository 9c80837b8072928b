"use strict";
// In a frame, its site is told to close it.
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.defaultPrevented) parent.postMessage("guichet:fermer", "*"); });
