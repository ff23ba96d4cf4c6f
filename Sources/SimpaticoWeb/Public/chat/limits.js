import { h } from "./dom.js";
import { strings } from "./strings.js";

/**
 * What this page is and is not, one tap away.
 * @param {boolean} isOpen
 */
export const limits = (isOpen) => h("details", { class: "limits", open: isOpen },
  h("summary", {}, strings.limitsTitle),
  h("dl", {}, ...strings.limits.flatMap(([what, why]) => [h("dt", {}, what), h("dd", {}, why)])));
