/** Elements of views that come later: fields and questions. */

import { button, h } from "./dom.js";

/**
 * A labelled field.
 * @param {string} label
 * @param {HTMLElement} control with an id
 * @param {{hint?: string, optional?: string}} [more]
 */
export function field(label, control, more = {}) {
  const { hint, optional } = more;
  if (hint !== undefined) control.setAttribute("aria-describedby", `${control.id}-hint`);
  return h("div", { class: "field" },
    h("label", { for: control.id }, label,
      optional !== undefined && h("span", { class: "optional" }, ` ${optional}`)),
    control, hint !== undefined && h("p", { class: "hint", id: `${control.id}-hint` }, hint));
}

/**
 * Asks before something that cannot be undone.
 * @param {{title: string, text: string, action: string, cancel: string, isDangerous?: boolean}}
 * what
 * @returns {Promise<boolean>}
 */
export function confirmed({ title, text, action, cancel, isDangerous = true }) {
  return new Promise((resolve) => {
    const dialog = h("dialog", { class: "dialog", "aria-labelledby": "dialog-title" },
      h("h2", { id: "dialog-title" }, title), h("p", {}, text),
      h("div", { class: "actions" },
        button(cancel, () => dialog.close("")),
        button(action, () => dialog.close("yes"), isDangerous ? "danger" : "primary")));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/**
 * Hands the person a file.
 * @param {string} name
 * @param {string} text
 */
export function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
