// web_pack -- the built UI as one file, which the server carries (src/api/outside_web.c).
//
// usage: node web_pack.js [DIR]   reads DIR (build/web), writes DIR.pack
//
// A pack is lines of text, an empty line, then bytes: each line is
// "path\ttype\tcoding\toffset\tlength\n", offset counted from the byte after the empty line. coding
// is identity, gzip or br; a file stands in it once for each coding that makes it smaller, so that
// nothing is compressed while somebody waits.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

function filesBelow(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? filesBelow(path) : [path]));
}

function codings(bytes: Buffer): [string, Buffer][] {
  const brotli = brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
  const smaller: [string, Buffer][] = [
    ["br", brotli],
    ["gzip", gzipSync(bytes, { level: 9 })],
  ];
  return [["identity", bytes], ...smaller.filter(([, packed]) => packed.length < bytes.length)];
}

const folder = process.argv[2] ?? process.env["EK_WEB_OUT"] ?? "build/web";
const lines: string[] = [];
const blobs: Buffer[] = [];
let offset = 0;
for (const file of filesBelow(folder)) {
  const type = TYPES[extname(file)];
  if (type === undefined) throw new Error(`${file}: web_pack.ts does not know this kind of file`);
  // The page itself gets its language from the server each time: it is never sent compressed.
  const bytes = readFileSync(file);
  const variants = extname(file) === ".html" ? [["identity", bytes] as const] : codings(bytes);
  for (const [coding, body] of variants) {
    lines.push(`/${relative(folder, file)}\t${type}\t${coding}\t${offset}\t${body.length}\n`);
    blobs.push(body);
    offset += body.length;
  }
}
writeFileSync(`${folder}.pack`, Buffer.concat([Buffer.from(`${lines.join("")}\n`), ...blobs]));
