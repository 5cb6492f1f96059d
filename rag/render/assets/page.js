// The conversation: paints what the server sends, and turns clicks and keys into commands for it.
(() => {
  const wenbao = (window.wenbao = window.wenbao || {});
  const RUNNING = ["searching", "writing"];
  let dispatch = () => {};
  let restored = false;
  let held = null; // a command that came before the page was restored
  let pending = {};
  let painted = [];
  let waiting = false;

  const query = (selector, root = document) => root.querySelector(selector);
  const role = (name) => query(`[data-role="${name}"]`);
  const fragment = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content.firstElementChild;
  };

  wenbao.announce = (text) => {
    role("announce").textContent = text;
  };

  // --- painting -------------------------------------------------------------------------------------

  // `trigger` starts an event of the server; its handler's first input is then taken from here.
  wenbao.bridge = (trigger) => {
    dispatch = (command, detail) => {
      pending = detail;
      trigger(command);
    };
  };

  function send(command, detail) {
    if (restored) dispatch(command, detail);
    else held = [command, detail];
  }

  wenbao.take = () => {
    const taken = pending;
    pending = {};
    return taken;
  };

  // From the moment a question leaves until its stream has ended no second one goes out: Gradio's client closes
  // the stream of a session when its last event ends, and loses an event that starts in that instant.
  wenbao.asking = () => {
    stoppedAt = 0;
    document.body.dataset.busy = "true";
    return wenbao.take();
  };

  wenbao.idle = () => {
    document.body.dataset.busy = String(running());
    if (!running() && waiting) query("#send").click();
    waiting = false;
  };

  const running = () => RUNNING.includes(query(".conversation").dataset.state);

  wenbao.archive = (props, watch) => {
    const paint = () => (role("archive").innerHTML = props.value || "");
    watch("value", paint);
    paint();
  };

  wenbao.conversation = (element, props, watch) => {
    const root = query(".conversation", element);
    const paint = () => {
      const pages = props.value || [];
      pages.forEach((html, index) => {
        if (html === painted[index]) return;
        const node = fragment(html);
        if (root.children[index]) root.children[index].replaceWith(node);
        else root.append(node);
      });
      while (root.children.length > pages.length) root.lastElementChild.remove();
      const grown = pages.length !== painted.length || !RUNNING.includes(root.dataset.state);
      painted = [...pages];
      settle(root, grown);
    };
    watch("value", paint);
    paint();
  };

  function settle(root, grown) {
    const last = root.lastElementChild;
    const state = last ? last.dataset.state : "";
    const before = root.dataset.state;
    root.dataset.state = state;
    if (running()) document.body.dataset.busy = "true";
    if (!last) return;
    if (grown && RUNNING.includes(state)) last.scrollIntoView({ block: "start" });
    if (state === before) return;
    if (state === "searching") wenbao.announce("正在检索资料");
    if (state === "failed") wenbao.announce("没有得到回答");
    if (state === "done" && RUNNING.includes(before)) {
      const marks = last.querySelectorAll(".quote").length;
      wenbao.announce(marks ? `回答完成，${marks} 处引文` : "回答完成");
      if (!marks) wenbao.source.contents();
      else if (matchMedia("(min-width: 64rem)").matches) wenbao.source.show(query(".quote", last), false);
    }
  }

  // A piece of the draft that was on its way when the reader stopped can arrive after the stop; it is then said again.
  const PATIENCE = 1000;
  let stoppedAt = 0;
  document.addEventListener("click", (event) => event.target.closest("#stop") && (stoppedAt = Date.now()), true);
  setInterval(() => stoppedAt && running() && Date.now() - stoppedAt > PATIENCE && query("#stop").click(), 500);

  // A question that takes long shows for how long it has been running.
  let since = 0;
  setInterval(() => {
    if (document.body.dataset.busy !== "true") return (since = 0);
    since = since || Date.now();
    const seconds = Math.round((Date.now() - since) / 1000);
    const place = role("elapsed");
    if (place && seconds >= 3) place.textContent = `已用 ${seconds} 秒`;
  }, 500);

  // Gradio's own messages are in English and hidden; what they mean is said here.
  const watchFaults = new MutationObserver(() => {
    const toast = query('[data-testid="toast-body"]:not([data-seen])');
    if (!toast) return;
    toast.dataset.seen = "true";
    fault();
  });
  document.addEventListener("DOMContentLoaded", () => watchFaults.observe(document.body, { childList: true, subtree: true }));

  wenbao.fault = fault;

  async function fault() {
    const reached = await fetch("/web/icon.svg", { cache: "no-store" }).then((answer) => answer.ok, () => false);
    role("fault-text").textContent = reached
      ? "出错了，这一步没有完成。请刷新页面再试；若仍不行，请看终端里的错误记录。"
      : "与服务器的连接断了。请看 wenbao serve 是否还在运行，恢复后刷新页面，对话还在。";
    role("fault").hidden = false;
    document.body.dataset.busy = "false";
  }

  // --- commands -------------------------------------------------------------------------------------

  const ask = (detail) => {
    if (document.body.dataset.busy !== "true" && detail.question.trim()) send("ask", detail);
  };

  async function copy(text, button) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const label = button.textContent;
    button.textContent = "已复制";
    wenbao.announce("已复制");
    setTimeout(() => (button.textContent = label), 1500);
  }
  wenbao.copy = copy;

  function vote(button) {
    const index = Number(button.closest(".exchange").dataset.index);
    const cast = (reason, comment) => {
      wenbao.voted = () => {
        for (const other of button.parentElement.children) other.setAttribute("aria-pressed", String(other === button));
        wenbao.announce("已记下，谢谢");
      };
      send("vote", { index, vote: button.dataset.vote, reason, comment });
    };
    if (button.dataset.vote === "up") return cast("", "");
    const dialog = query("#vote-dialog");
    const form = query("form", dialog);
    form.reset();
    form.onsubmit = (event) => {
      if (event.submitter.value === "send") cast(form.elements.reason.value, form.elements.comment.value);
    };
    dialog.showModal();
  }

  const commands = {
    ask: (button) => ask({ question: button.dataset.question }),
    retry(button) {
      const exchange = button.closest(".exchange");
      ask({ question: exchange.dataset.question, index: Number(exchange.dataset.index) });
    },
    copy: (button) => copy(button.dataset.text, button),
    share: (button) => copy(`${location.origin}/?q=${encodeURIComponent(button.dataset.question)}`, button),
    vote,
    new: () => send("new", {}),
    history: () => query("#history-dialog").showModal(),
    export: () => query("#export-dialog").showModal(),
    "close-fault": () => (role("fault").hidden = true),
    theme: () => wenbao.announce(window.wenbaoTheme.toggle() === "dark" ? "已换成深色" : "已换成浅色"),
    open(button) {
      query("#history-dialog").close();
      send("open", { id: button.dataset.id });
    },
    forget: (button) => send("forget", { id: button.dataset.id }),
    download(button) {
      query("#export-dialog").close();
      send("export", { format: button.dataset.format, origin: location.origin });
    },
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-command]");
    if (button && commands[button.dataset.command]) commands[button.dataset.command](button);
  });

  wenbao.save = (file) => {
    if (!file || !file.text) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([file.text], { type: file.type }));
    link.download = file.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  // A link to a question asks it once; the address then goes back to that of the page.
  const linked = new URLSearchParams(location.search).get("q") || "";
  pending = linked ? { question: linked } : {};

  wenbao.restored = () => {
    restored = true;
    wenbao.source.contents();
    if (!linked && held) send(...held);
    if (!linked) return;
    history.replaceState(null, "", location.pathname);
    ask({ question: linked });
  };

  // --- keys -----------------------------------------------------------------------------------------

  document.addEventListener(
    "keydown",
    (event) => {
      const composing = event.isComposing || event.keyCode === 229;
      const busy = document.body.dataset.busy === "true";
      const typing = event.target.closest?.("#question");
      if (event.key === "Enter" && typing && !event.shiftKey && (composing || busy)) event.stopPropagation();
      if (event.key === "Enter" && typing && !event.shiftKey && busy && !composing) {
        event.preventDefault();
        waiting = !running();
      }
      if (event.key === "/" && !event.target.closest?.("input, textarea, select")) {
        event.preventDefault();
        query("#question textarea").focus();
      }
    },
    true,
  );
})();
