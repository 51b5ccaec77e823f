// Before the first paint: the theme and the language that were chosen, so that nothing flashes.
{
  const root = document.documentElement;
  const chosen = localStorage.getItem("mantine-color-scheme-value");
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const scheme = chosen === "dark" || chosen === "light" ? chosen : dark ? "dark" : "light";
  root.dataset.mantineColorScheme = scheme;
  root.lang = localStorage.getItem("pasture.language") ?? navigator.language;
}
