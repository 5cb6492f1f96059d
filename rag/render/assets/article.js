// Brings the cited sentence into the middle of the window; the address alone would put it at the very top.
document.querySelector("mark")?.classList.add("focus");
if (location.hash === "#cite") document.getElementById("cite")?.scrollIntoView({ block: "center" });
const facsimile = document.querySelector(".facsimile");
if (facsimile) window.wenbaoFacsimile.show(facsimile, "0");
