import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isDeviceName, isPortablePath, openedFileName } from "../../../src/context/windowsNames";

describe("isDeviceName", () => {
  const devices = [
    "CON",
    "con",
    "Nul.txt",
    "NUL.tar.gz",
    "aux .md",
    "COM1",
    "com¹.log",
    "LPT9.txt",
    "CONIN$",
    "prn:stream",
    "nul. ",
  ];
  for (const name of devices) test(`is true for ${name}`, () => assert.equal(isDeviceName(name), true));

  for (const name of ["CONFIG", "console.ts", "COM10", "COM", "nullable.ts", ".con", "my.con", "lpt.md", "ünul"])
    test(`is false for ${name}`, () => assert.equal(isDeviceName(name), false));
});

describe("openedFileName", () => {
  const names: Readonly<Record<string, string>> = {
    ".env": ".env",
    ".env.": ".env",
    ".env. . ": ".env",
    ".env::$DATA": ".env",
    "file.txt:stream": "file.txt",
    "id_rsa ": "id_rsa",
    "a. b.ts": "a. b.ts",
    "...": "...",
    ":odd": ":odd",
    "": "",
  };
  for (const [name, opened] of Object.entries(names))
    test(`is "${opened}" for "${name}"`, () => assert.equal(openedFileName(name), opened));
});

describe("isPortablePath", () => {
  const portable = ["/home/a/b.ts", "/c:/Users/a/b.ts", "/C:/", "/share/x/.gitignore", "/a/./b.ts", "/ü ☕.md"];
  for (const path of portable) test(`is true for ${path}`, () => assert.equal(isPortablePath(path), true));

  const others = [
    ...["/c:/ws/..\\..\\secret.txt", "/ws/a\\..\\..\\b", "/ws/../b", "/ws/.. /b", "/ws/... /b", "/ws/ /b"],
    ...[
      "/ws/CON",
      "/ws/nul.txt",
      "/ws/src\\com1.ts",
      "/ws/file.txt:stream",
      "/ws/.env::$DATA",
      "/c:/c:/x",
      "/ws/.env.",
      "/ws/a /b",
    ],
  ];
  for (const path of others) test(`is false for ${path}`, () => assert.equal(isPortablePath(path), false));
});
