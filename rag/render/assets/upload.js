// Uploading: files are sent one after the other, shown as they would be cut, and kept or dropped.
(() => {
  const hall = window.wenbaoCollection;
  const { role, clone, text, line } = hall;
  const waiting = new Map(); // token -> its frame on the page

  // --- sending --------------------------------------------------------------------------------------

  async function take(files) {
    for (const file of files) await one(file);
  }

  async function one(file) {
    const frame = clone("file");
    text(frame, "name", file.name);
    text(frame, "meta", "正在上传…");
    role("previews").append(frame);
    try {
      check(file);
      show(frame, await send(file, frame));
    } catch (error) {
      refuse(frame, error.message);
    }
    count();
  }

  // The server checks this too; here it spares the reader the wait.
  function check(file) {
    const endings = role("files").accept.split(",");
    if (!endings.some((ending) => file.name.toLowerCase().endsWith(ending)))
      throw new Error(`不支持的文件类型，可以上传的有：${endings.map((ending) => ending.slice(1)).join("、")}`);
    if (file.size > hall.mostBytes) throw new Error("文件超过 50 MB，请拆分后再上传");
  }

  function send(file, frame) {
    const bar = role("progress", frame);
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", `/api/collection/uploads?name=${encodeURIComponent(file.name)}`);
      request.responseType = "json";
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) bar.value = event.loaded / event.total;
      };
      request.upload.onload = () => {
        bar.removeAttribute("value");
        text(frame, "meta", "正在读取和切分…");
      };
      request.onload = () => {
        if (request.status === 201) resolve(request.response);
        else reject(new Error(request.response?.error || "上传没有成功，请刷新页面再试"));
      };
      request.onerror = () => reject(new Error("没有连上服务，请检查它是否还在运行"));
      request.send(file);
    });
  }

  // --- preview --------------------------------------------------------------------------------------

  function refuse(frame, message) {
    role("progress", frame).remove();
    text(frame, "meta", "没有读入");
    const part = clone("part");
    fill(part, { name: "", problems: [message], articles: [], leftovers: [], count: 0 }, false);
    role("parts", frame).append(part);
    frame.querySelector("[data-command=drop]").textContent = "知道了";
  }

  function show(frame, preview) {
    role("progress", frame).remove();
    frame.dataset.token = preview.token;
    const articles = preview.files.reduce((sum, file) => sum + file.count, 0);
    frame.dataset.count = articles;
    const replaces = preview.files.some((file) => file.replaces) && "会替换已有的同名文件";
    text(frame, "name", preview.name);
    text(frame, "meta", line(articles ? `切成 ${articles} 篇文章` : "没有可以收录的文章", replaces));
    for (const file of preview.files) {
      const part = clone("part");
      fill(part, file, preview.files.length > 1);
      role("parts", frame).append(part);
    }
    waiting.set(preview.token, frame);
  }

  function fill(part, file, named) {
    if (named) text(part, "name", file.name.slice(file.name.indexOf("/") + 1));
    else role("name", part).remove();
    items(role("problems", part), file.problems);
    role("pieces", part).append(...file.articles.map(piece));
    const rest = file.count - file.articles.length;
    text(part, "rest", rest > 0 ? `另有 ${rest} 篇，没有在这里列出` : "");
    items(role("leftover-list", part), file.leftovers);
    if (file.leftovers.length) text(part, "leftovers-title", `没有归入文章的文字（${file.leftovers.length} 处）`);
    else role("leftovers", part).remove();
  }

  function items(list, values) {
    list.replaceChildren(
      ...values.map((value) => {
        const item = document.createElement("li");
        item.textContent = value;
        return item;
      }),
    );
    if (!values.length) list.remove();
  }

  function piece(article, at) {
    const item = clone("piece");
    const title = role("title", item);
    Object.assign(title.dataset, { id: article.id, initial: article.title });
    title.value = article.title;
    title.setAttribute("aria-label", `第 ${at + 1} 篇的标题`);
    title.addEventListener("input", () => (title.dataset.changed = String(title.value !== title.dataset.initial)));
    const note = { known: "已收录", deleted: "曾被删除，收录后恢复" }[article.state];
    text(item, "meta", line(hall.chineseDate(article.date), article.byline, `${article.characters} 字`, note));
    text(item, "opening", article.opening);
    return item;
  }

  function count() {
    const frames = [...waiting.values()].filter((frame) => Number(frame.dataset.count));
    const articles = frames.reduce((sum, frame) => sum + Number(frame.dataset.count), 0);
    role("keep").hidden = !document.querySelector(".file");
    document.querySelector("[data-command=keep]").hidden = !articles;
    text(document, "keep-count", articles ? `${frames.length} 份文件，共 ${articles} 篇文章` : "没有可以收录的文章");
  }

  // --- keeping --------------------------------------------------------------------------------------

  function forget(frame) {
    waiting.delete(frame.dataset.token);
    frame.remove();
    count();
  }

  async function drop(frame) {
    if (frame.dataset.token) await hall.call(`/uploads/${frame.dataset.token}`, { method: "DELETE" });
    forget(frame);
  }

  async function keep(button) {
    const uploads = [...waiting].filter(([, frame]) => Number(frame.dataset.count)).map(([token, frame]) => {
      const changed = [...frame.querySelectorAll(".title-input[data-changed=true]")];
      return { token, titles: Object.fromEntries(changed.map((input) => [input.dataset.id, input.value])) };
    });
    const buttons = [button, ...document.querySelectorAll("[data-command=drop], [data-command=drop-all]")];
    buttons.forEach((one) => (one.disabled = true));
    try {
      hall.showWork(await hall.post("/keep", { uploads }));
      role("work").scrollIntoView({ block: "center" });
      const work = await hall.follow();
      if (work.state === "done") uploads.forEach(({ token }) => forget(waiting.get(token)));
    } finally {
      buttons.forEach((one) => (one.disabled = false));
    }
    await hall.refresh();
    role("work").scrollIntoView({ block: "center" });
  }

  Object.assign(hall.commands, {
    keep,
    drop: (button) => drop(button.closest(".file")),
    "drop-all": () => Promise.all([...document.querySelectorAll(".file")].map(drop)),
  });

  // --- dropping -------------------------------------------------------------------------------------

  const place = role("drop");
  role("files").addEventListener("change", (event) => {
    const files = [...event.target.files];
    event.target.value = "";
    take(files);
  });
  const over = (event, is) => {
    event.preventDefault();
    place.dataset.over = String(is);
  };
  document.addEventListener("dragover", (event) => over(event, true));
  document.addEventListener("dragleave", (event) => over(event, false));
  document.addEventListener("drop", (event) => {
    over(event, false);
    if (!role("add").hidden) take([...event.dataTransfer.files]);
  });
})();
