/** Tabs as the pattern for them asks: one stop for the tab key, arrows between them. */

export class Tabs {
  #tabs;
  #onShow;

  /**
   * @param {HTMLElement[]} tabs buttons with `aria-controls`
   * @param {(id: string) => void} [onShow] told the id of the tab that is shown
   */
  constructor(tabs, onShow = () => {}) {
    this.#tabs = tabs;
    this.#onShow = onShow;
    for (const tab of tabs) {
      tab.addEventListener("click", () => this.show(tab.id));
      tab.addEventListener("keydown", (event) => this.#key(event, tab));
    }
  }

  get shown() {
    return this.#tabs.find((tab) => tab.getAttribute("aria-selected") === "true")?.id ?? "";
  }

  /** @param {string} id */
  show(id) {
    for (const tab of this.#tabs) {
      const isShown = tab.id === id;
      tab.setAttribute("aria-selected", String(isShown));
      tab.tabIndex = isShown ? 0 : -1;
      const panel = document.getElementById(tab.getAttribute("aria-controls") ?? "");
      if (panel !== null) panel.hidden = !isShown;
    }
    // The keyboard does not stay on what is out of sight.
    if (document.activeElement?.closest("[hidden]")) document.getElementById(id)?.focus();
    this.#onShow(id);
  }

  /**
   * @param {KeyboardEvent} event
   * @param {HTMLElement} tab
   */
  #key(event, tab) {
    const delta = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (delta === 0) return;
    const there = this.#tabs.indexOf(tab) + delta + this.#tabs.length;
    const next = this.#tabs[there % this.#tabs.length];
    event.preventDefault();
    event.stopPropagation();
    this.show(next.id);
    next.focus();
  }
}
