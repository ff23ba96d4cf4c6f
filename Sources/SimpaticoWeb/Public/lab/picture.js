/**
 * A picture of what is on the screen, as SVG or as PNG. What is drawn is read off the page as a
 * list of shapes in page coordinates with the inks that they have now; both forms are written from
 * that list, so that neither needs the page's style sheets, nor an image from elsewhere.
 */

/**
 * @typedef {object} Shape
 * @property {string} kind `path`, `circle`, `rect`, `text` or `clip`
 * @property {number[]} matrix a b c d e f
 * @property {Record<string, number | string>} geometry
 * @property {string} fill
 * @property {string} stroke
 * @property {number} strokeWidth
 * @property {string} dash
 * @property {number} opacity
 * @property {string} [text]
 * @property {string} [font]
 * @property {string} [anchor]
 * @property {string} [baseline]
 * @property {{x: number, y: number, width: number, height: number}} clip
 */

const TEXTS = ".lanes li, .panel h3, .row-peer, .row-phase span, .chip span, .cursor-time, " +
  ".universe-name, .end-chip, .legend li, .legend h2";

/**
 * @param {Element} root
 * @returns {{shapes: Shape[], width: number, height: number, ground: string}}
 */
export function shapesOf(root) {
  const box = root.getBoundingClientRect();
  /** @type {Shape[]} */
  const shapes = [];
  for (const card of root.querySelectorAll(".card")) {
    const rect = card.getBoundingClientRect();
    if (rect.width === 0) continue;
    const style = getComputedStyle(card);
    shapes.push(shape("rect", [1, 0, 0, 1, rect.left - box.left, rect.top - box.top],
      { x: 0.5, y: 0.5, width: rect.width - 1, height: rect.height - 1, rx: 12 }, style, box, {
        fill: style.backgroundColor, stroke: style.borderTopColor, strokeWidth: 1 }));
  }
  for (const drawing of root.querySelectorAll("svg")) {
    const view = (drawing.closest(".scroller, .spacetime-scroller, .map-scroller") ?? drawing)
      .getBoundingClientRect();
    const clip = { x: view.left - box.left, y: view.top - box.top, width: view.width,
      height: view.height };
    for (const element of drawing.querySelectorAll("path, circle, rect, line, text")) {
      addShape(shapes, /** @type {SVGGraphicsElement} */ (element), box, clip);
    }
  }
  for (const element of root.querySelectorAll(TEXTS)) addText(shapes, element, box);
  return { shapes, width: Math.ceil(box.width), height: Math.ceil(box.height),
    ground: getComputedStyle(document.documentElement).backgroundColor };
}

/**
 * @param {string} kind
 * @param {number[]} matrix
 * @param {Record<string, number | string>} geometry
 * @param {CSSStyleDeclaration} style
 * @param {DOMRect} box
 * @param {Partial<Shape>} more
 * @returns {Shape}
 */
function shape(kind, matrix, geometry, style, box, more) {
  return { kind, matrix, geometry, fill: style.fill, stroke: style.stroke,
    strokeWidth: Number.parseFloat(style.strokeWidth) || 0, dash: style.strokeDasharray,
    opacity: 1, clip: { x: 0, y: 0, width: box.width, height: box.height }, ...more };
}

/**
 * @param {Shape[]} shapes
 * @param {SVGGraphicsElement} element
 * @param {DOMRect} box
 * @param {Shape['clip']} clip
 */
function addShape(shapes, element, box, clip) {
  const style = getComputedStyle(element);
  const rect = element.getBoundingClientRect();
  const isOutside = rect.right < clip.x + box.left || rect.left > clip.x + box.left + clip.width
    || rect.bottom < clip.y + box.top || rect.top > clip.y + box.top + clip.height;
  if (isOutside || style.visibility === "hidden" || style.display === "none") return;
  const hasFill = style.fill !== "none" && !/, 0\)$/.test(style.fill);
  const hasStroke = style.stroke !== "none" && !/, 0\)$/.test(style.stroke);
  if (!hasFill && !hasStroke) return;
  const to = element.getScreenCTM();
  if (to === null) return;
  const matrix = [to.a, to.b, to.c, to.d, to.e - box.left, to.f - box.top];
  const more = { clip, opacity: opacityOf(element) };
  const number = (/** @type {string} */ name) => Number(element.getAttribute(name) ?? 0);
  switch (element.tagName) {
    case "path":
      if (!element.getAttribute("d")) return;
      shapes.push(shape("path", matrix, { d: element.getAttribute("d") ?? "" }, style, box, more));
      break;
    case "line":
      shapes.push(shape("path", matrix, {
        d: `M${number("x1")} ${number("y1")}L${number("x2")} ${number("y2")}` }, style, box, more));
      break;
    case "circle":
      shapes.push(shape("circle", matrix,
        { cx: number("cx"), cy: number("cy"), r: number("r") }, style, box, more));
      break;
    case "rect":
      shapes.push(shape("rect", matrix, { x: number("x"), y: number("y"), width: number("width"),
        height: number("height"), rx: number("rx") }, style, box, more));
      break;
    default:
      addSvgText(shapes, /** @type {SVGTextElement} */ (element), matrix, style, box, more);
  }
}

/**
 * @param {Shape[]} shapes
 * @param {SVGTextElement} element
 * @param {number[]} matrix
 * @param {CSSStyleDeclaration} style
 * @param {DOMRect} box
 * @param {Partial<Shape>} more
 */
function addSvgText(shapes, element, matrix, style, box, more) {
  const { textContent, children } = element;
  // Characters that stand apart are told one by one, as they are placed one by one.
  const isApart = (element.getAttribute("x") ?? "").includes(" ");
  const parts = children.length > 0
    ? [...children].map((part) => ({ part, text: part.textContent }))
    : (isApart ? [...textContent ?? ""] : [textContent]).map((text) => ({ part: element, text }));
  let place = 0;
  for (const { part, text } of parts) {
    // White space alone, and what is not shown, has no place.
    if (!text || place >= element.getNumberOfChars()) continue;
    const ink = getComputedStyle(part);
    const start = element.getStartPositionOfChar(place);
    place += text.length;
    shapes.push(shape("text", matrix, { x: start.x, y: start.y }, ink, box, { ...more, text,
      stroke: "none", font: `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`,
      anchor: "start", baseline: "alphabetic" }));
  }
}

/** @param {Shape[]} shapes @param {Element} element @param {DOMRect} box */
function addText(shapes, element, box) {
  const rect = element.getBoundingClientRect();
  const text = (element.textContent ?? "").trim();
  if (rect.width < 2 || text === "" || !element.checkVisibility()) return;
  const view = (element.closest(".scroller, .spacetime-scroller") ?? element)
    .getBoundingClientRect();
  const style = getComputedStyle(element);
  const clip = { x: view.left - box.left, y: view.top - box.top, width: view.width,
    height: view.height };
  const { paddingLeft, backgroundColor, borderTopLeftRadius } = style;
  if (!/, 0\)$/.test(backgroundColor)) {
    shapes.push(shape("rect", [1, 0, 0, 1, rect.left - box.left, rect.top - box.top], { x: 0, y: 0,
      width: rect.width, height: rect.height, rx: Number.parseFloat(borderTopLeftRadius) || 0 },
    style, box, { fill: backgroundColor, stroke: "none", clip }));
  }
  const icon = element.querySelector("svg");
  const indent = icon === null ? Number.parseFloat(paddingLeft) || 0
    : icon.getBoundingClientRect().width + 6;
  shapes.push(shape("text", [1, 0, 0, 1, rect.left - box.left + indent, rect.top - box.top],
    { x: 0, y: rect.height / 2 }, style, box, { fill: style.color, stroke: "none", text, clip,
      font: `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`, anchor: "start",
      baseline: "middle" }));
}

/** @param {Element} element */
function opacityOf(element) {
  let opacity = 1;
  for (let at = /** @type {Element | null} */ (element); at !== null && at.tagName !== "svg";
    at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
  return opacity;
}

/** @param {unknown} text */
function escape(text) {
  return String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

/**
 * The picture as a file of its own. Pure.
 * @param {ReturnType<typeof shapesOf>} picture
 */
export function toSvg({ shapes, width, height, ground }) {
  /** @type {Map<string, string>} */
  const clips = new Map();
  const drawn = shapes.map((one) => {
    const { clip } = one;
    const key = `x="${clip.x}" y="${clip.y}" width="${clip.width}" height="${clip.height}"`;
    if (!clips.has(key)) clips.set(key, `clip${clips.size}`);
    const attributes = Object.entries({ ...one.geometry, transform: `matrix(${
      one.matrix.map((value) => Math.round(value * 1000) / 1000).join(" ")})`,
    fill: one.fill, stroke: one.stroke, "stroke-width": one.strokeWidth,
    "stroke-dasharray": one.dash, opacity: one.opacity })
      .filter(([name, value]) => !(name.startsWith("stroke") && one.stroke === "none"
        && name !== "stroke") && value !== "" && !(name === "opacity" && value === 1))
      .map(([name, value]) => `${name}="${escape(value)}"`).join(" ");
    const body = one.kind === "text" ? `<text ${attributes} style="font:${escape(one.font)}"${
      one.baseline === "middle" ? ' dominant-baseline="central"' : ""}>${escape(one.text)}</text>`
      : `<${one.kind} ${attributes}/>`;
    return `<g clip-path="url(#${clips.get(key)})">${body}</g>`;
  });
  const defs = [...clips].map(([rect, id]) => (
    `<clipPath id="${id}"><rect ${rect}/></clipPath>`)).join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}">\n<defs>${defs}</defs>\n` +
    `<rect width="${width}" height="${height}" fill="${
    escape(ground)}"/>\n${drawn.join("\n")}\n</svg>\n`;
}

/**
 * @param {ReturnType<typeof shapesOf>} picture
 * @param {number} scale pixels of the picture to a pixel of the page
 * @returns {Promise<Blob>}
 */
export function toPng({ shapes, width, height, ground }, scale = 2) {
  const canvas = new OffscreenCanvas(width * scale, height * scale);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(scale, scale);
  context.fillStyle = ground;
  context.fillRect(0, 0, width, height);
  for (const one of shapes) paint(context, one);
  return canvas.convertToBlob({ type: "image/png" });
}

/** @param {OffscreenCanvasRenderingContext2D} context @param {Shape} one */
function paint(context, one) {
  const { geometry, clip } = one;
  const number = (/** @type {string} */ name) => Number(geometry[name] ?? 0);
  context.save();
  context.beginPath();
  context.rect(clip.x, clip.y, clip.width, clip.height);
  context.clip();
  const [a, b, c, d, e, f] = one.matrix;
  context.transform(a, b, c, d, e, f);
  context.globalAlpha = one.opacity;
  if (one.kind === "text") {
    context.font = one.font ?? "";
    context.fillStyle = one.fill;
    context.textBaseline = one.baseline === "middle" ? "middle" : "alphabetic";
    context.fillText(one.text ?? "", number("x"), number("y"));
  } else {
    const path = new Path2D(one.kind === "path" ? String(geometry.d) : undefined);
    if (one.kind === "circle") path.arc(number("cx"), number("cy"), number("r"), 0, 2 * Math.PI);
    if (one.kind === "rect") {
      path.roundRect(number("x"), number("y"), number("width"), number("height"), number("rx"));
    }
    if (one.fill !== "none") {
      context.fillStyle = one.fill;
      context.fill(path);
    }
    if (one.stroke !== "none" && one.strokeWidth > 0) {
      context.strokeStyle = one.stroke;
      context.lineWidth = one.strokeWidth;
      context.setLineDash(one.dash === "none" ? [] : one.dash.split(/[ ,]+/)
        .map((length) => Number.parseFloat(length)));
      context.stroke(path);
    }
  }
  context.restore();
}
