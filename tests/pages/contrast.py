"""Contrast of the words of questions and predictions, as a browser paints them."""

# Contrast of what is written in the boxes, with what is painted behind it.
CONTRAST = """
() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = color => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    return Array.from(canvas.getImageData(0, 0, 1, 1).data);
  };
  const light = color => {
    const [r, g, b] = rgb(color).map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = e => {
    while (e) {
      const color = getComputedStyle(e).backgroundColor;
      if (rgb(color)[3] > 200) return color;
      e = e.parentElement;
    }
    return 'white';
  };
  const all = document.querySelectorAll(
    '.choice-button, .told, .ask, .asked-title, .asked-bar *, .veil-bar *');
  return Array.from(all).filter(e => e.checkVisibility() && e.textContent.trim() && !e.disabled)
    .map(e => {
      const [a, b] = [getComputedStyle(e).color, behind(e)].map(light);
      return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.className || e.tagName];
    }).filter(([ratio]) => ratio < 4.5);
}
"""
