/** Files out and in: saving by a link that is pressed once, opening by a dialog or by dropping. */
import { byId, html } from "./dom.js";

/** @param {string} name @param {BlobPart} content @param {string} type */
export function save(name, content, type) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = html("a", { href: url, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A name that files may have. @param {string} text @param {string} extension */
export function fileName(text, extension) {
  const name = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "");
  return `${(name || "universe").slice(0, 60)}.${extension}`;
}

/** More than this is no file of ours, in bytes. */
const LARGEST = 256 * 1024 * 1024;

/**
 * @param {(text: string, name: string) => void} onFile
 * @param {(error: string) => void} onError
 */
export function acceptFiles(onFile, onError) {
  const input = /** @type {HTMLInputElement} */ (byId("file"));
  const take = async (/** @type {File | undefined} */ file) => {
    if (file === undefined) return;
    if (file.size > LARGEST) {
      onError(`${file.name} is too large.`);
      return;
    }
    const text = await file.text().catch(() => null);
    if (text === null) onError(`${file.name} cannot be read. Is it a folder, or gone?`);
    else onFile(text, file.name);
  };
  input.addEventListener("change", () => {
    take(input.files?.[0]);
    input.value = "";
  });
  const isFile = (/** @type {DragEvent} */ event) => (
    event.dataTransfer?.types.includes("Files") ?? false);
  addEventListener("dragover", (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    document.body.dataset.dropping = "true";
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) delete document.body.dataset.dropping;
  });
  addEventListener("drop", (event) => {
    delete document.body.dataset.dropping;
    if (!isFile(event)) return;
    event.preventDefault();
    take(event.dataTransfer?.files[0]);
  });
}
