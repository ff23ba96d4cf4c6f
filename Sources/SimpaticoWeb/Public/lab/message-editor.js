/** A text area for JSON that is looked at as it is typed: an error is shown where it is. */
import { html } from "./dom.js";
import { placeOfByte } from "./pattern-form.js";

/**
 * @typedef {{ok: boolean, error?: string, offset?: number, message?: any,
 *   failures?: {path: (string | number)[], failed: unknown[]}[]}} Verdict
 */

export class MessageEditor {
  #area;
  #lines = html("pre", { class: "editor-marks", "aria-hidden": "true" });
  #status = html("p", { class: "editor-status", role: "status" });
  #check;
  #timer = 0;
  onChange = (/** @type {Verdict} */ _verdict) => {};

  /**
   * @param {string} label
   * @param {(text: string) => Verdict | null} check
   */
  constructor(label, check) {
    this.#check = check;
    const id = `editor-${label.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
    this.#status.id = `${id}-status`;
    this.#area = html("textarea", { id, class: "editor", rows: 7, spellcheck: "false",
      autocomplete: "off", autocapitalize: "off", "aria-label": label,
      "aria-describedby": this.#status.id });
    this.element = html("div", { class: "editor-frame" },
      html("div", { class: "editor-stack" }, this.#lines, this.#area), this.#status);
    this.#area.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.verdict(), 120);
    });
    this.#area.addEventListener("scroll", () => {
      this.#lines.scrollTop = this.#area.scrollTop;
    });
  }

  get text() {
    return this.#area.value;
  }

  /** @param {string} text */
  set text(text) {
    this.#area.value = text;
    this.verdict();
  }

  focus() {
    this.#area.focus();
  }

  /** Looks at the text, and shows what is wrong with it. */
  verdict() {
    const verdict = this.#check(this.text) ?? { ok: false, error: "" };
    this.#area.toggleAttribute("aria-invalid", false);
    this.#area.setAttribute("aria-invalid", String(!verdict.ok));
    this.#lines.replaceChildren();
    this.#status.dataset.ok = String(verdict.ok);
    if (verdict.offset !== undefined) {
      const { at, line, column } = placeOfByte(this.text, verdict.offset);
      this.#lines.append(this.text.slice(0, at),
        html("mark", {}, this.text.slice(at, at + 1).trim() === "" ? " " : this.text[at]));
      this.#status.textContent = `Line ${line}, column ${column}: ${
        (verdict.error ?? "").replace(/ at byte \d+$/, "")}`;
    } else if (verdict.failures !== undefined && verdict.failures.length > 0) {
      this.#status.replaceChildren(...verdict.failures.map(({ path, failed }) => (
        html("span", { class: "editor-failure" }, html("code", {}, path.join(".") || "message"),
          ` needs ${failed.join(" ")}`))));
    } else {
      this.#status.textContent = verdict.ok ? "Fits the handler’s pattern" : verdict.error ?? "";
    }
    this.onChange(verdict);
    return verdict;
  }
}
