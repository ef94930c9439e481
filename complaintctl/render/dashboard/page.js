
"use strict";
(() => {
  const root = document.documentElement;
  const one = (query) => document.querySelector(query);
  const every = (query) => [...document.querySelectorAll(query)];
  const page = JSON.parse(one("#words").textContent);
  const PAGE_ROWS = 50;
  const EPOCH = Date.UTC(2000, 0, 1);
  let lang = root.lang;
  let cases = null;
  let shown = [];
  let first = 0;
  let sorted = { column: "", down: false };
  const words = () => page.words[lang];
  const fill = (key, values) => words()[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const number = (value) => value.toLocaleString(lang === "zh" ? "zh-CN" : "en-GB");
  const keep = (key, value) => { try { localStorage.setItem(`complaintctl-${key}`, value); } catch { /* Not every page may keep something. */ } };
  const kept = (key) => { try { return localStorage.getItem(`complaintctl-${key}`); } catch { return null; } };

  function setLanguage(chosen) {
    lang = root.lang = chosen;
    for (const body of every(".figures")) {
      body.hidden = body.lang !== lang;
      if (!body.hidden && body.dataset.title) document.title = body.dataset.title;
    }
    for (const [name, put] of [["w", (node, text) => { node.textContent = text; }],
      ["wl", (node, text) => node.setAttribute("aria-label", text)], ["wp", (node, text) => { node.placeholder = text; }]]) {
      for (const node of every(`[data-${name}]`)) put(node, words()[node.dataset[name]]);
    }
    for (const node of every("[data-h]")) node.textContent = page.headings[lang][node.dataset.h];
    for (const button of every("[data-set]")) button.setAttribute("aria-pressed", button.dataset.set === lang);
    if (cases) { cases.texts = null; fillFilters(); update(); }
  }

  function setTheme(theme) {
    root.dataset.theme = theme;
    one("#theme").setAttribute("aria-pressed", theme === "dark");
  }

  async function unpack() {
    const bytes = Uint8Array.from(atob(one("#packed").textContent.trim()), (sign) => sign.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    const packed = await new Response(stream).json();
    packed.id = packed.ids.flatMap(([start, ends]) => ends ? ends.match(/.{5}/g).map((end) => start + end) : [start]);
    packed.late = new Set(packed.late);
    for (const column of page.columns) {
      if (page.times.includes(column)) {
        let time = 0;
        packed[column] = packed[column].map((step) => step === null ? null : (time += step));
      }
    }
    return packed;
  }

  const isWord = (column) => cases[column].words !== undefined;
  const label = (column, index) => index ? cases[column].words[index - 1][1 + page.languages.indexOf(lang)] : "";

  function text(column, row) {
    if (isWord(column)) return label(column, cases[column].of[row]);
    const value = cases[column][row];
    if (!page.times.includes(column)) return value;
    if (value === null) return "";
    const moment = new Date(EPOCH + value * 60000).toISOString().replace("T", " ");
    return moment.slice(0, column === "received" ? 10 : 16);
  }

  function haystacks() {
    if (!cases.texts) {
      cases.texts = Array.from({ length: cases.n }, (_, row) => page.columns.map((column) =>
        text(column, row) + (isWord(column) && cases[column].of[row] ? ` ${cases[column].words[cases[column].of[row] - 1][0]}` : "")).join(" ").normalize("NFKC").toLowerCase());
    }
    return cases.texts;
  }

  function fillFilters() {
    for (const select of every("[data-filter]")) {
      const column = select.dataset.filter, before = select.value;
      const options = [["", words().all], ...cases[column].words.map((word, index) => [String(index + 1), label(column, index + 1)])];
      if (column === "status") options.push(["late", words().overdue]);
      if (cases[column].of.includes(0)) options.push(["0", words().none]);
      select.replaceChildren(...options.map(([value, name]) => new Option(name, value)));
      select.value = before;
    }
  }

  function ranks(column) {
    const order = new Intl.Collator(lang, { numeric: true });
    if (!isWord(column)) return page.times.includes(column) ? cases[column] : null;
    const names = cases[column].words.map((_, index) => index + 1).sort((a, b) => order.compare(label(column, a), label(column, b)));
    const rank = [null];
    names.forEach((index, place) => { rank[index] = place; });
    return cases[column].of.map((index) => rank[index]);
  }

  function sort(rows) {
    const { column, down } = sorted, sign = down ? -1 : 1;
    if (!column) {
      const closed = cases.status.words.findIndex((word) => word[0] === "closed") + 1;
      const rank = (row) => cases.status.of[row] === closed ? 1 : 0;
      return rows.sort((a, b) => rank(a) - rank(b) || (rank(a) ? cases.received[b] - cases.received[a]
        : (cases.due[a] ?? Infinity) - (cases.due[b] ?? Infinity) || a - b) || a - b);
    }
    const by = ranks(column);
    // What has no value comes last, whichever way the others go.
    if (by) return rows.sort((a, b) => (by[a] === null) - (by[b] === null) || sign * (by[a] - by[b]) || a - b);
    const order = new Intl.Collator(lang, { numeric: true });
    return rows.sort((a, b) => sign * order.compare(cases[column][a], cases[column][b]));
  }

  function update() {
    const wanted = one("#search").value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = every("[data-filter]").filter((select) => select.value !== "");
    const texts = wanted.length ? haystacks() : null;
    const rows = [];
    for (let row = 0; row < cases.n; row += 1) {
      const fits = chosen.every(({ value, dataset }) => value === "late" ? cases.late.has(row) : cases[dataset.filter].of[row] === Number(value));
      if (fits && wanted.every((word) => texts[row].includes(word))) rows.push(row);
    }
    shown = sort(rows);
    first = 0;
    draw();
    one("#count").textContent = shown.length ? fill(cases.n === 1 ? "count-one" : "count", { count: number(shown.length), all: number(cases.n) }) : words()["no-case"];
  }

  function cell(column, row) {
    const node = document.createElement(column === "id" ? "th" : "td");
    if (column === "id") node.scope = "row";
    if (column === "id" && page.link) {
      const link = document.createElement("a");
      link.href = page.link.replace("{}", cases.id[row]);
      link.textContent = cases.id[row];
      node.append(link);
      return node;
    }
    node.textContent = text(column, row);
    if (column === "due" && cases.late.has(row)) {
      const mark = document.createElement("b");
      mark.className = "is-late";
      mark.textContent = words().late;
      node.append(" ", mark);
    }
    return node;
  }

  function draw() {
    const rows = shown.slice(first, first + PAGE_ROWS).map((row) => {
      const line = document.createElement("tr");
      line.append(...page.columns.map((column) => cell(column, row)));
      return line;
    });
    one("#table tbody").replaceChildren(...rows);
    one("#pages").hidden = shown.length <= PAGE_ROWS;
    one("#range").textContent = fill("range", { first: number(first + 1), last: number(first + rows.length), count: number(shown.length) });
    for (const button of every("[data-step]")) {
      const next = first + Number(button.dataset.step) * PAGE_ROWS;
      button.setAttribute("aria-disabled", next < 0 || next >= shown.length);
    }
  }

  function sortBy(head) {
    const { column } = head.dataset;
    sorted = { column, down: sorted.column === column && !sorted.down };
    for (const other of every("#table thead th")) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", sorted.down ? "descending" : "ascending");
    update();
  }

  function turn(button) {
    const next = first + Number(button.dataset.step) * PAGE_ROWS;
    if (next < 0 || next >= shown.length) return;
    first = next;
    draw();
  }

  function makeSortable() {
    for (const head of every("#table thead th")) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sortBy(head));
      head.append(button);
    }
  }

  function listen() {
    let timer = 0;
    one("#search").addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(update, 120); });
    one("#filters").addEventListener("change", update);
    one("#filters").addEventListener("submit", (event) => event.preventDefault());
    one("#filters").addEventListener("reset", () => setTimeout(update));
    for (const button of every("[data-step]")) button.addEventListener("click", () => turn(button));
  }

  async function start() {
    one(".tools").hidden = false;
    for (const button of every("[data-set]")) button.addEventListener("click", () => { setLanguage(button.dataset.set); keep("language", lang); });
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const theme = () => root.dataset.theme || (dark.matches ? "dark" : "light");
    one("#theme").setAttribute("aria-pressed", theme() === "dark");
    dark.addEventListener("change", () => one("#theme").setAttribute("aria-pressed", theme() === "dark"));
    one("#theme").addEventListener("click", () => { setTheme(theme() === "dark" ? "light" : "dark"); keep("theme", root.dataset.theme); });
    if (kept("theme")) setTheme(kept("theme") === "dark" ? "dark" : "light");
    if (page.languages.includes(kept("language"))) setLanguage(kept("language"));
    // On paper nothing can be opened.
    addEventListener("beforeprint", () => { for (const part of every(".figures:not([hidden]) details")) part.open = true; });
    if (typeof DecompressionStream === "undefined") {
      one("#count").textContent = words()["too-old"];
      return;
    }
    cases = await unpack();
    makeSortable();
    fillFilters();
    listen();
    one("#filters").hidden = false;
    update();
    root.dataset.ready = "yes";
  }
  start();
})();
