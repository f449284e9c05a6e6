// Checks docs/ocgen.schema.json in an editor: it starts yaml-language-server, which VS Code
// and other editors use, and talks to it as an editor does. Run it after a change of the
// language, from any folder:
//
//	node internal/tests/languageserver/lsp.mjs [FOLDER]
//
// FOLDER has the node_modules with the server. Without FOLDER, npm installs the server into a
// temporary folder. "go test work" does not run this: it needs Node.js and the network. With
// VERBOSE=1 it prints the schemas that its snippets give.

import { spawn, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const version = "1.25.0";
const checkout = resolve(fileURLToPath(import.meta.url), "../../../..");
const language = JSON.parse(readFileSync(join(checkout, "docs/ocgen.schema.json"), "utf8"));
const modeline = "# yaml-language-server: $schema=../ocgen.schema.json\n";
const shop = modeline + readFileSync(join(checkout, "examples/shop/shopmetrics/metrics.yaml"), "utf8");

// installed returns the folder of the server.
function installed(folder, workspace) {
  if (!folder) {
    folder = workspace;
    execFileSync("npm", ["install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, `yaml-language-server@${version}`]);
  }
  const at = join(folder, "node_modules/yaml-language-server");
  if (!existsSync(at)) throw new Error(`there is no yaml-language-server in ${folder}`);
  return at;
}

// A Server speaks the Language Server Protocol over the standard streams of a process.
class Server {
  #process;
  #next = 1;
  #answers = new Map();
  #diagnostics = new Map();
  #input = Buffer.alloc(0);

  constructor(at) {
    this.#process = spawn(process.execPath, [join(at, "bin/yaml-language-server"), "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
    this.#process.stdout.on("data", (data) => this.#read(data));
  }

  #read(data) {
    this.#input = Buffer.concat([this.#input, data]);
    for (;;) {
      const end = this.#input.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#input.subarray(0, end).toString())[1]);
      if (this.#input.length < end + 4 + length) return;
      const message = JSON.parse(this.#input.subarray(end + 4, end + 4 + length).toString());
      this.#input = this.#input.subarray(end + 4 + length);
      this.#receive(message);
    }
  }

  #receive(message) {
    if (message.method === "textDocument/publishDiagnostics") {
      const { uri, diagnostics } = message.params;
      this.#diagnostics.get(uri)?.(diagnostics);
    } else if (message.method && message.id !== undefined) {
      this.#send({ id: message.id, result: this.#answer(message) });
    } else if (message.id !== undefined) {
      const { resolve, reject } = this.#answers.get(message.id);
      message.error ? reject(new Error(message.error.message)) : resolve(message.result);
    }
  }

  // #answer answers a request of the server, which asks for the editor's settings.
  #answer(request) {
    if (request.method !== "workspace/configuration") return null;
    const yaml = { validate: true, hover: true, completion: true, schemaStore: { enable: false } };
    return request.params.items.map(({ section }) => (section === "yaml" ? yaml : {}));
  }

  #send(message) {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.#process.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  notify(method, params) {
    this.#send({ method, params });
  }

  request(method, params) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#answers.set(id, { resolve, reject });
      this.#send({ id, method, params });
    });
  }

  // open opens a document and returns its diagnostics.
  open(uri, text) {
    return new Promise((resolve) => {
      this.#diagnostics.set(uri, resolve);
      this.notify("textDocument/didOpen", { textDocument: { uri, languageId: "yaml", version: 1, text } });
    });
  }

  async stop() {
    await this.request("shutdown");
    this.notify("exit");
  }
}

// place returns the position of the mark "|" in a text, and the text without it.
function place(marked) {
  const offset = marked.indexOf("|");
  const before = marked.slice(0, offset).split("\n");
  return { text: marked.slice(0, offset) + marked.slice(offset + 1), position: { line: before.length - 1, character: before.at(-1).length } };
}

// positionOf returns the position of the first character of a part of a text.
function positionOf(text, part) {
  return place(text.replace(part, "|" + part)).position;
}

// insert applies a snippet as VS Code does: it indents further lines as the first one, and
// fills in the placeholders.
function insert(text, item) {
  const lines = text.split("\n");
  const { range, newText } = item.textEdit;
  const indentation = /^ */.exec(lines[range.start.line])[0];
  const filled = newText.replace(/\$\{\d+:([^}]*)\}/g, "$1").replaceAll("\n", "\n" + indentation);
  const head = [...lines.slice(0, range.start.line), lines[range.start.line].slice(0, range.start.character)].join("\n");
  const tail = [lines[range.end.line].slice(range.end.character), ...lines.slice(range.end.line + 1)].join("\n");
  return head + filled + tail;
}

let failed = 0;

function check(what, holds, seen) {
  if (!holds) failed++;
  console.log(`${holds ? "ok  " : "FAIL"} ${what}: ${seen}`);
}

async function run(server, workspace) {
  let documents = 0;
  const uriOf = (name) => pathToFileURL(join(workspace, "metrics", name)).href;
  const open = async (text) => {
    const uri = uriOf(`metrics${++documents}.yaml`);
    return { uri, diagnostics: await server.open(uri, text) };
  };
  const completions = async (marked) => {
    const { text, position } = place(marked);
    const { uri } = await open(text);
    const { items } = await server.request("textDocument/completion", { textDocument: { uri }, position });
    return { text, items, labels: items.map((item) => item.label) };
  };

  const { serverInfo } = await server.request("initialize", {
    processId: process.pid,
    rootUri: pathToFileURL(workspace).href,
    capabilities: {
      workspace: { configuration: true },
      textDocument: { completion: { completionItem: { snippetSupport: true, documentationFormat: ["markdown"] } }, hover: { contentFormat: ["markdown"] } },
    },
  });
  server.notify("initialized", {});
  console.log(`yaml-language-server ${serverInfo?.version ?? version}`);

  // A correct schema.
  const opened = await open(shop);
  check("diagnostics of examples/shop", opened.diagnostics.length === 0, JSON.stringify(opened.diagnostics.map((d) => d.message)));
  const hover = await server.request("textDocument/hover", { textDocument: { uri: opened.uri }, position: positionOf(shop, "aggregation:") });
  const shown = hover?.contents?.value ?? "";
  check("hover on aggregation", shown.includes("How the view aggregates the measure's values"), JSON.stringify(shown));

  // Completions.
  const start = modeline + "ocgen: v1\npackage: p\n";
  const words = await completions(start + "measures:\n  requests:\n    type: int64\n    aggregation: |\n");
  check("words of aggregation", words.labels.length === 4, words.labels.join(" "));
  const keys = await completions(start + "measures:\n  requests:\n    type: int64\n    |\n");
  check("keys of a measure", keys.labels.length >= 15, `${keys.labels.length}: ${keys.labels.join(" ")}`);
  const rules = await completions(start + "measures:\n  requests:\n    type: int64\n    allow:\n      - |\n");
  check("rules that can be allowed", rules.labels.includes("unit-in-name") && !rules.labels.includes("syntax"), `${rules.labels.length}`);

  // Snippets. Each is inserted, and gives a document without mistakes.
  for (const section of ["tags", "measures", "slos"]) {
    const offered = await completions(start + `${section}:\n  |\n`);
    const labels = language.properties[section].defaultSnippets.map(({ label }) => label);
    const snippets = offered.items.filter((item) => labels.includes(item.label));
    check(`snippets in ${section}`, snippets.length === labels.length, snippets.map((item) => item.label).join(", "));
    for (const item of snippets) {
      const text = insert(offered.text, item);
      const { diagnostics } = await open(text);
      check(`"${item.label}" inserted`, diagnostics.length === 0 && text.includes("\n  "), JSON.stringify(diagnostics.map((d) => d.message)));
      if (process.env.VERBOSE) console.log(text);
    }
  }

  // Mistakes.
  const mistake = async (what, from, to, want) => {
    const text = shop.replace(from, to);
    const { diagnostics } = await open(text);
    const [first] = diagnostics;
    const line = text.split("\n")[first?.range.start.line ?? 0];
    check(what, diagnostics.length === 1 && first.message.includes(want) && line.includes(to.trim().split(":")[0]), JSON.stringify(diagnostics.map((d) => `${d.range.start.line + 1}: ${d.message}`)));
  };
  await mistake("a misspelt key", "    type: float64", "    tipe: float64\n    type: float64", "tipe");
  await mistake("another word", "aggregation: distribution", "aggregation: histogram", "distribution");
  await mistake("an id with a capital letter", "  request_latency:\n    description", "  Request_latency:\n    description", "lower-case words");
  for (const line of ["# yaml-language-server: $schema=near.json\n", "# yaml-language-server: $schema=./near.json\n", "# $schema: ../ocgen.schema.json\n"]) {
    const { diagnostics } = await open(line + "ocgen: v1\nmesures: {}\n");
    check(`read by the line ${line.trim()}`, diagnostics.length === 1 && diagnostics[0].message.includes("mesures"), JSON.stringify(diagnostics.map((d) => d.message)));
  }
  const both = await open(start + "measures:\n  m: {description: d, type: int64, unit: ms, aggregation: count, views: {v: {aggregation: sum}}}\n");
  check("two forms at once are left to lint", both.diagnostics.length === 0, JSON.stringify(both.diagnostics.map((d) => d.message)));
}

const workspace = mkdtempSync(join(tmpdir(), "ocgen-languageserver-"));
try {
  mkdirSync(join(workspace, "metrics"));
  for (const name of ["ocgen.schema.json", "metrics/near.json"]) writeFileSync(join(workspace, name), JSON.stringify(language));
  const server = new Server(installed(process.argv[2], workspace));
  await run(server, workspace);
  await server.stop();
} finally {
  rmSync(workspace, { recursive: true, force: true });
}
if (failed > 0) {
  console.log(`${failed} checks failed`);
  process.exitCode = 1;
}
