"use strict";
// The page of the conversation, made lively. Everything it does works without it, a page at a time.
(() => {
  const $ = (id) => document.getElementById(id);
  const log = $("log");
  if (!log || !window.fetch || !window.DOMParser) return;
  const base = log.dataset.base;
  const composer = document.querySelector("[data-composer]");
  const text = $("texte");
  const fault = $("fault");
  const typing = $("typing");
  const more = $("more");
  const title = document.title;
  composer.classList.add("lively");
  const DRAFT = `guichet-brouillon${base}`, BEGUN = `guichet-commence${base}`;
  const HIDDEN_MILLISECONDS = 300000, POLL_MILLISECONDS = 10000, HIDDEN_POLL_MILLISECONDS = 60000, ANNOUNCED_MILLISECONDS = 600;
  let last = Number(log.dataset.last);
  let isOpen = log.dataset.open === "yes";
  let stream = null, failures = 0, polling = null, unread = 0, hiddenTimer = null, waiting = false;

  const key = () => (crypto.randomUUID ? crypto.randomUUID()
    : Array.from(crypto.getRandomValues(new Uint8Array(16)), (each) => each.toString(16).padStart(2, "0")).join(""));
  const nodes = (html) => [...new DOMParser().parseFromString(html, "text/html").body.childNodes]
    .map((node) => document.importNode(node, true));
  const atBottom = () => !log.lastElementChild || log.lastElementChild.getBoundingClientRect().bottom < window.innerHeight + 80;

  // --- the draft: kept until what was written is accepted
  const remember = (name, value) => { try { value ? sessionStorage.setItem(name, value) : sessionStorage.removeItem(name); } catch { /* the browser keeps nothing */ } };
  const recall = (name) => { try { return sessionStorage.getItem(name) || ""; } catch { return ""; } };
  const store = (value) => remember(DRAFT, value);
  if (!text.value) text.value = recall(DRAFT);
  text.addEventListener("input", () => { store(text.value); tell(""); });

  const tell = (words) => {
    fault.textContent = words;
    fault.hidden = !words;
    words ? text.setAttribute("aria-invalid", "true") : text.removeAttribute("aria-invalid");
  };

  // --- what is announced: each message once, never the history
  const queue = [];
  let announcing = false;
  const announce = (words) => { queue.push(words); if (!announcing) next(); };
  const next = () => {
    const words = queue.shift();
    announcing = words !== undefined;
    $("announcer").textContent = words || "";
    if (announcing) setTimeout(() => { $("announcer").textContent = ""; setTimeout(next, 150); }, 2000);
  };

  // What one sees of it: without what is folded or only drawn, but with what can be chosen.
  const heard = (line) => {
    const shown = line.cloneNode(true);
    shown.querySelectorAll("[aria-hidden], .sources").forEach((each) => each.remove());
    const parts = [...shown.querySelectorAll(".bubble p, .bubble li")].map((each) => each.textContent.trim());
    const choices = [...shown.querySelectorAll(".choices button[name=choix]")].map((each) => each.textContent);
    if (choices.length) parts.push(`${log.dataset.choices} ${choices.join(" ; ")}`);
    return `${log.dataset.speaker} ${parts.filter(Boolean).join("\n")}`;
  };

  // --- lines
  const add = (line) => {
    if (line.number <= last) return;
    last = line.number;
    // Its line can be here before the reply to its form: the same words written from now on are another message.
    if (line.own && busy.has(composer) && sent.text.trim() && line.plain.trim() === sent.text.trim()) accepted();
    const follow = atBottom();
    const old = line.place !== line.number ? log.querySelector(`[data-place="${line.place}"]`) : null;
    const fresh = nodes(line.html).find((node) => node.nodeType === 1);
    if (line.own) {
      queue.length = 0;  // whoever has answered waits for nothing older
      for (const form of log.querySelectorAll(".choices")) {
        if (form.contains(document.activeElement)) text.focus({ preventScroll: true });
        form.remove();
      }
    }
    fresh.querySelectorAll("[data-towns]").forEach(suggest);
    const answers = waiting && !line.own;
    if (old) old.replaceWith(fresh);
    else {
      const after = [...log.children].find((each) => Number(each.dataset.place) > line.place);
      log.insertBefore(fresh, after || null);
    }
    if ($("opening")) {
      const heading = document.createElement("h1");
      heading.className = "hidden-words";
      heading.textContent = log.dataset.heading;
      $("opening").replaceWith(heading);
    }
    if (answers) lead(fresh);
    if (!line.own) {
      wait(false);
      announce(heard(fresh));
      if (document.hidden) { unread += 1; document.title = `(${unread}) ${title}`; }
    }
    if (old) return;
    if (follow || line.own) reveal(fresh, line.own);
    else { more.hidden = false; }
  };
  // Where one goes on once an answer is there: the choice that was pressed, if it still stands; else the question's own
  // field; else the composer. Whoever went elsewhere meanwhile is left there.
  let pressed = null;
  const lead = (fresh) => {
    const at = document.activeElement;
    if (at !== text && at !== document.body && !at.closest(".choices, #side")) return;
    const again = pressed !== null && [...fresh.querySelectorAll(".choices button")].find((each) => each.value === pressed);
    const field = again || (!text.value && fresh.querySelector("[data-towns] input"));
    (field || text).focus({ preventScroll: true });
  };
  const reveal = (line, own) => {
    const target = own ? line : (line.previousElementSibling && line.previousElementSibling.classList.contains("own") ? line.previousElementSibling : line);
    target.scrollIntoView({ block: own ? "center" : "start" });
  };
  more.addEventListener("click", () => { more.hidden = true; const end = log.lastElementChild; end && end.scrollIntoView({ block: "start" }); log.focus({ preventScroll: true }); });
  window.addEventListener("scroll", () => { if (atBottom()) more.hidden = true; }, { passive: true });
  const wait = (yes) => { waiting = yes; typing.hidden = !yes; };
  const panel = (told) => {
    const side = $("side"), focused = side.contains(document.activeElement) ? document.activeElement.value : null;
    side.replaceChildren(...nodes(told.html));
    side.hidden = !side.querySelector(".panel");
    $("columns").classList.toggle("has-side", !side.hidden);
    if (focused) for (const each of side.querySelectorAll("button")) if (each.value === focused) each.focus({ preventScroll: true });
    $("held").hidden = told.held === null;
    $("held").textContent = told.held || "";
  };
  let seenTimer = null, seen = Number(log.dataset.seen);
  const noteSeen = () => {
    if (document.hidden || last <= seen || !isOpen) return;
    clearTimeout(seenTimer);
    seenTimer = setTimeout(() => {
      const body = new URLSearchParams({ number: String(last), jeton: composer.jeton.value });
      const upTo = last;
      fetch(`${base}/vu`, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true })
        .then((answer) => { if (answer.ok) seen = upTo; }).catch(() => {});
    }, 300);
  };

  // --- the stream, and what stands in for it
  const listen = () => {
    if (!isOpen || stream || !window.EventSource) return;
    stream = new EventSource(`${base}/flux?after=${last}`);
    stream.addEventListener("ligne", (event) => { failures = 0; add(JSON.parse(event.data)); noteSeen(); });
    stream.addEventListener("panneau", (event) => panel(JSON.parse(event.data)));
    stream.addEventListener("open", () => { failures = 0; stopPolling(); });
    stream.addEventListener("error", () => {
      failures += 1;
      if (stream.readyState === EventSource.CLOSED || failures >= 3) { close(); poll(POLL_MILLISECONDS); setTimeout(listen, 30000 + Math.random() * 10000); }
    });
  };
  const close = () => { if (stream) { stream.close(); stream = null; } };
  const catchUp = async () => {
    const answer = await fetch(`${base}/suite?after=${last}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const told = await answer.json();
    told.lines.forEach(add);
    if (told.panel) panel(told.panel);
    noteSeen();
  };
  const poll = (every) => { stopPolling(); polling = setInterval(() => catchUp().catch(() => {}), every); };
  const stopPolling = () => { clearInterval(polling); polling = null; };
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiddenTimer);
    if (document.hidden) hiddenTimer = setTimeout(() => { close(); poll(HIDDEN_POLL_MILLISECONDS); }, HIDDEN_MILLISECONDS);
    else { unread = 0; document.title = title; stopPolling(); listen(); noteSeen(); }
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => { if (event.persisted) listen(); });

  // --- sending: once, kept until it is accepted
  const post = (form, button) => new Promise((resolve, reject) => {
    const body = new FormData(form);
    if (button && button.name) body.set(button.name, button.value);
    if (chosen.length && form === composer) { body.delete("fichiers"); for (const file of chosen) body.append("fichiers", file); }
    const request = new XMLHttpRequest();
    request.open("POST", form.getAttribute("action"));
    request.setRequestHeader("Accept", "application/json");
    const bar = $("upload");
    if (form === composer && chosen.length) {
      bar.hidden = false;
      request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = Math.round(100 * event.loaded / event.total); });
    }
    request.addEventListener("loadend", () => { bar.hidden = true; });
    request.addEventListener("error", () => reject(new Error(composer.dataset.cut)));
    request.addEventListener("load", () => {
      let told = {};
      try { told = JSON.parse(request.responseText); } catch { /* no page of ours */ }
      request.status < 300 && told.kept ? resolve() : reject(new Error(told.error || composer.dataset.failed));
    });
    request.send(body);
  });
  // In the frame of another site, browsers may refuse the cookie that holds the conversation: nothing is sent then.
  const keepsCookies = () => {
    const how = location.protocol === "https:" ? "; Secure; SameSite=None; Partitioned" : "; SameSite=Lax";
    document.cookie = `guichet-essai=1; Path=/${how}`;
    const kept = document.cookie.includes("guichet-essai=1");
    document.cookie = `guichet-essai=; Max-Age=0; Path=/${how}`;
    return kept;
  };
  const busy = new Map();
  let sent = { text: "", files: [] };
  // What was sent leaves the composer once; what was added meanwhile stays.
  const accepted = () => {
    if (text.value.startsWith(sent.text)) text.value = text.value.slice(sent.text.length);
    store(text.value);
    choose(chosen.filter((each) => !sent.files.includes(each)));
    sent = { text: "", files: [] };
  };
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-send]");
    if (!form) return;
    event.preventDefault();
    const writes = form === composer;
    if (busy.has(form)) {
      // Pressed twice: once is meant. With something new in it, it is sent when the first is through.
      if (writes && (text.value !== sent.text || chosen.some((each) => !sent.files.includes(each)))) busy.get(form).then(() => composer.requestSubmit());
      return;
    }
    if (writes && !text.value.trim() && !chosen.length) { tell(composer.dataset.empty); text.focus(); return; }
    if (!isOpen && composer.dataset.framed !== undefined && !keepsCookies()) {
      tell(composer.dataset.noCookie);
      return;
    }
    if (writes) sent = { text: text.value, files: chosen };
    pressed = event.submitter && event.submitter.name === "choix" ? event.submitter.value : null;
    let through;
    busy.set(form, new Promise((resolve) => { through = resolve; }));
    const buttons = [...form.querySelectorAll("button")];
    buttons.forEach((each) => each.setAttribute("aria-disabled", "true"));
    tell("");
    wait(true);
    try {
      await post(form, event.submitter);
      form.elements.cle.value = key();
      if (writes) {
        accepted();
      }
      const menu = form.closest("[data-menu]");
      if (menu) menu.open = false;
      if (!isOpen) { await begin(); return; }
      if (!stream) await catchUp();
      const lost = document.activeElement === document.body || form.contains(document.activeElement) || menu;
      if (waiting && (writes || !form.isConnected || lost)) text.focus({ preventScroll: true });
    } catch (error) {
      wait(false);
      tell(error.message);
      if (writes) text.focus();
    } finally {
      busy.delete(form);
      through();
      buttons.forEach((each) => each.removeAttribute("aria-disabled"));
    }
  });
  // The first message is kept: the page is shown anew, with its own forms and its cookie.
  const begin = async () => { remember(BEGUN, "1"); history.scrollRestoration = "manual"; location.assign(`${composer.dataset.home || base || "/"}#dit`); if (location.pathname === (base || "/")) location.reload(); };
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !matchMedia("(pointer: coarse)").matches) { event.preventDefault(); composer.requestSubmit(); }
  });

  // --- documents, by button or dropped
  const input = $("fichiers");
  let chosen = [];
  const choose = (files) => {
    chosen = files;
    const list = $("chosen");
    list.hidden = !files.length;
    list.replaceChildren(...files.map((file) => {
      const item = document.createElement("li");
      const remove = document.createElement("button");
      remove.type = "button"; remove.className = "plain"; remove.textContent = $("chosen").dataset.remove;
      remove.setAttribute("aria-label", `${remove.textContent} ${file.name}`);
      remove.addEventListener("click", () => { choose(chosen.filter((each) => each !== file)); text.focus(); });
      item.append(`${file.name} (${list.dataset.size.replace("{size}", Math.max(1, Math.round(file.size / 1024)).toLocaleString("fr"))}) `, remove);
      return item;
    }));
    input.value = "";
  };
  input.addEventListener("change", () => choose([...chosen, ...input.files]));
  for (const kind of ["dragover", "dragleave", "drop"]) {
    composer.addEventListener(kind, (event) => {
      if (!event.dataTransfer || ![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      composer.classList.toggle("dropping", kind === "dragover");
      if (kind === "drop") choose([...chosen, ...event.dataTransfer.files]);
    });
  }

  // --- towns: their names while one is typed
  const suggest = (combo) => {
    const field = combo.querySelector("input");
    const list = document.createElement("ul");
    list.id = `${field.id}-noms`; list.hidden = true;
    list.setAttribute("role", "listbox"); list.setAttribute("aria-label", combo.dataset.towns);
    combo.append(list);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" })) field.setAttribute(name, value);
    let at = -1, asked = 0;
    const show = (towns) => {
      at = -1;
      field.removeAttribute("aria-activedescendant");
      list.replaceChildren(...towns.map((town, rank) => {
        const item = document.createElement("li"), where = document.createElement("small");
        item.id = `${list.id}-${rank}`; item.setAttribute("role", "option"); item.setAttribute("aria-selected", "false");
        item.dataset.name = `${town.name} (${town.where.replace(/ \(.*$/, "")})`;
        where.textContent = ` ${town.where}`;
        item.append(town.name, where);
        item.addEventListener("mousedown", (event) => { event.preventDefault(); pick(item); });
        return item;
      }));
      list.hidden = !towns.length;
      field.setAttribute("aria-expanded", String(!list.hidden));
    };
    const pick = (item) => { field.value = item.dataset.name; show([]); };
    const mark = (rank) => {
      const items = [...list.children];
      if (!items.length) return;
      at = (rank + items.length) % items.length;
      items.forEach((each, number) => each.setAttribute("aria-selected", String(number === at)));
      items[at].scrollIntoView({ block: "nearest" });
      field.setAttribute("aria-activedescendant", items[at].id);
    };
    field.addEventListener("input", async () => {
      const mine = ++asked, typed = field.value.trim();
      if (typed.length < 2) { show([]); return; }
      try {
        const answer = await fetch(`/villes?q=${encodeURIComponent(typed)}`, { headers: { Accept: "application/json" } });
        if (mine === asked && answer.ok) show((await answer.json()).towns);
      } catch { /* the name can be written out */ }
    });
    field.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      if (event.key === "ArrowDown") { event.preventDefault(); mark(at + 1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); mark(at - 1); }
      else if (event.key === "Enter" && at >= 0) { event.preventDefault(); pick(list.children[at]); }
      else if (event.key === "Escape") { event.preventDefault(); show([]); }
    });
    field.addEventListener("blur", () => show([]));
    if (field.value && document.activeElement === field) field.dispatchEvent(new Event("input")); // typed before this was here
  };
  document.querySelectorAll("[data-towns]").forEach(suggest);

  // --- the menu closes as menus do
  for (const menu of document.querySelectorAll("[data-menu]")) {
    document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
    menu.addEventListener("keydown", (event) => { if (event.key === "Escape" && menu.open) { event.preventDefault(); menu.open = false; menu.querySelector("summary").focus(); } });
  }

  const showLast = () => { if (log.children.length) ($("dit") || log.lastElementChild).scrollIntoView({ block: "start" }); };
  showLast();
  window.addEventListener("load", () => { if (!location.hash) showLast(); history.scrollRestoration = "auto"; });
  if (!document.hidden && isOpen && last > seen) noteSeen();
  // The page was shown anew for its first answer: that is announced, and one goes on from there.
  if (recall(BEGUN)) {
    remember(BEGUN, "");
    const told = [...log.querySelectorAll(".told")];
    // A little later: what changes while a page is read is not read out.
    setTimeout(() => told.forEach((each) => announce(heard(each))), ANNOUNCED_MILLISECONDS);
    text.focus({ preventScroll: true });
    if (told.length) lead(told[told.length - 1]);
  }
  listen();
  document.dispatchEvent(new Event("guichet:lively"));
})();
