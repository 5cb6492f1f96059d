// The source panel and the preview of a mark.
(() => {
  const wenbao = (window.wenbao = window.wenbao || {});
  const query = (selector, root = document) => root.querySelector(selector);
  const role = (name) => query(`[data-role="${name}"]`);
  const state = { links: [], position: -1, opener: null, url: "", wanted: 0 };

  const cites = (links, article) =>
    links.filter((link) => link.dataset.article === article && link.dataset.start !== undefined);
  const isCitation = (link) => link.classList.contains("quote");

  // Links of one answer: a mark in the text stands for the quote of the same number.
  function quoteOf(link) {
    if (!link.classList.contains("cite")) return link;
    return query(`.quote[data-marker="${link.dataset.marker}"]`, link.closest(".exchange"));
  }

  async function show(link, focus = true) {
    if (!link) return;
    const target = quoteOf(link);
    const exchange = target.closest(".exchange");
    state.links = isCitation(target) ? [...exchange.querySelectorAll(".quote")] : [target];
    state.position = state.links.indexOf(target);
    if (focus) state.opener = link;
    await open(focus);
  }

  async function open(focus) {
    const target = state.links[state.position];
    const { article } = target.dataset;
    const parameters = new URLSearchParams();
    for (const link of cites(state.links, article))
      parameters.append("cite", `${link.dataset.marker || 0},${link.dataset.start},${link.dataset.end}`);
    const url = `/articles/${encodeURIComponent(article)}/panel?${parameters}`;
    const wanted = ++state.wanted;
    if (url !== state.url) {
      role("body").setAttribute("aria-busy", "true");
      const html = await load(url);
      if (wanted !== state.wanted) return;
      role("body").innerHTML = html;
      role("body").setAttribute("aria-busy", "false");
      state.url = url;
    }
    reveal();
    mark(target, focus);
    bar(target);
  }

  function reveal() {
    query("#source").dataset.open = "true";
    document.body.dataset.source = "open";
  }

  async function load(url) {
    try {
      const response = await fetch(url);
      if (!(response.headers.get("Content-Type") || "").startsWith("text/html")) throw new Error(response.status);
      return await response.text();
    } catch {
      return '<p class="source-empty">原文没有打开。请检查服务是否还在运行，再点一次。</p>';
    }
  }

  function mark(target, focus) {
    const body = role("body");
    const number = target.dataset.marker || "0";
    body.querySelectorAll("mark").forEach((piece) =>
      piece.classList.toggle("focus", piece.dataset.markers.split(" ").includes(number)),
    );
    const place = query("mark.focus", body);
    const figure = query(".facsimile", body);
    if (!place) body.scrollTo(0, 0);
    else {
      const offset = place.getBoundingClientRect().top - body.getBoundingClientRect().top;
      const covered = figure ? figure.offsetHeight : 0;
      body.scrollTo({ top: body.scrollTop + offset - covered - (body.clientHeight - covered) * 0.35 });
    }
    if (figure) window.wenbaoFacsimile.show(figure, number);
    if (focus) (place || body).focus({ preventScroll: true });
    for (const other of document.querySelectorAll(".cite, .quote")) {
      const same = other.closest(".exchange") === target.closest(".exchange");
      other.classList.toggle("current", same && isCitation(target) && other.dataset.marker === number);
    }
  }

  async function contents() {
    const wanted = ++state.wanted;
    const html = await load("/contents");
    if (wanted !== state.wanted) return;
    role("body").innerHTML = html;
    role("body").scrollTo(0, 0);
    state.url = "";
    state.links = [];
    role("count").textContent = "";
    for (const tool of document.querySelectorAll("#source .source-tools > :not(.source-close)")) tool.hidden = true;
    document.querySelectorAll(".cite.current, .quote.current").forEach((link) => link.classList.remove("current"));
  }

  function bar(target) {
    const many = state.links.length;
    query('[data-command="contents"]').hidden = false;
    query('[data-command="previous"]').hidden = many < 2;
    query('[data-command="next"]').hidden = many < 2;
    role("count").textContent = isCitation(target) ? `引文 ${state.position + 1} / ${many}` : "";
    query('[data-command="previous"]').disabled = state.position <= 0;
    query('[data-command="next"]').disabled = state.position >= many - 1;
    const away = role("open");
    away.hidden = false;
    away.href = target.href;
    query('[data-command="copy-link"]').hidden = false;
  }

  function step(by) {
    if (!state.links[state.position + by]) return;
    state.position += by;
    open(true);
  }

  function close() {
    query("#source").dataset.open = "false";
    delete document.body.dataset.source;
    state.opener?.focus();
    state.opener = null;
  }

  wenbao.source = { show, close, contents };

  // --- preview --------------------------------------------------------------------------------------

  let timer = 0;
  let previewed = null;

  function preview(link) {
    const target = quoteOf(link);
    if (!target) return;
    const box = query("#preview");
    role("preview-title").textContent = `《${target.dataset.title}》`;
    role("preview-quote").textContent = query(".quote-text", target).textContent;
    role("preview-reference").textContent = target.dataset.reference.split("》，").slice(1).join("》，");
    box.hidden = false;
    const at = link.getBoundingClientRect();
    const left = Math.min(Math.max(12, at.left - 24), innerWidth - box.offsetWidth - 12);
    const below = at.bottom + 8 + box.offsetHeight < innerHeight;
    box.style.left = `${left}px`;
    box.style.top = `${below ? at.bottom + 8 : Math.max(8, at.top - 8 - box.offsetHeight)}px`;
    link.setAttribute("aria-describedby", "preview");
    previewed = link;
  }

  function hide() {
    clearTimeout(timer);
    query("#preview").hidden = true;
    previewed?.removeAttribute("aria-describedby");
    previewed = null;
  }

  const over = (event) => event.target.closest?.(".cite");
  // Text that moves under a resting pointer is not pointed at.
  let pointer = "";
  document.addEventListener("mousemove", (event) => (pointer = `${event.clientX},${event.clientY}`), true);
  document.addEventListener("scroll", hide, true);
  document.addEventListener("mouseover", (event) => {
    if (pointer === `${event.clientX},${event.clientY}`) return;
    if (event.target.closest?.("#preview")) clearTimeout(timer);
    if (!over(event) || previewed === over(event)) return;
    clearTimeout(timer);
    timer = setTimeout(() => preview(over(event)), 120);
  });
  document.addEventListener("mouseout", (event) => {
    if (!over(event) && !event.target.closest?.("#preview")) return;
    clearTimeout(timer);
    timer = setTimeout(hide, 200);
  });
  document.addEventListener("focusin", (event) => {
    if (over(event) && event.target.matches(":focus-visible")) preview(over(event));
    else if (previewed && !event.target.closest("#preview")) hide();
  });

  // --- clicks and keys ------------------------------------------------------------------------------

  let touched = false;
  document.addEventListener("pointerdown", (event) => (touched = event.pointerType === "touch"), true);

  const commands = {
    previous: () => step(-1),
    next: () => step(1),
    "close-source": close,
    contents,
    "show-contents": (button) => {
      state.opener = button;
      contents();
      reveal();
    },
    "copy-link": (button) => wenbao.copy(role("open").href, button),
    "open-preview": () => {
      const link = previewed;
      hide();
      show(link);
    },
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-command]");
    if (button && commands[button.dataset.command]) commands[button.dataset.command](button);
    const link = event.target.closest(".cite, .quote, .near");
    if (!link) {
      if (previewed && !event.target.closest("#preview")) hide();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (touched && link.matches(".cite") && previewed !== link) return preview(link);
    hide();
    show(link);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && previewed) return hide();
    if (query("dialog[open]")) return;
    if (event.key === "Escape" && document.body.dataset.source === "open") close();
    if (!event.target.closest?.("#source")) return;
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  });
})();
