#!/usr/bin/env node
// The npm compiler behind solc's command line: `--version` and `--standard-json`, the two forms that py-solc-x,
// Brownie and forge use. tools/solc_setup.py installs it where no native compiler can be had.
"use strict";
const fs = require("fs");
const path = require("path");

const args = process.argv.slice(2);
const root = path.resolve(__dirname, "..");
const solc = require(path.join(__dirname, "node_modules", "solc"));

if (args.includes("--version")) {
  console.log("solc, the solidity compiler commandline interface\nVersion: " + solc.version());
  process.exit(0);
}
if (!args.includes("--standard-json")) {
  console.error("only --version and --standard-json are supported");
  process.exit(1);
}

const base = args.includes("--base-path") ? args[args.indexOf("--base-path") + 1] : ".";
const read = (name) => {
  for (const file of [path.resolve(base, name), path.resolve(root, name)]) {
    if (fs.existsSync(file)) return { contents: fs.readFileSync(file, "utf8") };
  }
  return { error: "File not found: " + name };
};

// The wasm build writes the negative AST ids of builtins (msg, block, …) as 32-bit unsigned numbers; tools expect them signed.
const signed = (match, id) => (id > 4294960000 ? String(id - 4294967296) : match);
const output = solc.compile(fs.readFileSync(0, "utf8"), { import: read });
process.stdout.write(output.replace(/(?<=[:[,])(42949\d{5})(?=[,\]}])/g, signed));
