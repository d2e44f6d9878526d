// What other people's readers make of heap snapshots, as one JSON object on stdout.
//     node read.mjs FILE [LATER_FILE]
// heap-snapshot-toolkit is the code of Chrome DevTools' Memory panel, @vscode/v8-heap-parser that of VS Code's.
import { createReadStream, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { diff, parse } from "heap-snapshot-toolkit";

const { decode_bytes: decode } = createRequire(import.meta.url)("@vscode/v8-heap-parser");

const warnings = [];
console.warn = (...what) => warnings.push(what.join(" "));

const open = (file) => parse(createReadStream(file, "utf-8"));

function panel(snapshot) {
  const rows = Object.values(snapshot.aggregatesWithFilter({}));
  return {
    nodes: snapshot.nodeCount,
    bytes: snapshot.totalSize,
    classes: rows.map(({ name, count, distance, self, maxRet }) => ({ name, count, distance, self, retained: maxRet })),
  };
}

function changes(rows) {
  return Object.values(rows).map((row) => ({
    name: row.name, added: row.addedCount, removed: row.removedCount, bytes: row.sizeDelta,
  }));
}

// Without retained sizes: the viewer's search for dominators fails on some graphs, and has no end on others.
function viewer(file) {
  return decode(readFileSync(file)).get_class_groups(0, 1e6, true).map((group) => ({
    name: group.name(), count: group.children_len, self: Number(group.self_size),
  }));
}

const [file, later] = process.argv.slice(2);
const first = await open(file);
const answer = { panel: panel(first), viewer: viewer(file) };
if (later) answer.changes = changes(await diff(first, await open(later)));
console.log(JSON.stringify({ ...answer, warnings }));
