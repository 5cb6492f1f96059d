// The image of a printed page: brings the cited lines into view, and enlarges it.
(() => {
  const ENLARGE = { fit: "near", near: "fit" };
  const LABEL = { fit: "放大", near: "缩小" };

  // Shows where a mark's words stand; without a mark of this number, the first that there is.
  function show(figure, number) {
    const frame = figure.querySelector(".facsimile-pages");
    const cited = [...frame.querySelectorAll(".facsimile-cited")];
    cited.forEach((part) => part.classList.toggle("focus", part.dataset.marker === number));
    const place = frame.querySelector(".facsimile-cited.focus") || cited[0] || frame.querySelector(".facsimile-line");
    if (!place) return;
    const part = place.getBoundingClientRect();
    const view = frame.getBoundingClientRect();
    frame.scrollTo({
      top: frame.scrollTop + part.top - view.top - frame.clientHeight * 0.35,
      left: frame.scrollLeft + part.left - view.left - frame.clientWidth * 0.1,
    });
  }

  function enlarge(figure) {
    const zoom = (figure.dataset.zoom = ENLARGE[figure.dataset.zoom]);
    const button = figure.querySelector("[data-command=enlarge]");
    button.textContent = LABEL[zoom];
    show(figure, figure.querySelector(".facsimile-cited.focus")?.dataset.marker);
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest?.("[data-command=enlarge], .facsimile-page");
    if (target) enlarge(target.closest(".facsimile"));
  });

  window.wenbaoFacsimile = { show };
})();
