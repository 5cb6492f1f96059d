// The collection page: the list of articles, its filters, and what can be done to each article.
// All that comes from the server or from files is set as text, never as markup.
(() => {
  const hall = (window.wenbaoCollection = {});
  const API = "/api/collection";
  const PART = 50;
  const state = { editing: false, shown: 0, request: 0, group: null, undo: [], work: -1, toast: 0 };

  const role = (name, root = document) => root.querySelector(`[data-role="${name}"]`);
  const clone = (name) => document.querySelector(`template[data-template="${name}"]`).content.firstElementChild.cloneNode(true);
  const text = (root, name, value) => {
    role(name, root).textContent = value;
  };
  // Parts of a line, with a dot between them; empty ones are left out.
  const line = (...parts) => parts.filter(Boolean).join("\u00a0· ");

  async function call(path, options = {}) {
    let response;
    try {
      response = await fetch(API + path, options);
    } catch {
      throw new Error("没有连上服务，请检查它是否还在运行");
    }
    const value = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(typeof value.error === "string" ? value.error : "请求没有成功，请刷新页面再试");
    return value;
  }

  const post = (path, value) =>
    call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) });

  function chineseDate(date) {
    const units = ["年", "月", "日"];
    return date ? date.split("-").map((part, at) => Number(part) + units[at]).join("") : "";
  }

  // --- summary --------------------------------------------------------------------------------------

  async function refresh() {
    const summary = await call("");
    state.editing = summary.editing;
    document.body.classList.toggle("read-only", !summary.editing);
    role("add").hidden = !summary.editing;
    hall.mostBytes = summary.most_bytes;
    const built = summary.built && new Date(summary.built);
    const when = built && built.toLocaleString("zh-CN", { dateStyle: "long", timeStyle: "short" });
    const uploaded = summary.uploaded ? `其中上传 ${summary.uploaded} 篇` : "";
    const deleted = summary.deleted ? `已删除 ${summary.deleted} 篇` : "";
    text(document, "counts", line(`${summary.articles} 篇文章`, `${summary.sources.length} 份来源`, uploaded, deleted, when && `索引更新于 ${when}`));
    options("source", summary.sources.map((row) => row.source));
    options("section", summary.sections);
    role("section-field").hidden = !summary.sections.length;
    hall.showWork(summary.work);
    await list();
  }

  function options(name, values) {
    const select = role("filters").elements[name];
    const chosen = select.value;
    const made = [...new Set(values)].map((value) => {
      const option = document.createElement("option");
      option.value = option.textContent = value;
      return option;
    });
    select.replaceChildren(select.options[0], ...made);
    select.value = values.includes(chosen) ? chosen : "";
  }

  // --- the list -------------------------------------------------------------------------------------

  async function list(further = false) {
    const form = new FormData(role("filters"));
    const parameters = new URLSearchParams([...form].filter(([, value]) => value));
    if (form.get("deleted")) parameters.set("deleted", "true");
    parameters.set("offset", further ? state.shown : 0);
    parameters.set("limit", further ? PART : Math.min(200, Math.max(PART, state.shown)));
    const request = ++state.request;
    const found = await call(`/articles?${parameters}`);
    if (request !== state.request) return;
    if (!further) {
      role("articles").replaceChildren();
      Object.assign(state, { shown: 0, group: null });
    }
    for (const article of found.articles) role("articles").append(...rows(article));
    state.shown += found.articles.length;
    text(document, "found", found.total ? `共 ${found.total} 篇` : nothing(form));
    role("more").hidden = state.shown >= found.total;
  }

  function nothing(form) {
    if (form.get("deleted")) return "没有已删除的文章";
    return [...form].some(([, value]) => value) ? "没有符合条件的文章" : "还没有收录文章，可以在上面添加";
  }

  // Returns the group's frame when the article opens a new one; puts the article into its group.
  function rows(article) {
    const key = `${article.origin}\n${article.source}`;
    const opened = state.group?.key !== key;
    if (opened) {
      const frame = clone("source");
      frame.dataset.source = article.source;
      frame.dataset.origin = article.origin;
      text(frame, "name", article.source);
      text(frame, "kind", article.origin === "upload" ? "上传" : "资料文件夹");
      frame.querySelector("[data-command=delete-source]").hidden = !state.editing || article.deleted;
      state.group = { key, frame };
    }
    role("rows", state.group.frame).append(row(article));
    return opened ? [state.group.frame] : [];
  }

  function row(article) {
    const item = clone("article");
    Object.assign(item.dataset, { id: article.id, title: article.title, printed: article.printed_title });
    const title = role("title", item);
    title.textContent = article.title;
    if (!article.deleted) title.href = `/articles/${encodeURIComponent(article.id)}`;
    const edited = article.title !== article.printed_title && "标题已改";
    text(item, "meta", line(article.section, chineseDate(article.date), article.byline, `${article.characters} 字`, edited));
    text(item, "opening", article.opening);
    role("title", item).closest(".article").querySelector(".article-tools").hidden = !state.editing;
    const shown = { edit: !article.deleted, delete: !article.deleted, restore: article.deleted };
    shown.purge = article.deleted && article.origin === "upload";
    for (const button of item.querySelectorAll("[data-command]")) {
      button.hidden = !shown[button.dataset.command];
      button.setAttribute("aria-label", `${button.textContent}：${article.title}`);
    }
    return item;
  }

  // --- changes --------------------------------------------------------------------------------------

  function toast(message, undo = []) {
    state.undo = undo;
    text(document, "toast-text", message);
    role("undo").hidden = !undo.length;
    role("toast").hidden = false;
    clearTimeout(state.toast);
    if (undo.length) role("undo").focus();
    else state.toast = setTimeout(hall.commands["close-toast"], 8000);
  }

  async function remove(wanted, name) {
    const done = await post("/delete", wanted);
    await refresh();
    const late = document.body.dataset.working === "true" ? "；资料正在更新，更新完就不再检索到" : "";
    toast(`已删除${name}${late}`, done.ids);
  }

  async function entitle(item, title) {
    const done = await post(`/articles/${encodeURIComponent(item.dataset.id)}/title`, { title });
    await refresh();
    toast(`标题是《${done.title}》了`);
    document.querySelector(`.article[data-id="${CSS.escape(item.dataset.id)}"] .article-title`)?.focus();
  }

  function edit(button) {
    const item = button.closest(".article");
    const form = clone("edit");
    form.elements.title.value = item.dataset.title;
    text(form, "printed", `报上的标题：${item.dataset.printed}（清空后保存即恢复）`);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      attempt(() => entitle(item, form.elements.title.value));
    });
    item.replaceChildren(form);
    form.elements.title.focus();
    form.elements.title.select();
  }

  const itemOf = (button) => button.closest(".article").dataset;
  hall.commands = {
    theme: () => window.wenbaoTheme.toggle(),
    more: () => list(true),
    clear() {
      role("filters").reset();
      return list();
    },
    edit,
    "cancel-edit": () => list(),
    delete: (button) => remove({ ids: [itemOf(button).id] }, `《${itemOf(button).title}》`),
    "delete-source"(button) {
      const { source, origin } = button.closest(".source-group").dataset;
      return remove({ source, origin }, ` ${source} 的全部文章`);
    },
    async restore(button) {
      const { id, title } = itemOf(button);
      await post("/restore", { ids: [id] });
      await refresh();
      toast(`已恢复《${title}》`);
    },
    async purge(button) {
      const { id, title } = itemOf(button);
      await post("/purge", { ids: [id] });
      await refresh();
      toast(`已彻底删除《${title}》所在的文件`);
    },
    async undo() {
      await post("/restore", { ids: state.undo });
      await refresh();
      toast("已撤销删除");
    },
    "close-toast": () => {
      role("toast").hidden = true;
    },
  };

  async function attempt(action) {
    try {
      await action();
    } catch (error) {
      toast(error.message);
    }
  }

  // --- work on the server ---------------------------------------------------------------------------

  hall.showWork = (work) => {
    const box = role("work");
    const running = work.state === "running";
    const news = state.work >= 0 && work.number > state.work;
    if (running || news) box.hidden = false;
    state.work = work.number;
    box.dataset.state = work.state;
    text(document, "work-message", running && work.count ? `${work.message}：${work.done} / ${work.count} 段` : work.message);
    role("work-done").hidden = work.state !== "done";
    const bar = role("work-progress");
    bar.hidden = !running;
    bar.max = work.count || 1;
    if (work.count) bar.value = work.done;
    else bar.removeAttribute("value");
    document.body.dataset.working = running;
  };

  hall.follow = async () => {
    for (;;) {
      const work = await call("/work");
      hall.showWork(work);
      if (work.state !== "running") return work;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };

  // What another reader, or the watched folder, has changed.
  setInterval(() => {
    if (document.hidden || document.body.dataset.working === "true") return;
    call("/work")
      .then(async (work) => {
        if (work.number <= state.work && work.state !== "running") return;
        await hall.follow();
        await refresh();
      })
      .catch(() => {}); // the server is away; the reader's next step will say so
  }, 5000);

  Object.assign(hall, { role, clone, text, line, call, post, chineseDate, refresh, attempt, toast });

  let typed = 0;
  role("filters").addEventListener("input", () => {
    clearTimeout(typed);
    typed = setTimeout(() => attempt(() => list()), 250);
  });
  role("filters").addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-command]");
    if (button && hall.commands[button.dataset.command]) attempt(() => hall.commands[button.dataset.command](button));
  });
  document.addEventListener("DOMContentLoaded", () => attempt(refresh));
})();
