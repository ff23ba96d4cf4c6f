/** The parts of the page that its first picture does without. They come together: see later.js. */
import { ActForm } from "./act-form.js";
import { EndsTable } from "./ends-table.js";
import { FindBar } from "./find-bar.js";
import { InsertPanel } from "./insert-panel.js";
import { Inspector } from "./inspector.js";
import { Live } from "./live.js";
import { MapView } from "./map-view.js";
import { MessageEditor } from "./message-editor.js";
import { shapesOf, toPng, toSvg } from "./picture.js";

export const parts = { ActForm, EndsTable, FindBar, InsertPanel, Inspector, Live, MapView,
  MessageEditor, shapesOf, toPng, toSvg };
