// Colours and letters of the page that the widget is in, light or dark.

function brightness(color) {
  const [r, g, b] = (color.match(/[\d.]+/g) || [0, 0, 0]).map(Number);
  return (0.299 * r + 0.587 * g + 0.114 * b) / 255;
}

export function look(element, colors) {
  const style = getComputedStyle(element);
  const dark = brightness(style.color) > 0.5;
  const { dark: night, ...day } = colors;
  return {
    ...day,
    ...(dark ? night : {}),
    dark,
    text: style.color,
    muted: dark ? "#a8a8a8" : "#595959",
    grid: dark ? "rgba(255,255,255,0.13)" : "rgba(0,0,0,0.10)",
    font: "13px " + (style.fontFamily || "sans-serif"),
  };
}

// Calls back when the page changes between light and dark; returns how to stop.
export function watchLook(callback) {
  const observer = new MutationObserver(callback);
  const options = { attributes: true, attributeFilter: ["data-theme", "data-jp-theme-light", "class"] };
  observer.observe(document.documentElement, options);
  observer.observe(document.body, options);
  const media = matchMedia("(prefers-color-scheme: dark)");
  media.addEventListener("change", callback);
  return () => {
    observer.disconnect();
    media.removeEventListener("change", callback);
  };
}

export const number = (value, digits = 0) => value.toFixed(digits).replace("-", "\u2212");
