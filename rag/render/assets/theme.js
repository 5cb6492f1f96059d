// Runs before the first paint: the language of the page, and the theme chosen earlier.
(() => {
  const root = document.documentElement;
  root.lang = "zh-CN";
  const apply = (theme) => {
    if (theme === "dark" || theme === "light") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  window.wenbaoTheme = {
    isDark: () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark",
    toggle() {
      const theme = this.isDark() ? "light" : "dark";
      localStorage.setItem("wenbao-theme", theme);
      apply(theme);
      return theme;
    },
  };
  apply(localStorage.getItem("wenbao-theme"));
})();
