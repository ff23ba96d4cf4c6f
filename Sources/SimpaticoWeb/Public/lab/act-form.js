/**
 * The form for what somebody in a chat does now: a person, a deed, and what the deed needs. Whoever
 * plays the network or the relay has deeds, too.
 */
import { html, setText } from "./dom.js";

/** @typedef {'with' | 'text' | 'down' | 'milliseconds' | 'handler'} DeedField */

/** @type {{name: string, title: string, group: string, fields: DeedField[]}[]} */
export const DEEDS = [
  { name: "write", title: "writes to", group: "People", fields: ["with", "text"] },
  { name: "read", title: "reads what came from", group: "People", fields: ["with"] },
  { name: "invite", title: "makes an invitation", group: "People", fields: [] },
  { name: "follow", title: "follows the newest invitation of", group: "People", fields: ["with"] },
  { name: "revoke", title: "revokes the newest invitation", group: "People", fields: [] },
  { name: "block", title: "blocks", group: "People", fields: ["with"] },
  { name: "unblock", title: "unblocks", group: "People", fields: ["with"] },
  { name: "remove", title: "removes", group: "People", fields: ["with"] },
  { name: "stop", title: "goes offline", group: "People", fields: [] },
  { name: "start", title: "comes online", group: "People", fields: [] },
  { name: "wake", title: "is woken", group: "People", fields: [] },
  { name: "connectTwice", title: "connects once more", group: "People", fields: [] },
  { name: "disconnect", title: "loses the connection", group: "Network and machine", fields: [] },
  { name: "unplug", title: "is unplugged", group: "Network and machine", fields: [] },
  { name: "crash", title: "crashes, and is back after", group: "Network and machine",
    fields: ["down"] },
  { name: "turnClock", title: "has a clock that is turned by", group: "Network and machine",
    fields: ["milliseconds"] },
  { name: "relayRestart", title: "sees the relay restart, back after", group: "Network and machine",
    fields: ["down"] },
  { name: "tamper corrupt", title: "gets the next box changed", group: "Hostile relay",
    fields: [] },
  { name: "tamper replay", title: "gets the next envelope twice", group: "Hostile relay",
    fields: [] },
  { name: "tamper reflect", title: "gets the next own box back", group: "Hostile relay",
    fields: [] },
  { name: "tamper forge", title: "gets the next envelope in the name of", group: "Hostile relay",
    fields: ["with"] },
  { name: "tamper misseal", title: "gets the next box, sealed to", group: "Hostile relay",
    fields: ["with"] },
  { name: "tamper misname", title: "is told, at a look-up, the key of", group: "Hostile relay",
    fields: ["with"] },
  { name: "tamper drop", title: "does not get the next", group: "Hostile relay",
    fields: ["handler"] },
];

/**
 * The edit for what a form says. Pure.
 * @param {string} name of the deed
 * @param {number} client
 * @param {Record<string, string>} values by field
 */
export function editOf(name, client, values) {
  const [deed, how] = name.split(" ");
  const fields = DEEDS.find((one) => one.name === name)?.fields ?? [];
  const isText = (/** @type {DeedField} */ field) => field === "text" || field === "handler";
  return { edit: "act", act: { client, do: deed, ...(how === undefined ? {} : { how }),
    ...Object.fromEntries(fields.map((field) => (
      [field, isText(field) ? values[field] : Number(values[field])]))) } };
}

/** @type {Record<Exclude<DeedField, 'with'>, {label: string, value: string}>} */
const INPUTS = {
  text: { label: "Text", value: "hello" },
  down: { label: "Milliseconds", value: "1000" },
  milliseconds: { label: "Milliseconds", value: "60000" },
  handler: { label: "Handler", value: "acceptEnvelop" },
};

export class ActForm {
  element = html("form", { class: "act-form", "aria-label": "Somebody does something" });
  #who = html("select", { id: "act-who", "aria-label": "Who" });
  #deed = html("select", { id: "act-deed", "aria-label": "Does what" });
  #fields = html("div", { class: "act-fields" });
  #error = html("p", { class: "form-error", role: "alert" });
  #names = "";

  /** @param {(edit: Record<string, unknown>) => string | null} onEdit answers what was wrong */
  constructor(onEdit) {
    const groups = new Map(DEEDS.map(({ group }) => [group, html("optgroup", { label: group })]));
    for (const { name, title, group } of DEEDS) groups.get(group)?.append(new Option(title, name));
    this.#deed.append(...groups.values());
    this.element.append(html("div", { class: "act-fields" }, this.#who, this.#deed),
      this.#fields, html("button", { type: "submit", class: "button button-small", id: "act" },
        "Do it now"), this.#error);
    this.#deed.addEventListener("change", () => this.#showFields());
    this.#who.addEventListener("change", () => this.#showFields());
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      const values = Object.fromEntries([...this.#fields.querySelectorAll("input, select")]
        .map((field) => [field.getAttribute("data-field") ?? "",
          /** @type {HTMLInputElement} */ (field).value]));
      setText(this.#error,
        onEdit(editOf(this.#deed.value, Number(this.#who.value), values)) ?? "");
    });
  }

  /** @param {string[]} clients by name, in the order of their numbers */
  update(clients) {
    if (clients.join() === this.#names) return;
    this.#names = clients.join();
    this.#who.replaceChildren(...clients.map((name, index) => new Option(name, String(index))));
    this.#showFields();
  }

  #showFields() {
    const { fields = [] } = DEEDS.find(({ name }) => name === this.#deed.value) ?? {};
    this.#fields.replaceChildren(...fields.map((field) => {
      if (field === "with") {
        const others = [...this.#who.options].filter(({ value }) => value !== this.#who.value);
        return html("select", { "data-field": field, "aria-label": "Whom" },
          ...others.map(({ text, value }) => new Option(text, value)));
      }
      const { label, value } = INPUTS[field];
      return html("input", { type: "text", "data-field": field, "aria-label": label, value,
        autocomplete: "off", inputmode: field === "text" || field === "handler" ? null : "numeric",
      });
    }));
  }
}
