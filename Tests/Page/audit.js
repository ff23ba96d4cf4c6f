// What a page's accessibility can be read off by a program. Evaluated in the page; answers a list
// of what is wrong, each with the element it is about.
() => {
  const wrong = [];
  const told = (element) => {
    const text = element.outerHTML.replace(/\s+/g, " ");
    return text.length > 160 ? `${text.slice(0, 160)}…` : text;
  };
  const report = (what, element) => wrong.push(`${what}: ${told(element)}`);
  const dialog = document.querySelector("dialog[open]");
  const root = dialog ?? document.body;
  const isShown = (element) => element.checkVisibility({
    opacityProperty: true, visibilityProperty: true });
  const all = (selector) => [...root.querySelectorAll(selector)].filter(isShown);
  const isHiddenFromReaders = (element) => element.closest("[aria-hidden='true']") !== null;

  // Names.
  const textOf = (element) => {
    if (element.getAttribute?.("aria-hidden") === "true") return "";
    if (element.nodeType === Node.TEXT_NODE) return element.textContent;
    return [...element.childNodes].map(textOf).join(" ") + (element.getAttribute?.("alt") ?? "");
  };
  const byIds = (ids) => ids.split(/\s+/).map((id) => {
    const found = document.getElementById(id);
    if (found === null) wrong.push(`an id that is not there: ${id}`);
    return found === null ? "" : textOf(found);
  }).join(" ");
  const nameOf = (element) => {
    const labelled = element.getAttribute("aria-labelledby");
    if (labelled !== null) return byIds(labelled).trim();
    const label = element.getAttribute("aria-label");
    if (label !== null) return label.trim();
    if (element.labels?.length > 0) return [...element.labels].map(textOf).join(" ").trim();
    return textOf(element).trim();
  };
  const interactive = "a[href], button, input, select, textarea, summary, [tabindex='0'], "
    + "[role='button'], [role='menuitem']";
  for (const element of all(interactive)) {
    if (nameOf(element) === "") report("no name", element);
    if (isHiddenFromReaders(element)) report("hidden, but can be focused", element);
    const { width, height } = element.getBoundingClientRect();
    const isInText = element.matches("a[href]")
      && getComputedStyle(element).display.startsWith("inline");
    if (!isInText && (width < 24 || height < 24)) report(`small (${width}x${height})`, element);
  }
  for (const element of all("svg, img")) {
    const isNamed = element.getAttribute("role") === "img" && nameOf(element) !== "";
    if (!isNamed && !isHiddenFromReaders(element)) report("a picture without a name", element);
  }
  for (const element of all("[aria-describedby]")) byIds(element.getAttribute("aria-describedby"));

  // Structure.
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  for (const id of new Set(ids)) {
    if (ids.filter((each) => each === id).length > 1) wrong.push(`an id twice: ${id}`);
  }
  if (document.documentElement.lang === "") wrong.push("no language");
  if (dialog === null) {
    if (all("main").length > 1) wrong.push("more than one main");
    if (all("h1").length === 0) wrong.push("no heading h1");
    if (all("main").length === 1 && all("main h1").length !== 1) {
      wrong.push(`${all("main h1").length} headings h1 in main`);
    }
    let level = 1;
    for (const heading of all("main :is(h1, h2, h3, h4)")) {
      const now = Number(heading.localName[1]);
      if (now > level + 1) report(`a heading of level ${now} after ${level}`, heading);
      level = now;
    }
  } else if (nameOf(dialog) === "") report("a dialog without a name", dialog);
  for (const item of all("li")) {
    if (!item.parentElement.matches("ul, ol")) report("an item of no list", item);
  }
  for (const list of all("ul, ol, dl")) {
    const isFit = (child) => child.matches(list.matches("dl") ? "dt, dd, div" : "li");
    if (![...list.children].every(isFit)) report("a list of other things", list);
  }

  // Contrast (WCAG 2.2, 1.4.3 and 1.4.11).
  const rgba = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
    const scale = colour.startsWith("color(srgb") ? 255 : 1;
    return [r * scale, g * scale, b * scale, a];
  };
  const over = ([r, g, b, a], [R, G, B]) => [
    r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  const groundOf = (element) => {
    const layers = [];
    for (let at = element; at !== null; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((ground, layer) => over(layer, ground), [255, 255, 255, 1]);
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (texts.currentNode.textContent.trim() === "" || seen.has(element)) continue;
    seen.add(element);
    if (!isShown(element) || element.closest(".unseen, :disabled, script, style")) continue;
    const style = getComputedStyle(element);
    const size = Number.parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ground = groundOf(element);
    const ratio = contrast(over(rgba(style.color), ground), ground);
    if (ratio < (isLarge ? 3 : 4.5)) report(`contrast ${ratio.toFixed(2)}`, element);
  }
  for (const element of all("input, select, textarea")) {
    const ground = groundOf(element.parentElement);
    const style = getComputedStyle(element.closest("[data-field]") ?? element);
    if (style.borderTopWidth === "0px") continue;
    const ratio = contrast(over(rgba(style.borderTopColor), ground), ground);
    if (ratio < 3) report(`a field's edge has contrast ${ratio.toFixed(2)}`, element);
  }

  // Nothing wider than the window.
  const width = document.documentElement.clientWidth;
  for (const element of all("*")) {
    const { left, right } = element.getBoundingClientRect();
    const isClipped = element.closest(".unseen, svg") !== null;
    if (!isClipped && (right > width + 1 || left < -1)) report("beyond the window", element);
    const { overflowX } = getComputedStyle(element);
    const isScrolling = overflowX === "auto" || overflowX === "scroll";
    if (isScrolling && element.scrollWidth > element.clientWidth + 1) {
      report("scrolls sideways", element);
    }
  }
  return wrong;
}
